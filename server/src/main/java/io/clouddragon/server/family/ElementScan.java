package io.clouddragon.server.family;

import io.clouddragon.server.command.Call;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.PackedElements;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * HSCAN, SSCAN and ZSCAN: a walk over the elements of one key that others may change meanwhile. As in Redis, what its compact
 * encodings hold is told in one answer, whatever the cursor and COUNT.
 */
final class ElementScan implements Consumer<KeyedView> {
    private final ScanOptions options;
    private final List<byte[]> matching = new ArrayList<>();
    private final Bytes name = new Bytes();
    private long visited;

    private ElementScan(ScanOptions options) {
        this.options = options;
    }

    /**
     * Executes the command.
     *
     * @param repliesEach how many replies {@code each} writes
     */
    static void run(Call call, Kind.Type type, int repliesEach, ElementReply each) {
        ScanOptions options = new ScanOptions();
        if (!options.readCursor(call, 2)) {
            return;
        }
        switch (call.value(1, type)) {
            case VALUE -> {
                if (options.read(call, 3, false)) {
                    new ElementScan(options).run(call, repliesEach, each);
                }
            }
            // Before its other words are looked at.
            case NOTHING -> replyHead(call, 0, 0);
            case WRONG_TYPE -> {}
        }
    }

    private void run(Call call, int repliesEach, ElementReply each) {
        KeyedView elements = call.keyed();
        boolean atOnce = call.entry().flags() != PackedElements.CONVERTED;
        long cursor = atOnce ? 0 : options.cursor();
        long steps = 0;
        do {
            cursor = elements.scan(cursor, this);
            steps++;
        } while (cursor != 0 && (atOnce || !options.isEnough(visited, steps)));
        replyHead(call, cursor, matching.size() * repliesEach);
        for (byte[] element : matching) {
            elements.choose(element);
            each.write(call, elements);
        }
    }

    private static void replyHead(Call call, long cursor, int replies) {
        call.reply().array(2);
        call.reply().bulkInteger(cursor);
        call.reply().array(replies);
    }

    @Override
    public void accept(KeyedView element) {
        visited++;
        if (options.matches(element.name(name))) {
            matching.add(element.owned());
        }
    }
}
