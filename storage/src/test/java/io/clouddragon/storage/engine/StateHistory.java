package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Keyspace;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an engine held at which revision, deadlines that have passed or not: after a crash it must be one of these states.
 *
 * <p>Between two states noted, only expiries may have happened, one per revision: each such state is the older one
 * without as many of the entries that the newer one lacks.
 */
final class StateHistory {
    private final TreeMap<Long, TreeMap<String, String>> states = new TreeMap<>();

    StateHistory() {
        states.put(0L, new TreeMap<>());
    }

    /** Notes the engine's state; whether or not anything has changed. */
    void add(Engine engine) {
        states.put(engine.revision(), contents(engine));
    }

    /** Only this state is possible from now on. */
    void startAt(Engine engine) {
        states.clear();
        add(engine);
    }

    /** The state at that revision will be found, or a later one. */
    void forgetBefore(long revision) {
        states.headMap(states.floorKey(revision)).clear();
    }

    long last() {
        return states.lastKey();
    }

    /** Fails when the engine does not hold what was noted for its revision. */
    void verify(Engine engine) {
        long revision = engine.revision();
        Map<String, String> found = contents(engine);
        Map.Entry<Long, TreeMap<String, String>> before = states.floorEntry(revision);
        assertThat(revision).as("a revision that was never reached").isLessThanOrEqualTo(last());
        assertThat(before).as("a state before revision " + revision).isNotNull();
        if (before.getKey() == revision) {
            assertThat(found).as("state at revision " + revision).isEqualTo(before.getValue());
            return;
        }
        Map<String, String> after = states.ceilingEntry(revision).getValue();
        assertThat(before.getValue()).as("state at revision " + revision).containsAllEntriesOf(found);
        assertThat(found).as("state at revision " + revision).containsAllEntriesOf(after);
        assertThat(before.getValue().size() - found.size())
                .as("expired since revision " + before.getKey())
                .isEqualTo((int) (revision - before.getKey()));
    }

    private static TreeMap<String, String> contents(Engine engine) {
        TreeMap<String, String> all = new TreeMap<>();
        for (Database database : engine.databases().existing()) {
            all.put(database.name(), "");
            put(database.name() + " key ", database.keys(), all);
            put(database.name() + " lock ", database.locks(), all);
            put(database.name() + " id ", database.onceIds(), all);
        }
        return all;
    }

    private static void put(String prefix, Keyspace space, Map<String, String> into) {
        Entry entry = new Entry();
        Bytes scratch = new Bytes();
        long cursor = 0;
        do {
            cursor = space.scan(cursor, element -> {
                Keyspace.view(element, entry);
                into.put(prefix + entry.key(scratch), TestEngine.describe(entry, scratch));
            });
        } while (cursor != 0);
    }
}
