package io.clouddragon.server.acl;

import io.clouddragon.storage.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/** Passwords are kept as SHA-256 in lower-case hexadecimal, as Redis keeps them, and never as they are. */
final class Passwords {
    private static final int HASH_CHARS = 64;

    private Passwords() {}

    static String hash(Bytes password) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(password.array(), password.offset(), password.length());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static boolean isHash(String text) {
        return text.length() == HASH_CHARS && text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }

    /** Whether it is one of them. The time that this takes tells neither which one nor how much of it was right. */
    static boolean isAnyOf(Collection<String> hashes, Bytes password) {
        byte[] given = hash(password).getBytes(StandardCharsets.US_ASCII);
        boolean found = false;
        for (String hash : hashes) {
            found |= MessageDigest.isEqual(given, hash.getBytes(StandardCharsets.US_ASCII));
        }
        return found;
    }
}
