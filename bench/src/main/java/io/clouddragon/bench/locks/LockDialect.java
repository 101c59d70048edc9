package io.clouddragon.bench.locks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * How a server is asked for a lock and gets it back: requests as bytes, replies as text of one character per byte.
 *
 * <p>Leases and waits are longer than any run, so that no clock has a say in what is measured.
 */
enum LockDialect {
    /** Cloud Dragon over RESP, waiting in line. */
    RESP {
        @Override
        byte[] lock(int lock, int client) {
            return command("DRAGON.LOCK", "bench:" + lock, "PX", MILLIS, "WAIT", MILLIS);
        }

        @Override
        byte[] unlock(int lock, int client, long handle) {
            return command("DRAGON.UNLOCK", "bench:" + lock, Long.toString(handle));
        }

        @Override
        boolean isWhole(CharSequence reply) {
            int lines = reply.charAt(0) == '*' ? 3 : 1;
            for (int i = 0; i < reply.length(); i++) {
                lines -= reply.charAt(i) == '\n' ? 1 : 0;
            }
            return lines == 0;
        }

        @Override
        long handle(String reply) {
            require(reply.startsWith("*2\r\n:"), reply);
            return Long.parseLong(reply, 5, reply.indexOf('\r', 5), 10);
        }

        @Override
        void checkUnlocked(String reply) {
            require(reply.equals(":1\r\n"), reply);
        }
    },

    /** Cloud Dragon over HTTP, waiting in line. */
    HTTP {
        private static final String LENGTH = "Content-Length: ";
        private static final String LOCK = "{\"Lock\": ";

        @Override
        byte[] lock(int lock, int client) {
            return post("{\"LockID\": \"bench:" + lock + "\", \"LockDur\": 600, \"LockWait\": 600}");
        }

        @Override
        byte[] unlock(int lock, int client, long handle) {
            return post("{\"UnlockID\": \"bench:" + lock + "\", \"Unlock\": " + handle + "}");
        }

        private byte[] post(String body) {
            return bytes(
                    "POST /db/0 HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        @Override
        boolean isWhole(CharSequence reply) {
            String text = reply.toString();
            int body = text.indexOf("\r\n\r\n") + 4;
            int length = text.indexOf(LENGTH) + LENGTH.length();
            return body >= 4 && text.length() >= body + Integer.parseInt(text, length, text.indexOf('\r', length), 10);
        }

        @Override
        long handle(String reply) {
            int lock = reply.indexOf(LOCK) + LOCK.length();
            require(reply.startsWith("HTTP/1.1 200 ") && lock >= LOCK.length(), reply);
            return Long.parseLong(reply, lock, reply.indexOf(',', lock), 10);
        }

        @Override
        void checkUnlocked(String reply) {
            require(reply.startsWith("HTTP/1.1 200 "), reply);
        }
    },

    /**
     * Redis by the recipe of its documentation: SET NX PX with a token, released by a script that compares; who does not get
     * it asks again at once, because nobody tells him. No order, no fencing.
     */
    REDIS {
        private static final String RELEASE =
                "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) else return 0 end";

        @Override
        byte[] prepare() {
            return command("SCRIPT", "LOAD", RELEASE);
        }

        @Override
        byte[] lock(int lock, int client) {
            return command("SET", "bench:" + lock, "client-" + client, "NX", "PX", MILLIS);
        }

        @Override
        byte[] unlock(int lock, int client, long handle) {
            return command("EVALSHA", sha(), "1", "bench:" + lock, "client-" + client);
        }

        private String sha() {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-1").digest(bytes(RELEASE)));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java has SHA-1", e);
            }
        }

        @Override
        boolean isWhole(CharSequence reply) {
            int line = reply.toString().indexOf('\n') + 1;
            boolean bulk = reply.charAt(0) == '$' && reply.charAt(1) != '-';
            return bulk ? reply.length() > line && reply.charAt(reply.length() - 1) == '\n' : line > 0;
        }

        @Override
        long handle(String reply) {
            require(reply.equals("+OK\r\n") || reply.equals("$-1\r\n"), reply);
            return reply.charAt(0) == '+' ? 1 : NOT_GRANTED;
        }

        @Override
        void checkUnlocked(String reply) {
            require(reply.equals(":1\r\n"), reply);
        }

        @Override
        boolean hasFencing() {
            return false;
        }
    };

    /** Somebody else holds it: ask again. */
    static final long NOT_GRANTED = 0;

    private static final String MILLIS = "600000";

    /** A request to send once before all others; null = none. */
    byte[] prepare() {
        return null;
    }

    abstract byte[] lock(int lock, int client);

    abstract byte[] unlock(int lock, int client, long handle);

    /** Whether what has been received, at least one character, is all of a reply. */
    abstract boolean isWhole(CharSequence reply);

    /** What the lock is held under, or {@link #NOT_GRANTED}. */
    abstract long handle(String reply);

    abstract void checkUnlocked(String reply);

    /** Whether a later grant has the larger handle. */
    boolean hasFencing() {
        return true;
    }

    private static byte[] command(String... words) {
        StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            request.append('$')
                    .append(word.length())
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        return bytes(request.toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void require(boolean condition, String reply) {
        if (!condition) {
            throw new IllegalStateException("unexpected reply: " + reply);
        }
    }
}
