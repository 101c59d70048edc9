package io.clouddragon.server.tools;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.EngineOptions;
import io.clouddragon.storage.engine.LoadProgress;
import io.clouddragon.storage.engine.Operation;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.NioDisk;
import io.clouddragon.storage.log.SyncMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Data directories with something of everything in them, and what a directory holds, as text. */
final class SampleData {
    static final long NOW = System.currentTimeMillis();
    static final long ENGINE_NOW = 5000;
    private static final byte[] NOT_UTF8 = {0, (byte) 0xFF, '"', '\n', (byte) 0xC3};

    private SampleData() {}

    /** Keys of all kinds in two databases, a lock, an id, an expired key, a database that was flushed. */
    static void write(Path directory) throws IOException {
        change(directory, ENGINE_NOW, engine -> {
            Database zero = engine.databases().get("0");
            Database jobs = engine.databases().get("jobs");
            transact(engine, tx -> tx.put(zero, Bytes.of("flushed"), Kind.RAW, Bytes.of("x"), Entry.NO_DEADLINE));
            transact(engine, tx -> tx.transfer().flush(zero));
            transact(engine, tx -> tx.put(zero, Bytes.of("text"), Kind.RAW, Bytes.of("größer"), Entry.NO_DEADLINE));
            transact(engine, tx -> tx.put(zero, new Bytes(NOT_UTF8), Kind.RAW, new Bytes(NOT_UTF8), NOW + 3_600_000));
            transact(engine, tx -> tx.put(zero, Bytes.of("empty"), Kind.EDITED, new Bytes(), Entry.NO_DEADLINE));
            transact(engine, tx -> tx.putNumber(zero, Bytes.of("count"), Long.MIN_VALUE, Entry.NO_DEADLINE));
            transact(engine, tx -> {
                tx.put(jobs, Bytes.of("a"), Kind.JSON, Bytes.of("{\"n\":1}"), Entry.NO_DEADLINE);
                tx.put(jobs, Bytes.of("b"), Kind.RAW, Bytes.of("x".repeat(70_000)), Entry.NO_DEADLINE);
            });
            transact(engine, tx -> tx.locks().acquire(jobs, Bytes.of("nightly"), 60_000, Bytes.of("worker 3")));
            transact(engine, tx -> tx.once(jobs, Bytes.of("order-77"), 86_400_000));
            transact(engine, tx -> tx.put(jobs, Bytes.of("expired"), Kind.RAW, Bytes.of("x"), NOW + 1));
        });
    }

    static void transact(Engine engine, Operation operation) {
        engine.transact(operation);
        engine.log().flush();
    }

    interface Change {
        void on(Engine engine) throws IOException;
    }

    /** Opens the directory, as a server does, lets something happen, and shuts down in order. */
    static void change(Path directory, long engineNow, Change change) throws IOException {
        Engine engine = new Engine(
                new NioDisk(directory),
                new LogOptions(SyncMode.NO, 1 << 16, 1 << 14, false),
                new EngineOptions(1, 2, 64),
                LoadProgress.NONE);
        engine.advance(engineNow, NOW);
        change.on(engine);
        engine.log().close(engine.engineMillis());
    }

    /** Everything in a directory: what export and import must not change. */
    static TreeMap<String, String> contents(Path directory) throws IOException {
        TreeMap<String, String> all = new TreeMap<>();
        Engine engine =
                Engine.openReadOnly(NioDisk.existing(directory), new EngineOptions(1, 2, 64), LoadProgress.NONE);
        engine.advance(engine.engineMillis(), System.currentTimeMillis());
        for (Database db : engine.databases().existing()) {
            for (Tx.Space space : Tx.Space.values()) {
                engine.transact(tx -> {
                    long cursor = 0;
                    do {
                        cursor = tx.scan(
                                db, space, cursor, entry -> all.put(describeKey(db, space, entry), describe(entry)));
                    } while (cursor != 0);
                });
            }
        }
        all.put("", "revision " + engine.revision() + ", engine ms " + engine.engineMillis());
        engine.log().abandon();
        return all;
    }

    private static String describeKey(Database db, Tx.Space space, Entry entry) {
        return db + " " + space + " " + Text.quoted(entry.key(new Bytes()), 1000);
    }

    private static String describe(Entry entry) {
        return entry.kind() + " v" + entry.version() + " until " + entry.deadline() + " = "
                + (entry.kind().isCollection() ? elements(entry) : Text.quoted(entry.value(new Bytes()), 1_000_000));
    }

    /** In order, where there is one. */
    private static String elements(Entry entry) {
        CollectionWords words = new CollectionWords().open(entry);
        List<String> elements = new ArrayList<>();
        for (List<Bytes> more = words.next(); !more.isEmpty(); more = words.next()) {
            CollectionWords.elements(entry.kind(), more)
                    .forEach(element -> elements.add(Text.quoted(element, 1_000_000)));
        }
        if (entry.kind() == Kind.HASH || entry.kind() == Kind.SET) {
            elements.sort(null);
        }
        return elements.toString();
    }
}
