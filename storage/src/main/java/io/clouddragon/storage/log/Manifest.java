package io.clouddragon.storage.log;

import io.clouddragon.storage.log.Disk.OpenMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Which files make up the log: the one small file that is replaced as a whole (temporary file, sync, rename, directory
 * sync). A file that it does not name is not part of the log. Text, so that an operator can read it:
 *
 * <pre>
 * cloud-dragon manifest 1
 * log 91c3a0f2b7e4d586
 * segment 12
 * snapshot 40233            (or: snapshot none)
 * synced 41007
 * crc32c 1f0a77d2           over all the lines above
 * </pre>
 *
 * @param logId random, chosen with the directory; part of every checksum
 * @param firstSegment id of the oldest segment that is still needed
 * @param snapshot base revision of the snapshot: it has the effects of every record up to it; {@link #NO_SNAPSHOT}
 *     when there is none
 * @param synced the log was on disk at least up to this revision when the manifest was written: if it now ends earlier,
 *     something acknowledged is lost
 */
record Manifest(long logId, long firstSegment, long snapshot, long synced) {
    static final String NAME = "MANIFEST";
    static final String TEMPORARY = ".tmp";
    static final long NO_SNAPSHOT = -1;
    static final int VERSION = 1;

    private static final String TITLE = "cloud-dragon manifest ";
    private static final int MAX_BYTES = 4096;
    private static final Pattern FORM = Pattern.compile(TITLE + VERSION
            + "\nlog ([0-9a-f]{16})\nsegment ([0-9]{1,18})\nsnapshot (none|[0-9]{1,18})\nsynced ([0-9]{1,18})\n"
            + "crc32c ([0-9a-f]{8})\n");
    private static final Pattern VERSION_LINE = Pattern.compile(TITLE + "([0-9]{1,18})\n");
    static final String REPAIR = "log repair would write a new manifest from the segments and snapshots it finds";

    /** With leading zeros: names are in the order of their numbers. In the same letters whatever the locale. */
    static String fileName(String prefix, int digits, long number, String suffix) {
        String text = Long.toString(number);
        return prefix + "0".repeat(Math.max(0, digits - text.length())) + text + suffix;
    }

    byte[] encode() {
        String text = TITLE + VERSION + "\n"
                + "log " + HexFormat.of().toHexDigits(logId) + "\n"
                + "segment " + firstSegment + "\n"
                + "snapshot " + (snapshot == NO_SNAPSHOT ? "none" : Long.toString(snapshot)) + "\n"
                + "synced " + synced + "\n";
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return (text + "crc32c " + HexFormat.of().toHexDigits((int) crc.getValue()) + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static Manifest decode(byte[] bytes) throws LogDamagedException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Manifest manifest = parse(text);
        if (manifest != null) {
            return manifest;
        }
        Matcher version = VERSION_LINE.matcher(text);
        // Where all else is as in this version, the number is what is damaged.
        if (version.lookingAt()
                && Long.parseLong(version.group(1)) > VERSION
                && parse(version.replaceFirst(TITLE + VERSION + "\n")) == null) {
            throw LogDamagedException.newerFormat(NAME, 0, Long.parseLong(version.group(1)), VERSION);
        }
        throw new LogDamagedException(NAME, 0, "the manifest is damaged", REPAIR);
    }

    /** Null when the text is not a manifest of this version. */
    private static Manifest parse(String text) {
        Matcher fields = FORM.matcher(text);
        if (!fields.matches()) {
            return null;
        }
        Manifest manifest = new Manifest(
                Long.parseUnsignedLong(fields.group(1), 16),
                Long.parseLong(fields.group(2)),
                fields.group(3).equals("none") ? NO_SNAPSHOT : Long.parseLong(fields.group(3)),
                Long.parseLong(fields.group(4)));
        return Arrays.equals(manifest.encode(), text.getBytes(StandardCharsets.ISO_8859_1)) ? manifest : null;
    }

    static Manifest load(Disk disk) throws IOException {
        try (DiskFile file = disk.open(NAME, OpenMode.READ)) {
            byte[] bytes = new byte[MAX_BYTES];
            int length = file.read(bytes, 0, MAX_BYTES, 0);
            return decode(Arrays.copyOf(bytes, length));
        }
    }

    /** When this returns, this manifest is the one that every later open will see. */
    void store(Disk disk) throws IOException {
        byte[] bytes = encode();
        try (DiskFile file = disk.open(NAME + TEMPORARY, OpenMode.WRITE)) {
            file.truncate(0);
            file.write(bytes, 0, bytes.length, 0);
            file.force();
        }
        disk.rename(NAME + TEMPORARY, NAME);
        disk.syncDirectory();
    }
}
