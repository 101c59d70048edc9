package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.Bytes;

/**
 * Told of what transactions do to keys, through whichever door: keyspace notifications and client-side caches live on it.
 *
 * <p>It is told while the transaction runs, then whether that holds. It tells others nothing before {@link #committed}, and
 * lets nothing reach a client before the revision named there is durable. Views are valid during the call only. Engine
 * thread.
 */
public interface KeyspaceListener {
    /** Nobody listens. */
    KeyspaceListener NONE = new KeyspaceListener() {};

    /** Tells two listeners, one after the other: that something has happened, also when the first one fails on it. */
    static KeyspaceListener both(KeyspaceListener first, KeyspaceListener second) {
        return new KeyspaceListener() {
            @Override
            public void event(Database db, KeyspaceEvent type, String name, Bytes key) {
                first.event(db, type, name, key);
                second.event(db, type, name, key);
            }

            @Override
            public void changed(Database db, Bytes key) {
                first.changed(db, key);
                second.changed(db, key);
            }

            @Override
            public void replaced(Database db) {
                first.replaced(db);
                second.replaced(db);
            }

            @Override
            public void committed(long dependency) {
                try {
                    first.committed(dependency);
                } finally {
                    second.committed(dependency);
                }
            }

            @Override
            public void rolledBack() {
                first.rolledBack();
                second.rolledBack();
            }
        };
    }

    /** An event, in the order in which Redis would publish it. */
    default void event(Database db, KeyspaceEvent type, String name, Bytes key) {}

    /** What is stored under a key came, went or changed, its deadline included; told once for each change. */
    default void changed(Database db, Bytes key) {}

    /** All keys of a database were replaced: FLUSHDB (of an empty one, too), FLUSHALL, SWAPDB. */
    default void replaced(Database db) {}

    /**
     * What was told since the last transaction holds.
     *
     * @param dependency revision of the transaction, or of the newest change that it has read
     */
    default void committed(long dependency) {}

    /** Nothing of what was told since the last transaction has happened. */
    default void rolledBack() {}
}
