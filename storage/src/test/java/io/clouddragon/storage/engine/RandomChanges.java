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
    private final Entry entry = new Entry();

    RandomChanges(Random random, int keys, Function<String, Database> databases, LongSupplier wallNow) {
        this.random = random;
        this.keys = keys;
        this.databases = databases;
        this.wallNow = wallNow;
    }

    /** Makes one change, or none where there is nothing to change. */
    void apply(Tx tx) {
        Database db = database();
        Bytes key = key();
        switch (random.nextInt(40)) {
            case 0, 1, 2, 3, 4, 5 -> tx.put(db, key, Kind.RAW, text(), deadline());
            case 6, 7 -> tx.put(db, key, Kind.JSON, text(), Entry.NO_DEADLINE);
            case 8, 9 -> tx.putNumber(db, key, random.nextLong(), deadline());
            case 10, 11 -> tx.add(db, key, random.nextInt());
            case 12, 13 -> tx.delete(db, key);
            case 14 -> tx.deadline(db, key, deadline());
            case 15, 16, 17 -> splice(tx, db, key);
            case 18, 19 -> tx.locks().acquire(db, key, 1 + random.nextInt(MAX_LEASE_MILLIS), text());
            case 20 -> {
                Entry holder = new Entry();
                if (tx.locks().holder(db, key, holder)) {
                    tx.locks().release(db, key, holder.version());
                }
            }
            case 21 -> {
                Entry holder = new Entry();
                if (tx.locks().holder(db, key, holder)) {
                    tx.locks().extend(db, key, holder.version(), 1 + random.nextInt(MAX_LEASE_MILLIS));
                }
            }
            case 22 -> tx.once(db, key, 1 + random.nextInt(MAX_LEASE_MILLIS));
            case 23, 24, 25, 26, 27 -> keyed(tx, db, key);
            case 28, 29, 30, 31 -> list(tx, db, key);
            case 32 -> tx.transfer().copy(db, key, database(), key());
            case 33, 34 -> move(tx, db, key);
            default -> {
                if (random.nextInt(10) == 0) {
                    tx.transfer().flush(db);
                } else if (random.nextInt(10) == 0) {
                    tx.transfer().swap(db, database());
                }
            }
        }
    }

    private Bytes key() {
        return Bytes.of("key" + random.nextInt(keys));
    }

    private void splice(Tx tx, Database db, Bytes key) {
        if (!tx.peek(db, key, entry) || entry.type() == Kind.Type.STRING) {
            tx.splice(db, key, random.nextInt(random.nextInt(4) == 0 ? 8000 : 600), text());
        }
    }

    private void move(Tx tx, Database db, Bytes key) {
        Bytes other = key();
        Database target = database();
        if (db != target || !key.equals(other)) {
            tx.transfer().move(db, key, target, other);
        }
    }

    /** Changes a hash, set or sorted set; makes one of what is something else. */
    private void keyed(Tx tx, Database db, Bytes key) {
        Kind kind = switch (random.nextInt(3)) {
            case 0 -> Kind.HASH;
            case 1 -> Kind.SET;
            default -> Kind.SORTED_SET;
        };
        if (tx.peek(db, key, entry) && entry.kind().isKeyed()) {
            kind = entry.kind();
        } else {
            tx.delete(db, key);
        }
        for (int n = howMany(); n >= 0; n--) {
            Bytes name = Bytes.of("e" + random.nextInt(random.nextInt(3) == 0 ? 400 : 20));
            if (random.nextInt(4) == 0) {
                tx.keyed().remove(db, key, name);
            } else if (kind == Kind.HASH) {
                tx.keyed().putField(db, key, name, text());
            } else if (kind == Kind.SORTED_SET) {
                tx.keyed().putScore(db, key, name, random.nextInt(10) - 5);
            } else if (!tx.peek(db, key, entry) || !tx.contains(entry, name)) {
                tx.keyed().addMember(db, key, name);
            }
        }
    }

    /** Changes a list; makes one of what is something else. */
    private void list(Tx tx, Database db, Bytes key) {
        if (tx.peek(db, key, entry) && entry.kind() != Kind.LIST) {
            tx.delete(db, key);
        }
        for (int n = howMany(); n >= 0; n--) {
            long length = tx.peek(db, key, entry) ? entry.elements() : 0;
            int what = random.nextInt(10);
            if (length == 0 || what < 3) {
                tx.lists().append(db, key, text());
            } else if (what < 5) {
                tx.lists().prepend(db, key, text());
            } else if (what < 7) {
                tx.lists().insert(db, key, random.nextInt((int) length + 1), text());
            } else if (what < 8) {
                tx.lists().set(db, key, random.nextInt((int) length), text());
            } else {
                int from = random.nextInt((int) length);
                int most = (int) length - from;
                tx.lists().cut(db, key, from, 1 + random.nextInt(random.nextInt(4) == 0 ? most : Math.min(most, 3)));
            }
        }
    }

    private int howMany() {
        return random.nextInt(random.nextInt(5) == 0 ? 150 : 4);
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
