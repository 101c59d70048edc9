package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Keyspace;
import io.clouddragon.storage.keyspace.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Handles of databases near the limit of 64 that {@link TestEngine} sets. */
class DatabasesTest {
    private static final Bytes KEY = Bytes.of("key");

    @TempDir
    Path directory;

    private TestEngine test;

    @BeforeEach
    void open() throws Exception {
        test = new TestEngine(directory);
    }

    private void put(Database db) {
        test.transact(tx -> tx.put(db, KEY, Kind.RAW, KEY, Entry.NO_DEADLINE));
    }

    @Test
    void a_handle_is_not_given_up_between_asking_for_it_and_writing_to_it() throws Exception {
        for (int i = 0; i < 62; i++) {
            put(test.db("db" + i));
        }
        test.db("only read from");
        test.advance(0);

        test.transact(tx -> {
            Database a = test.db("a");
            Database b = test.db("b");
            tx.put(a, KEY, Kind.RAW, KEY, Entry.NO_DEADLINE);
            tx.locks().acquire(b, KEY, 60_000, KEY);
        });

        assertThat(test.db("a").size()).isEqualTo(1);
        assertThat(test.db("b").lockCount()).isEqualTo(1);
        var before = test.contents();
        test.killAndOpen();
        assertThat(test.contents()).isEqualTo(before);
    }

    @Test
    void there_is_always_room_for_the_first_database() {
        for (int i = 0; i < 64; i++) {
            put(test.db("db" + i));
        }
        assertThat(test.db("one more")).isNull();
        put(test.db("0"));
        assertThat(test.db("0").size()).isEqualTo(1);
    }

    @Test
    void handles_that_nobody_uses_make_room_in_the_next_turn() {
        for (int i = 0; i < 64; i++) {
            assertThat(test.db("read" + i)).isNotNull();
        }
        assertThat(test.db("new")).isNull();
        test.advance(0);
        assertThat(test.db("new")).isNotNull();
    }

    @Test
    void the_servers_own_database_is_in_snapshots_but_not_among_those_of_clients() throws Exception {
        put(test.db(":functions"));
        put(test.db("0"));
        test.finish(test.beginSnapshot());
        test.killAndOpen();
        assertThat(test.db(":functions").size()).isEqualTo(1);
        assertThat(test.engine().databases().existing()).containsExactly(test.db("0"));
    }

    @Test
    void a_flushed_keyspace_holds_nothing_once_that_cannot_be_taken_back() {
        Database db = test.db("0");
        put(db);
        Keyspace keys = db.keys();

        test.transact(tx -> {
            tx.transfer().flush(db);
            tx.abort();
        });
        assertThat(db.keys()).isSameAs(keys);
        assertThat(keys.size()).isEqualTo(1);

        test.transact(tx -> {
            tx.transfer().flush(db);
            assertThat(keys.size()).isEqualTo(1);
        });
        assertThat(keys.size()).isZero();
        assertThat(test.engine().entryBytes()).isZero();
    }

    @Test
    void what_was_flushed_takes_no_memory_while_the_log_is_replayed() {
        Replayer replayer = new Replayer(test.engine(), LoadProgress.NONE);
        ByteSink record = new ByteSink(64);
        Effects.database(record, "full", 101, 102, 103);
        Effects.put(record, 101, KEY, Kind.RAW, Entry.NO_DEADLINE, new byte[1 << 20], 0, 1 << 20);
        replay(replayer, 1, record);
        assertThat(test.engine().entryBytes()).isGreaterThan(1 << 20);

        Effects.database(record, "empty", 111, 112, 113);
        replay(replayer, 2, record);
        // They are swapped.
        Effects.database(record, "full", 111, 102, 103);
        Effects.database(record, "empty", 101, 112, 113);
        replay(replayer, 3, record);
        assertThat(test.engine().entryBytes()).isGreaterThan(1 << 20);

        Effects.database(record, "empty", 121, 112, 113);
        replay(replayer, 4, record);
        assertThat(test.engine().entryBytes()).isZero();
    }

    /** Each handle of a database takes three numbers, each flush one: in some hours of nothing else an int is used up. */
    @Test
    void keyspaces_have_numbers_of_their_own_beyond_two_to_the_31st() throws Exception {
        test.engine().newKeyspace(Integer.MAX_VALUE - 3, Keyspace.Clock.WALL);
        put(test.db("a"));
        put(test.db("b"));
        test.transact(tx -> tx.transfer().flush(test.db("a")));
        var before = test.contents();
        test.killAndOpen();
        assertThat(test.contents()).isEqualTo(before);
        test.finish(test.beginSnapshot());
        test.killAndOpen();
        assertThat(test.contents()).isEqualTo(before);
        assertThat(test.db("b").keys().id()).isGreaterThan(Integer.MAX_VALUE);
    }

    private static void replay(Replayer replayer, long revision, ByteSink record) {
        replayer.record(revision, 0, false, new ByteSource(record.array(), 0, record.size()));
        record.truncate(0);
    }
}
