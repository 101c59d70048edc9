package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.util.Random;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Changes of every kind, on a few keys, locks and ids of a few databases. */
final class RandomChanges {
    private static final String[] DATABASES = {"0", "1", "dev"};
    private static final int MAX_LEASE_MILLIS = 3000;

    private final Random random;
    private final int keys;
    private final Function<String, Database> databases;
    private final LongSupplier wallNow;

    RandomChanges(Random random, int keys, Function<String, Database> databases, LongSupplier wallNow) {
        this.random = random;
        this.keys = keys;
        this.databases = databases;
        this.wallNow = wallNow;
    }

    /** Makes one change, or none where there is nothing to change. */
    void apply(Tx tx) {
        Database db = database();
        Bytes key = Bytes.of("key" + random.nextInt(keys));
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4, 5 -> tx.put(db, key, Kind.RAW, text(), deadline());
            case 6, 7 -> tx.put(db, key, Kind.JSON, text(), Entry.NO_DEADLINE);
            case 8, 9 -> tx.putNumber(db, key, random.nextLong(), deadline());
            case 10, 11 -> tx.add(db, key, random.nextInt());
            case 12, 13 -> tx.delete(db, key);
            case 14 -> tx.deadline(db, key, deadline());
            case 15, 16, 17 -> tx.splice(db, key, random.nextInt(600), text());
            case 18, 19 -> tx.lock(db, key, 1 + random.nextInt(MAX_LEASE_MILLIS), text());
            case 20 -> {
                Entry holder = new Entry();
                if (tx.lockHolder(db, key, holder)) {
                    tx.unlock(db, key, holder.version());
                }
            }
            case 21 -> {
                Entry holder = new Entry();
                if (tx.lockHolder(db, key, holder)) {
                    tx.extend(db, key, holder.version(), 1 + random.nextInt(MAX_LEASE_MILLIS));
                }
            }
            case 22 -> tx.once(db, key, 1 + random.nextInt(MAX_LEASE_MILLIS));
            default -> {
                if (random.nextInt(10) == 0) {
                    tx.flush(db);
                } else if (random.nextInt(10) == 0) {
                    tx.swap(db, database());
                }
            }
        }
    }

    private Database database() {
        return databases.apply(DATABASES[random.nextInt(DATABASES.length)]);
    }

    private Bytes text() {
        return Bytes.of("x".repeat(random.nextInt(random.nextInt(10) == 0 ? 1000 : 20)) + random.nextInt());
    }

    private long deadline() {
        return random.nextBoolean() ? Entry.NO_DEADLINE : wallNow.getAsLong() + 1 + random.nextInt(MAX_LEASE_MILLIS);
    }
}
