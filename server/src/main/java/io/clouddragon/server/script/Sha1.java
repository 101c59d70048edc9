package io.clouddragon.server.script;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The names of scripts. Event loop only. */
final class Sha1 {
    static final int HEX_LENGTH = 40;

    private static final MessageDigest DIGEST = newDigest();

    private Sha1() {}

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    static String hex(byte[] bytes) {
        return hex(bytes, 0, bytes.length);
    }

    static String hex(byte[] array, int offset, int length) {
        DIGEST.update(array, offset, length);
        return HexFormat.of().formatHex(DIGEST.digest());
    }
}
