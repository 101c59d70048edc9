package io.clouddragon.storage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the listener is told, in which order, and that it hears whether it holds. */
class KeyspaceListenerTest {
    private static final Bytes KEY = Bytes.of("k");

    private final List<String> told = new ArrayList<>();
    private TestEngine test;
    private Database db;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        test = new TestEngine(directory);
        db = test.db("0");
        test.engine().listener(new KeyspaceListener() {
            @Override
            public void event(Database database, KeyspaceEvent type, String name, Bytes key) {
                told.add(type.letter() + " " + name + " " + key + "@" + database);
            }

            @Override
            public void changed(Database database, Bytes key) {
                told.add("changed " + key);
            }

            @Override
            public void replaced(Database database) {
                told.add("replaced " + database);
            }

            @Override
            public void committed(long dependency) {
                told.add("committed " + dependency);
            }

            @Override
            public void rolledBack() {
                told.add("rolled back");
            }
        });
    }

    private void put(Tx tx, long deadline) {
        tx.put(db, KEY, Kind.RAW, Bytes.of("v"), deadline);
    }

    @Test
    void aNewKeyIsToldOnceAndEachChangeWithIt() {
        test.transact(tx -> put(tx, Entry.NO_DEADLINE));
        test.transact(tx -> {
            tx.delete(db, KEY);
            tx.event(db, KeyspaceEvent.GENERIC, "del", KEY);
            tx.putNumber(db, KEY, 7, Entry.NO_DEADLINE);
            tx.deadline(db, KEY, test.wallNow() + 1000);
            tx.splice(db, KEY, 3, Bytes.of("x"));
        });
        assertEquals(
                List.of(
                        "n new k@0",
                        "changed k",
                        "committed 1",
                        "changed k",
                        "g del k@0",
                        "n new k@0",
                        "changed k",
                        "changed k",
                        "changed k",
                        "committed 2"),
                told);
    }

    @Test
    void whatIsTakenBackIsToldToBe() {
        test.transact(tx -> {
            put(tx, Entry.NO_DEADLINE);
            tx.abort();
        });
        assertThrows(
                IllegalArgumentException.class,
                () -> test.transact(tx -> {
                    put(tx, Entry.NO_DEADLINE);
                    throw new IllegalArgumentException("no");
                }));
        assertEquals(List.of("n new k@0", "changed k", "rolled back", "n new k@0", "changed k", "rolled back"), told);
    }

    @Test
    void aReadDependsOnTheChangeItSaw() {
        test.transact(tx -> put(tx, Entry.NO_DEADLINE));
        test.transact(tx -> tx.put(db, Bytes.of("other"), Kind.RAW, KEY, Entry.NO_DEADLINE));
        told.clear();
        test.transact(tx -> tx.exists(db, KEY));
        assertEquals(List.of("committed 1"), told);
    }

    @Test
    void onlyReadsMiss() {
        Entry entry = new Entry();
        test.transact(tx -> {
            tx.get(db, KEY, entry);
            tx.glance(db, KEY, entry);
            tx.peek(db, KEY, entry);
            tx.exists(db, KEY);
        });
        assertEquals(List.of("m keymiss k@0", "m keymiss k@0", "committed 0"), told);
    }

    @Test
    void expiryIsAnEventWhoeverNoticesIt() {
        test.transact(tx -> put(tx, test.wallNow() + 10));
        told.clear();
        test.advance(10);
        assertEquals(List.of("changed k", "x expired k@0", "committed 2"), told);
        // Overwritten between its deadline and the timer: it has expired all the same, and a new key came.
        test.transact(tx -> put(tx, test.wallNow()));
        told.clear();
        test.transact(tx -> put(tx, Entry.NO_DEADLINE));
        assertEquals(List.of("x expired k@0", "n new k@0", "changed k", "committed 4"), told);
    }

    @Test
    void aWokenWaiterCommitsAfterWhoWokeIt() {
        test.engine()
                .park(
                        new TestWaiter() {
                            @Override
                            protected boolean serve(Tx tx) {
                                return tx.delete(db, KEY);
                            }

                            @Override
                            protected void expire(Tx tx) {
                                throw new AssertionError("it waits without a deadline");
                            }

                            @Override
                            protected void settled(long dependency) {
                                told.add("settled " + dependency);
                            }
                        },
                        db,
                        Waiter.Kind.KEY,
                        Waiter.FOR_EVER,
                        KEY);
        test.transact(tx -> put(tx, Entry.NO_DEADLINE));
        assertEquals(
                List.of("n new k@0", "changed k", "committed 1", "changed k", "committed 2", "settled 2"),
                // The deletion wakes the queue again, in which nobody is left.
                told);
    }

    @Test
    void wholeDatabases() {
        test.transact(tx -> put(tx, Entry.NO_DEADLINE));
        told.clear();
        test.transact(tx -> tx.transfer().swap(db, test.db("1")));
        test.transact(tx -> tx.transfer().flush(test.db("1")));
        test.transact(tx -> tx.transfer().flush(test.db("1")));
        assertEquals(
                List.of(
                        "replaced 0",
                        "replaced 1",
                        "committed 2",
                        "replaced 1",
                        "committed 3",
                        "replaced 1",
                        "committed 0"),
                told);
    }

    @Test
    void whatHappenedIsToldToTheSecondListenerThoughTheFirstFails() {
        KeyspaceListener first = new KeyspaceListener() {
            @Override
            public void committed(long dependency) {
                throw new OutOfMemoryError("full");
            }
        };
        KeyspaceListener second = new KeyspaceListener() {
            @Override
            public void committed(long dependency) {
                told.add("second " + dependency);
            }
        };
        test.engine().listener(KeyspaceListener.both(first, second));
        test.transact(tx -> put(tx, Entry.NO_DEADLINE));
        assertEquals(List.of("second 1"), told);
    }
}
