package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.CorruptDataException;
import io.clouddragon.storage.collection.Element;
import io.clouddragon.storage.collection.PackedElements;
import io.clouddragon.storage.collection.Undo;
import io.clouddragon.storage.keyspace.CollectionEditor;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Keyspace;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.log.Replay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds state from {@link Effect effects}: snapshot items first, then the records after the snapshot's base.
 *
 * <p>A snapshot is fuzzy: taken while writes went on, it shows some entries as they were after its base. So up to the
 * snapshot's end a record does nothing to a key whose entry has been there at the record's revision or a later one: the
 * snapshot has that change. (Of a key's several changes in one record all are skipped or none: what counts is the entry
 * before the first of them.) And an effect may meet no entry at all, since that was removed before the snapshot came by;
 * after the snapshot's end that is damage.
 *
 * <p>This is enough because a key that is in the snapshot is there as it was at its version, and a key that is not was
 * removed later, or was made later, in which case the log has all of it. Values with a body are no exception: see {@link
 * io.clouddragon.storage.collection.BodyReader} and {@link Snapshotter#visit}.
 */
final class Replayer implements Replay {
    private final Engine engine;
    private final LoadProgress progress;
    private final Map<Long, Keyspace> spaces = new HashMap<>();
    private final Effect effect = new Effect();
    private final Entry entry = new Entry();
    private final CollectionEditor editor;
    /** Keyspaces that databases have lost to others in the present record. */
    private final List<Keyspace> replaced = new ArrayList<>();

    /** Of the keys in a record of several effects: whether the snapshot has the record's change. */
    private final Map<RecordKey, Boolean> known = new HashMap<>();

    private record RecordKey(long keyspace, Bytes key) {}

    Replayer(Engine engine, LoadProgress progress) {
        this.engine = engine;
        this.progress = progress;
        this.editor = new CollectionEditor(engine.collectionLimits());
    }

    @Override
    public void snapshotItem(ByteSource item) {
        while (item.remaining() > 0) {
            effect.read(item);
            if (effect.type() == Effect.Type.DATABASE) {
                database();
            } else {
                load(space(effect.keyspace()));
            }
        }
    }

    @Override
    public void record(long revision, long engineMillis, boolean fuzzy, ByteSource payload) {
        known.clear();
        boolean first = true;
        while (payload.remaining() > 0) {
            effect.read(payload);
            boolean only = first && payload.remaining() == 0;
            first = false;
            if (effect.type() == Effect.Type.DATABASE) {
                database();
            } else if (!fuzzy || !isKnown(effect.keyspace(), effect.key(), revision, only)) {
                apply(space(effect.keyspace()), revision, fuzzy);
            }
        }
        forgetReplaced(fuzzy);
    }

    /**
     * What was flushed must not take memory until everything is loaded. Not before the snapshot's end: it may have told which
     * keyspace a database has later.
     */
    private void forgetReplaced(boolean fuzzy) {
        for (Keyspace space : replaced) {
            if (!fuzzy && engine.dropUnlessUsed(space)) {
                spaces.remove(space.id());
            }
        }
        replaced.clear();
        engine.emptyDropped();
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
        engine.emptyDropped();
    }

    /** Whether the snapshot has what this record does to the key. */
    private boolean isKnown(long keyspace, Bytes key, long revision, boolean only) {
        if (only) {
            return isThere(keyspace, key, revision);
        }
        RecordKey recordKey = new RecordKey(keyspace, key);
        Boolean answer = known.get(recordKey);
        if (answer == null) {
            answer = isThere(keyspace, key, revision);
            known.put(new RecordKey(keyspace, key.owned()), answer);
        }
        return answer;
    }

    private boolean isThere(long keyspace, Bytes key, long revision) {
        Keyspace space = space(keyspace);
        return space.find(key, space.hash(key), entry) && entry.version() >= revision;
    }

    /** An item of the snapshot. A walk may meet an entry twice when its table shrank: the later item is the newer one. */
    private void load(Keyspace space) {
        long hash = space.hash(effect.key());
        switch (effect.type()) {
            case ENTRY -> write(space, hash, effect.version());
            case ADD, SPLICE -> {
                if (!space.find(effect.key(), hash, entry)) {
                    throw new CorruptDataException("a part of an entry that does not exist");
                }
                edit(space, hash, entry.version());
            }
            default -> throw new CorruptDataException("an effect " + effect.type() + " in a snapshot");
        }
    }

    private void apply(Keyspace space, long revision, boolean fuzzy) {
        long hash = space.hash(effect.key());
        switch (effect.type()) {
            case PUT -> write(space, hash, revision);
            case DELETE -> space.delete(effect.key(), hash);
            case EXTEND -> extend(space, hash, fuzzy);
            case RENAME -> rename(space, hash, revision, fuzzy);
            case SPLICE, ADD, REMOVE, INSERT, SET, CUT -> {
                if (space.find(effect.key(), hash, entry)) {
                    edit(space, hash, revision);
                } else {
                    expectFuzzy(fuzzy);
                }
            }
            case ENTRY, DATABASE -> throw new CorruptDataException("an effect " + effect.type() + " in a record");
        }
    }

    private void write(Keyspace space, long hash, long version) {
        Bytes value = effect.value();
        Kind kind = effect.kind();
        if (kind.isCollection() && !PackedElements.isValid(value, kind.isKeyed(), kind == Kind.SORTED_SET)) {
            throw new CorruptDataException("a " + kind + " that is none");
        }
        space.write(
                effect.key(), hash, kind, version, value.array(), value.offset(), value.length(), effect.deadline());
    }

    private void extend(Keyspace space, long hash, boolean fuzzy) {
        if (!space.find(effect.key(), hash, entry)) {
            expectFuzzy(fuzzy);
        } else if (entry.version() <= effect.version()) {
            space.rewrite(effect.key(), hash, entry, effect.version(), effect.deadline());
        }
    }

    /** Changes a part of the entry that {@link #entry} shows. */
    private void edit(Keyspace space, long hash, long version) {
        check();
        editor.open(space, effect.key(), hash, version, Undo.NONE);
        Bytes value = effect.value();
        switch (effect.type()) {
            case SPLICE -> editor.splice((int) effect.index(), value);
            case ADD -> {
                if (entry.kind().isKeyed()) {
                    editor.put(value);
                } else {
                    editor.insert(entry.elements(), value);
                }
            }
            case REMOVE -> editor.remove(value);
            case INSERT -> editor.insert(effect.index(), value);
            case SET -> editor.set(effect.index(), value);
            case CUT -> editor.cut(effect.index(), effect.count());
            default -> throw new AssertionError(effect.type());
        }
    }

    /** The effect comes from disk: whether it can be applied to the entry at all. */
    private void check() {
        Kind kind = entry.kind();
        long index = effect.index();
        long elements = kind.isCollection() ? entry.elements() : 0;
        boolean possible = switch (effect.type()) {
            case SPLICE -> kind.type() == Kind.Type.STRING && index >= 0 && index <= Integer.MAX_VALUE;
            case ADD -> kind == Kind.LIST || kind.isKeyed() && Element.isValid(effect.value(), kind == Kind.SORTED_SET);
            case REMOVE -> kind.isKeyed();
            case INSERT -> kind == Kind.LIST && index >= 0 && index <= elements;
            case SET -> kind == Kind.LIST && index >= 0 && index < elements;
            case CUT -> kind == Kind.LIST && index >= 0 && effect.count() >= 0 && index <= elements - effect.count();
            default -> false;
        };
        if (!possible) {
            throw new CorruptDataException("an effect " + effect.type() + " that does not fit a " + kind);
        }
    }

    private void rename(Keyspace from, long hash, long revision, boolean fuzzy) {
        if (!from.find(effect.key(), hash, entry)) {
            expectFuzzy(fuzzy);
            return;
        }
        Keyspace to = space(effect.newKeyspace());
        boolean isThere = fuzzy && isKnown(effect.newKeyspace(), effect.value(), revision, false);
        if (!isThere) {
            to.writeBody(
                    effect.value(),
                    to.hash(effect.value()),
                    entry.kind(),
                    revision,
                    entry.head(new Bytes()),
                    entry.body(),
                    entry.deadline());
        }
        from.delete(effect.key(), hash);
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
        } else if (database.keys() != keys) {
            replaced.add(database.keys());
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
        return spaces.computeIfAbsent(id, unused -> engine.newKeyspace(id, clock));
    }
}
