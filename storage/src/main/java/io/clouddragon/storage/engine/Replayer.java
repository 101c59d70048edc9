package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.CorruptDataException;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Keyspace;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.log.Replay;
import java.util.HashMap;
import java.util.Map;

/**
 * Builds state from {@link Effects}: snapshot items first, then the records after the snapshot's base.
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
    private final Bytes key = new Bytes();
    private final Bytes value = new Bytes();
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
        int opcode = in.u8();
        if (opcode == Effects.DATABASE) {
            database(in);
            return;
        }
        Keyspace space = space(in.varint());
        in.bytes(key);
        long hash = space.hash(key);
        switch (opcode) {
            case Effects.PUT -> put(space, hash, revision, in);
            case Effects.ENTRY -> entry(space, hash, in);
            case Effects.DELETE -> delete(space, hash, revision);
            case Effects.EXTEND -> extend(space, hash, fuzzy, in);
            case Effects.SPLICE -> splice(space, hash, revision, fuzzy, in);
            default -> throw new CorruptDataException("unknown effect " + opcode);
        }
    }

    private void put(Keyspace space, long hash, long revision, ByteSource in) {
        Kind kind = Kind.of(in.u8());
        long deadline = Effects.readDeadline(in.varint());
        in.bytes(value);
        if (!isNewer(space, hash, revision)) {
            space.write(key, hash, kind, revision, value.array(), value.offset(), value.length(), deadline);
        }
    }

    private void entry(Keyspace space, long hash, ByteSource in) {
        Kind kind = Kind.of(in.u8());
        long deadline = Effects.readDeadline(in.varint());
        in.bytes(value);
        long version = in.varint();
        // A scan may meet an entry twice when its table grew or shrank: the later item is the newer one.
        space.write(key, hash, kind, version, value.array(), value.offset(), value.length(), deadline);
    }

    private void delete(Keyspace space, long hash, long revision) {
        if (!isNewer(space, hash, revision)) {
            space.delete(key, hash);
        }
    }

    private void extend(Keyspace space, long hash, boolean fuzzy, ByteSource in) {
        long version = in.varint();
        long deadline = Effects.readDeadline(in.varint());
        if (!space.find(key, hash, entry)) {
            expectFuzzy(fuzzy, "EXTEND");
        } else if (entry.version() <= version) {
            space.rewrite(key, hash, entry, version, deadline);
        }
    }

    private void splice(Keyspace space, long hash, long revision, boolean fuzzy, ByteSource in) {
        int at = (int) in.varint();
        in.bytes(value);
        if (!space.find(key, hash, entry)) {
            expectFuzzy(fuzzy, "SPLICE");
        } else if (entry.version() <= revision) {
            space.splice(key, hash, entry, revision, at, value);
        }
    }

    private boolean isNewer(Keyspace space, long hash, long revision) {
        return space.find(key, hash, entry) && entry.version() > revision;
    }

    private static void expectFuzzy(boolean fuzzy, String effect) {
        if (!fuzzy) {
            throw new CorruptDataException("an effect " + effect + " for an entry that does not exist");
        }
    }

    private void database(ByteSource in) {
        String name = in.bytes(value).toString();
        Keyspace keys = space(in.varint(), Keyspace.Clock.WALL);
        Keyspace locks = space(in.varint(), Keyspace.Clock.ENGINE);
        Keyspace onceIds = space(in.varint(), Keyspace.Clock.WALL);
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
