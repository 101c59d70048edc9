package io.clouddragon.server.acl;

import io.clouddragon.resp.RawText;
import io.clouddragon.storage.bytes.Bytes;
import java.nio.charset.StandardCharsets;

/** Between bytes and the Strings of this package, which have one char a byte. */
public final class Words {
    private Words() {}

    public static String of(Bytes bytes) {
        return new String(bytes.array(), bytes.offset(), bytes.length(), StandardCharsets.ISO_8859_1);
    }

    /** From text as Java has it, a configuration file's for example. */
    public static String of(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    public static Bytes bytes(String word) {
        return new Bytes(word.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** As messages tell it ({@link RawText}): up to the first NUL, as those of Redis. */
    public static String shown(String word) {
        return RawText.of(bytes(upToNul(word)).array());
    }

    /** Its bytes as far as Redis, which takes it for a text of C, would tell them. */
    public static String upToNul(String word) {
        int nul = word.indexOf(0);
        return nul < 0 ? word : word.substring(0, nul);
    }

    /** Whether a blank, as C's isspace has it, or a NUL would break the lists in which it is shown. */
    static boolean hasBlanks(String word) {
        return word.chars().anyMatch(c -> c == ' ' || c >= '\t' && c <= '\r' || c == 0);
    }
}
