package io.clouddragon.storage.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.bytes.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What an open has replayed, and the few calls that the tests repeat. Payloads are texts here. */
final class Recorded implements Replay {
    final List<String> items = new ArrayList<>();
    final List<String> records = new ArrayList<>();
    final List<Long> fuzzy = new ArrayList<>();
    long lastRevision;

    @Override
    public void snapshotItem(ByteSource item) {
        items.add(text(item));
    }

    @Override
    public void record(long revision, long engineMillis, boolean isFuzzy, ByteSource payload) {
        records.add(text(payload));
        lastRevision = revision;
        if (isFuzzy) {
            fuzzy.add(revision);
        }
    }

    private static String text(ByteSource source) {
        return source.bytes(new Bytes()).toString();
    }

    static void write(ByteSink sink, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        sink.bytes(bytes, 0, bytes.length);
    }

    /** Appends one record, not flushed. */
    static long append(Log log, String text) {
        write(log.begin(), text);
        return log.commit(1000 + log.revision());
    }

    /** Opens, notes everything replayed and lets go without writing. */
    static Recorded read(Disk disk, LogOptions options) throws IOException {
        Recorded recorded = new Recorded();
        Log.open(disk, options, recorded).abandon();
        return recorded;
    }
}
