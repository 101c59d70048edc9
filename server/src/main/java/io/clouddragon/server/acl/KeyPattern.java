package io.clouddragon.server.acl;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Glob;

/**
 * Keys that may be used, and how.
 *
 * @param text as it was given
 * @param glob the same as bytes
 */
record KeyPattern(String text, Bytes glob, boolean reads, boolean writes) {
    KeyPattern(String text, boolean reads, boolean writes) {
        this(text, Words.bytes(text), reads, writes);
    }

    boolean allows(Bytes key, boolean toRead, boolean toWrite) {
        return (reads || !toRead) && (writes || !toWrite) && Glob.matches(glob, key);
    }

    KeyPattern or(KeyPattern other) {
        return new KeyPattern(text, glob, reads || other.reads, writes || other.writes);
    }

    /** The rule that makes it. */
    String rule() {
        return (reads && writes ? "~" : reads ? "%R~" : "%W~") + text;
    }
}
