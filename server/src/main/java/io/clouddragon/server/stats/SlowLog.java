package io.clouddragon.server.stats;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.config.Settings;
import io.clouddragon.storage.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The latest commands that took longer than {@code slowlog-log-slower-than}, the newest first. Words are cut as Redis cuts
 * them ({@code slowlog.c}), secrets are left out. Event loop only.
 */
public final class SlowLog {
    /** Words kept of a command; the last of them tells how many there were more. */
    private static final int MAX_WORDS = 32;

    /** Bytes kept of a word. */
    private static final int MAX_WORD_BYTES = 128;

    /**
     * A slow command.
     *
     * @param id counts up from the server's start, whatever is reset
     * @param unixSeconds when it ended
     * @param name of the client; empty = none
     */
    public record Entry(long id, long unixSeconds, long micros, List<byte[]> words, String address, String name) {}

    private final Settings settings;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long nextId;

    SlowLog(Settings settings) {
        this.settings = settings;
    }

    void executed(Call call, long nanos) {
        long threshold = settings.slowlogLogSlowerThanMicros();
        if (threshold >= 0 && nanos / 1000 >= threshold) {
            entries.addFirst(new Entry(
                    nextId++,
                    call.now() / 1000,
                    nanos / 1000,
                    words(call),
                    call.session().connection().peerAddress(),
                    call.session().name()));
            trim();
        }
    }

    private void trim() {
        while (entries.size() > settings.slowlogMaxLen()) {
            entries.removeLast();
        }
    }

    private static List<byte[]> words(Call call) {
        int shown = Math.min(call.count(), MAX_WORDS);
        List<byte[]> words = new ArrayList<>(shown);
        for (int i = 0; i < shown; i++) {
            if (i == MAX_WORDS - 1 && call.count() > MAX_WORDS) {
                words.add(text("... (" + (call.count() - MAX_WORDS + 1) + " more arguments)"));
            } else if (call.isRedacted(i)) {
                words.add(text("(redacted)"));
            } else {
                words.add(cut(call.arg(i)));
            }
        }
        return words;
    }

    private static byte[] cut(Bytes word) {
        if (word.length() <= MAX_WORD_BYTES) {
            return word.copy();
        }
        byte[] tail = text("... (" + (word.length() - MAX_WORD_BYTES) + " more bytes)");
        byte[] cut = new byte[MAX_WORD_BYTES + tail.length];
        System.arraycopy(word.array(), word.offset(), cut, 0, MAX_WORD_BYTES);
        System.arraycopy(tail, 0, cut, MAX_WORD_BYTES, tail.length);
        return cut;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The newest ones, newest first. */
    public List<Entry> newest(long count) {
        return entries.stream().limit(count).toList();
    }

    public int size() {
        return entries.size();
    }

    public void reset() {
        entries.clear();
    }
}
