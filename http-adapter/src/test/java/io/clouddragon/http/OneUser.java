package io.clouddragon.http;

import io.clouddragon.storage.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One user with a password, who may read and lock what begins with {@code my} and nothing else. */
record OneUser(String name, String password) implements Access {
    private static final Caller OWNER = new Caller() {
        @Override
        public boolean isUnrestricted() {
            return false;
        }

        @Override
        public String refusal(Operation operation, Bytes name) {
            boolean allowed =
                    (operation == Operation.GET || operation == Operation.LOCK || operation == Operation.WATCH)
                            && name.toString().startsWith("my");
            return allowed ? null : "not yours";
        }
    };

    private boolean isPassword(byte[] shown) {
        return Arrays.equals(shown, password.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean needsLogin() {
        return true;
    }

    @Override
    public Caller withoutCredentials(String peer) {
        return null;
    }

    @Override
    public Caller withPassword(String shownName, byte[] shown, String peer) {
        return shownName.equals(name) && isPassword(shown) ? OWNER : null;
    }

    @Override
    public Caller withToken(byte[] token, String peer) {
        return isPassword(token) ? OWNER : null;
    }
}
