package io.clouddragon.http;

import io.clouddragon.storage.bytes.Bytes;

/** Who may come in, and what each may do: decided elsewhere, asked on the event loop. */
public interface Access {
    /** What a request does with a key, a lock or an id. */
    enum Operation {
        GET,
        SET,
        /** Sets if the version is as told: a refusal tells the version. */
        SET_IF_VERSION,
        DELETE,
        DELETE_IF_VERSION,
        COUNT,
        LOCK,
        EXTEND,
        UNLOCK,
        ONCE,
        WATCH
    }

    /** Somebody who has come in. */
    interface Caller {
        boolean isUnrestricted();

        /**
         * Asked for one who is not unrestricted.
         *
         * @return why the user must not do this; null when it may
         */
        String refusal(Operation operation, Bytes name);
    }

    /** Everybody may come in and do everything. */
    Access OPEN = new Access() {
        private final Caller anybody = new Caller() {
            @Override
            public boolean isUnrestricted() {
                return true;
            }

            @Override
            public String refusal(Operation operation, Bytes name) {
                return null;
            }
        };

        @Override
        public boolean needsLogin() {
            return false;
        }

        @Override
        public Caller withoutCredentials(String peer) {
            return anybody;
        }

        @Override
        public Caller withPassword(String name, byte[] password, String peer) {
            return anybody;
        }

        @Override
        public Caller withToken(byte[] token, String peer) {
            return anybody;
        }
    };

    /** Whether something must be shown. */
    boolean needsLogin();

    /** Who shows nothing; null when something must be shown. */
    Caller withoutCredentials(String peer);

    /**
     * Basic.
     *
     * @param name one char a byte; empty = the default user
     * @param peer address of the client, for the log
     * @return null when it is wrong
     */
    Caller withPassword(String name, byte[] password, String peer);

    /** Bearer: {@code user:password} if there is that user, else the default user's password; null when it is wrong. */
    Caller withToken(byte[] token, String peer);
}
