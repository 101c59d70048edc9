package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.keyspace.ListView;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.NioDisk;
import io.clouddragon.storage.log.SyncMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/** An engine on a real directory, with time in the test's hand, that can be closed or killed and opened again. */
final class TestEngine {
    private final Path directory;
    private Engine engine;
    private long engineNow;
    private long wallNow = 1_700_000_000_000L;

    TestEngine(Path directory) throws IOException {
        this.directory = directory;
        open();
    }

    private void open() throws IOException {
        engine = new Engine(
                new NioDisk(directory),
                new LogOptions(SyncMode.NO, 1 << 16, 1 << 14, false),
                new EngineOptions(1, 2, 64),
                LoadProgress.NONE);
        engineNow = engine.engineMillis();
        advance(0);
    }

    Engine engine() {
        return engine;
    }

    Database db(String name) {
        return engine.databases().get(name);
    }

    long wallNow() {
        return wallNow;
    }

    /** Time goes on for both clocks, until nothing more is due. */
    void advance(long millis) {
        engineNow += millis;
        wallNow += millis;
        while (engine.advance(engineNow, wallNow)) {
            engine.log().flush();
        }
        engine.log().flush();
    }

    /** The wall clock is set. */
    void stepWallClock(long millis) {
        wallNow += millis;
        advance(0);
    }

    /** Runs and makes durable; returns the revision afterwards. */
    long transact(Operation operation) {
        engine.transact(operation);
        engine.log().flush();
        return engine.revision();
    }

    void closeAndOpen() throws IOException {
        engine.log().close(engine.engineMillis());
        open();
    }

    /** As kill -9: what was flushed is there. */
    void killAndOpen() throws IOException {
        engine.log().abandon();
        open();
    }

    /** One step of a snapshot's walk between two transactions, as the server takes it. */
    Snapshotter beginSnapshot() {
        return new Snapshotter(engine);
    }

    void finish(Snapshotter snapshot) {
        while (snapshot.step()) {
            engine.log().flush();
        }
        engine.log().flush();
        snapshot.finish().join();
    }

    /** Everything that the engine holds, as text: what two engines must agree on. */
    TreeMap<String, String> contents() {
        TreeMap<String, String> all = new TreeMap<>();
        Bytes scratch = new Bytes();
        for (Database db : engine.databases().existing()) {
            engine.transact(tx -> {
                for (Tx.Space space : Tx.Space.values()) {
                    long cursor = 0;
                    do {
                        cursor = tx.scan(
                                db,
                                space,
                                cursor,
                                entry -> all.put(
                                        db.name() + " " + space + " " + entry.key(scratch), describe(entry, scratch)));
                    } while (cursor != 0);
                }
            });
        }
        return all;
    }

    /** All that an entry says, its elements included: those of a hash and of a set by name. */
    static String describe(Entry entry, Bytes scratch) {
        String text = entry.kind() + " v" + entry.version() + " until " + entry.deadline() + " = ";
        if (!entry.kind().isCollection()) {
            return text + entry.value(scratch);
        }
        List<String> elements = new ArrayList<>();
        if (entry.kind() == Kind.LIST) {
            ListView list = new ListView().open(entry);
            while (list.next(scratch)) {
                elements.add(scratch.toString());
            }
        } else {
            KeyedView keyed = new KeyedView().open(entry);
            while (keyed.next()) {
                String score = entry.kind() == Kind.SORTED_SET ? " " + keyed.score() : " " + keyed.payload(scratch);
                elements.add(keyed.name(scratch) + score);
            }
            if (entry.kind() != Kind.SORTED_SET) {
                Collections.sort(elements);
            }
        }
        return text + entry.elements() + " flags " + entry.flags() + " " + elements;
    }
}
