package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.CorruptDataException;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Keyspace;
import io.clouddragon.storage.log.Replay;
import java.util.HashMap;
import java.util.Map;

/**
 * Builds state from {@link Effect effects}: snapshot items first, then the records after the snapshot's base.
 *
 * <p>A snapshot is fuzzy: taken while writes went on, it shows some entries as they were after its base. So an effect is
 * skipped when the entry is newer than its record; applied again to an entry of the same revision it changes nothing,
 * because effects are absolute. Up to the snapshot's end an effect may meet no entry at all (it was removed before the
 * snapshot came by); after it, that is damage.
 */
final class Replayer implements Replay {
    private final Engine engine;
    private final LoadProgress progress;
    private final Map<Long, Keyspace> spaces = new HashMap<>();
    private final Effect effect = new Effect();
    private final Entry entry = new Entry();

    Replayer(Engine engine, LoadProgress progress) {
        this.engine = engine;
        this.progress = progress;
    }

    @Override
    public void snapshotItem(ByteSource item) {
        apply(0, true, item);
    }

    @Override
    public void record(long revision, long engineMillis, boolean fuzzy, ByteSource payload) {
        while (payload.remaining() > 0) {
            apply(revision, fuzzy, payload);
        }
    }

    @Override
    public void progress(long bytesRead, long bytesTotal, long records) {
        progress.loaded(bytesRead, bytesTotal, records);
    }

    /** Everything is loaded: lets deadlines run. */
    void finish() {
        for (Database database : engine.databases().all()) {
            engine.watchDeadlines(database.keys());
            engine.watchDeadlines(database.locks());
            engine.watchDeadlines(database.onceIds());
        }
        // Entries of keyspaces that no database has any more were counted when they were loaded.
        for (Keyspace space : spaces.values()) {
            engine.dropUnlessUsed(space);
        }
    }

    private void apply(long revision, boolean fuzzy, ByteSource in) {
        effect.read(in);
        if (effect.type() == Effect.Type.DATABASE) {
            database();
            return;
        }
        Keyspace space = space(effect.keyspace());
        long hash = space.hash(effect.key());
        switch (effect.type()) {
            case PUT -> put(space, hash, revision);
            // A scan may meet an entry twice when its table grew or shrank: the later item is the newer one.
            case ENTRY -> write(space, hash, effect.version());
            case DELETE -> delete(space, hash, revision);
            case EXTEND -> extend(space, hash, fuzzy);
            case SPLICE -> splice(space, hash, revision, fuzzy);
            case DATABASE -> throw new AssertionError();
        }
    }

    private void put(Keyspace space, long hash, long revision) {
        if (!isNewer(space, hash, revision)) {
            write(space, hash, revision);
        }
    }

    private void write(Keyspace space, long hash, long version) {
        Bytes value = effect.value();
        space.write(
                effect.key(),
                hash,
                effect.kind(),
                version,
                value.array(),
                value.offset(),
                value.length(),
                effect.deadline());
    }

    private void delete(Keyspace space, long hash, long revision) {
        if (!isNewer(space, hash, revision)) {
            space.delete(effect.key(), hash);
        }
    }

    private void extend(Keyspace space, long hash, boolean fuzzy) {
        if (!space.find(effect.key(), hash, entry)) {
            expectFuzzy(fuzzy);
        } else if (entry.version() <= effect.version()) {
            space.rewrite(effect.key(), hash, entry, effect.version(), effect.deadline());
        }
    }

    private void splice(Keyspace space, long hash, long revision, boolean fuzzy) {
        if (!space.find(effect.key(), hash, entry)) {
            expectFuzzy(fuzzy);
        } else if (entry.version() <= revision) {
            space.splice(effect.key(), hash, entry, revision, effect.offset(), effect.value());
        }
    }

    private boolean isNewer(Keyspace space, long hash, long revision) {
        return space.find(effect.key(), hash, entry) && entry.version() > revision;
    }

    private void expectFuzzy(boolean fuzzy) {
        if (!fuzzy) {
            throw new CorruptDataException("an effect " + effect.type() + " for an entry that does not exist");
        }
    }

    private void database() {
        String name = effect.key().toString();
        Keyspace keys = space(effect.keyspace(), Keyspace.Clock.WALL);
        Keyspace locks = space(effect.locks(), Keyspace.Clock.ENGINE);
        Keyspace onceIds = space(effect.onceIds(), Keyspace.Clock.WALL);
        Database database = engine.databases().find(name);
        if (database == null) {
            database = new Database(engine, name, keys, locks, onceIds);
            database.exists(true);
            engine.databases().put(database);
        } else {
            database.keys(keys);
        }
    }

    private Keyspace space(long id) {
        Keyspace space = spaces.get(id);
        if (space == null) {
            throw new CorruptDataException("an effect on keyspace " + id + ", which no database has had");
        }
        return space;
    }

    private Keyspace space(long id, Keyspace.Clock clock) {
        return spaces.computeIfAbsent(id, unused -> engine.newKeyspace((int) id, clock));
    }
}
