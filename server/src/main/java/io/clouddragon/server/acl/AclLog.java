package io.clouddragon.server.acl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * What was refused lately, the latest first. The same again within a minute counts up the entry that there is. Event loop
 * only.
 */
public final class AclLog {
    private static final long SAME_WITHIN_MILLIS = 60_000;

    /** Entries that are looked at for the same. */
    private static final int LOOK_BACK = 10;

    /** Chars kept of a text: who is refused may send names as large as memory. */
    private static final int MAX_CHARS = 1024;

    /** Where a command came from. */
    public enum Context {
        TOPLEVEL,
        MULTI,
        LUA,
        /** A door that is no Redis protocol: HTTP. */
        MODULE
    }

    /** What was refused again and again. */
    public static final class Entry {
        private final Denial reason;
        private final Context context;
        private final String object;
        private final String username;
        private String clientInfo;
        private long atMillis;
        private long count = 1;

        private Entry(
                Denial reason, Context context, String object, String username, String clientInfo, long atMillis) {
            this.reason = reason;
            this.context = context;
            this.object = object;
            this.username = username;
            this.clientInfo = clientInfo;
            this.atMillis = atMillis;
        }

        private boolean isSame(Entry other) {
            return reason == other.reason
                    && context == other.context
                    && Math.abs(other.atMillis - atMillis) <= SAME_WITHIN_MILLIS
                    && object.equals(other.object)
                    && username.equals(other.username);
        }

        public long count() {
            return count;
        }

        public String reason() {
            return reason.word();
        }

        public String context() {
            return context.name().toLowerCase(Locale.ROOT);
        }

        /** The command, key or channel, cut when it is long; one char a byte, as the name of the user. */
        public String object() {
            return object;
        }

        public String username() {
            return username;
        }

        public double ageSeconds(long nowMillis) {
            return (nowMillis - atMillis) / 1000.0;
        }

        /** The latest client, as CLIENT LIST tells it. */
        public String clientInfo() {
            return clientInfo;
        }
    }

    private final LongSupplier maxEntries;
    private final Deque<Entry> entries = new ArrayDeque<>();

    /** @param maxEntries {@code acllog-max-len} */
    public AclLog(LongSupplier maxEntries) {
        this.maxEntries = maxEntries;
    }

    public void add(Denial reason, Context context, String object, String username, String clientInfo, long nowMillis) {
        Entry added = new Entry(reason, context, cut(object), cut(username), cut(clientInfo), nowMillis);
        Entry known = takeSame(added);
        if (known == null) {
            entries.addFirst(added);
            while (entries.size() > maxEntries.getAsLong()) {
                entries.removeLast();
            }
        } else {
            known.count++;
            known.atMillis = nowMillis;
            known.clientInfo = added.clientInfo;
            entries.addFirst(known);
        }
    }

    /** As SLOWLOG cuts words. */
    private static String cut(String text) {
        int more = text.length() - MAX_CHARS;
        return more <= 0 ? text : text.substring(0, MAX_CHARS) + "... (" + more + " more bytes)";
    }

    private Entry takeSame(Entry added) {
        Iterator<Entry> latest = entries.iterator();
        for (int i = 0; i < LOOK_BACK && latest.hasNext(); i++) {
            Entry entry = latest.next();
            if (entry.isSame(added)) {
                latest.remove();
                return entry;
            }
        }
        return null;
    }

    /** The latest ones, latest first. */
    public List<Entry> latest(long count) {
        return new ArrayList<>(entries.stream().limit(Math.max(0, count)).toList());
    }

    public void clear() {
        entries.clear();
    }
}
