package io.clouddragon.storage.keyspace;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.collection.Body;
import io.clouddragon.storage.collection.CollectionLimits;
import io.clouddragon.storage.collection.Element;
import io.clouddragon.storage.collection.KeyedBody;
import io.clouddragon.storage.collection.KeyedCursor;
import io.clouddragon.storage.collection.ListBody;
import io.clouddragon.storage.collection.PackedElements;
import io.clouddragon.storage.collection.SortedBound;
import io.clouddragon.storage.collection.TextBody;
import io.clouddragon.storage.collection.Undo;

/**
 * Changes parts of values: elements of lists, hashes, sets and sorted sets, and stretches of strings. The same for a
 * running transaction and for replay, which is what makes replay exact.
 *
 * <p>{@link #open} says which entry; then any number of changes. A small value gets a new entry at each; one that outgrows
 * that gets a body, which is changed in place from then on. An emptied collection stays, empty: whoever empties it removes
 * the key. Every step is noted for undo. Engine thread only.
 */
public final class CollectionEditor {
    /** A string this long that is edited gets a body, bytes. */
    private static final int TEXT_BODY_FROM = 4096;

    private final CollectionLimits limits;
    private final PackedElements packed = new PackedElements();
    private final Change change = new Change(packed);
    private final Entry entry = new Entry();
    private final SortedBound bound = new SortedBound();
    private final KeyedCursor cursor = new KeyedCursor();
    private final Bytes value = new Bytes();
    private final Bytes name = new Bytes();
    private final Bytes payload = new Bytes();
    private final Bytes head = new Bytes(new byte[PackedElements.HEAD_BYTES]);
    private static final Bytes NO_HEAD = new Bytes();

    private Keyspace space;
    private Bytes key;
    private long hash;
    private long version;
    private Undo undo;
    private Object element;

    public CollectionEditor(CollectionLimits limits) {
        this.limits = limits;
    }

    /**
     * Looks up what is to be changed.
     *
     * @param revision becomes the entry's version with the first change
     * @return false when there is no such entry
     */
    public boolean open(Keyspace inSpace, Bytes ofKey, long keyHash, long revision, Undo noting) {
        element = inSpace.find(ofKey, keyHash);
        if (element == null) {
            return false;
        }
        space = inSpace;
        key = ofKey;
        hash = keyHash;
        version = revision;
        undo = noting;
        entry.set(element);
        return true;
    }

    /** The entry as it now is. */
    public Entry entry() {
        return entry;
    }

    /** What stands in the table for the entry now. */
    public Object element() {
        return element;
    }

    // ---- hashes, sets, sorted sets

    /** Puts an {@link Element}, in place of the one of the same name; whether the name is new. */
    public boolean put(Bytes added) {
        Element.name(added.array(), added.offset(), name);
        if (entry.body() == null) {
            packed.set(entry.head(value));
            int old = packed.indexOf(name);
            int at = old < 0 ? packed.count() : old;
            if (entry.kind() == Kind.SORTED_SET) {
                at = packed.position(
                        bound.element(Element.score(added.array(), added.offset() + added.length()), name));
                // Where it was is where it would be: before or behind itself.
                at = old >= 0 && at == old + 1 ? old : at;
            }
            change.describe(entry.kind(), Math.max(old, 0), old + 1, at, added);
            int flags = flagsWith(change.count(), added, old < 0);
            change.flags(flags);
            if (change.isSmall()) {
                place(space.writeElements(key, hash, version, change, entry.deadline()));
                return old < 0;
            }
            enlarge(flags);
        }
        KeyedBody body = (KeyedBody) entry.body();
        boolean isNew = body.put(added.copy(), undo);
        changed(flagsWith(body.size(), added, isNew));
        return isNew;
    }

    /** Removes the element of this name; false when there is none. */
    public boolean remove(Bytes wanted) {
        if (entry.body() != null) {
            boolean removed = ((KeyedBody) entry.body()).remove(wanted, undo);
            if (removed) {
                changed(entry.flags());
            }
            return removed;
        }
        packed.set(entry.head(value));
        int old = packed.indexOf(wanted);
        if (old < 0) {
            return false;
        }
        change.describe(entry.kind(), old, old + 1, 0, null);
        place(space.writeElements(key, hash, version, change, entry.deadline()));
        return true;
    }

    /** Writes the value of a new collection of one element. */
    public void encodeFirst(Kind kind, Bytes only, ByteSink sink) {
        sink.u8(isTooLarge(kind, 1, only) ? PackedElements.CONVERTED : 0);
        sink.u8(1);
        sink.bytes(only);
    }

    /**
     * Writes the value of a new collection of these elements: all of it, or its head alone.
     *
     * @return false when it needs a body
     */
    public boolean encode(Kind kind, KeyedBody elements, ByteSink sink) {
        long count = elements.size();
        boolean small = count <= PackedElements.MAX_COUNT;
        int flags = 0;
        sink.skip(PackedElements.HEAD_BYTES);
        cursor.rewind(elements);
        for (byte[] each = cursor.next(); each != null; each = cursor.next()) {
            flags = flags != 0 || isTooLarge(kind, count, value.set(each, 0, each.length))
                    ? PackedElements.CONVERTED
                    : 0;
            if (small) {
                sink.bytes(each, 0, each.length);
                small = count == 1 || sink.size() <= PackedElements.MAX_BYTES;
            }
        }
        if (!small) {
            sink.truncate(PackedElements.HEAD_BYTES);
        }
        sink.array()[0] = (byte) flags;
        sink.array()[1] = (byte) (small ? count : 0);
        return small;
    }

    /**
     * Once larger than what Redis would hold compactly, always larger: see {@link CollectionLimits}. Where a limit was
     * lowered, a new value of a field that is there converts a hash; a new score of a member does nothing to a sorted set.
     */
    private int flagsWith(long count, Bytes added, boolean isNew) {
        if (entry.flags() == PackedElements.CONVERTED) {
            return PackedElements.CONVERTED;
        }
        boolean looks = isNew || entry.kind() == Kind.HASH;
        return looks && isTooLarge(entry.kind(), count, added) ? PackedElements.CONVERTED : 0;
    }

    private boolean isTooLarge(Kind kind, long count, Bytes added) {
        if (!kind.isKeyed()) {
            return false;
        }
        Element.name(added.array(), added.offset(), name);
        return switch (kind) {
            case HASH -> {
                Element.payload(added.array(), added.offset(), added.length(), payload);
                yield count > limits.hashEntries
                        || name.length() > limits.hashValueBytes
                        || payload.length() > limits.hashValueBytes;
            }
            case SET -> count > limits.setIntegers || !Decimal.isLong(name);
            case SORTED_SET -> count > limits.sortedSetEntries || name.length() > limits.sortedSetValueBytes;
            default -> false;
        };
    }

    // ---- lists

    /** Inserts before the element at {@code index}, from 0 to the size. */
    public void insert(long index, Bytes added) {
        if (entry.body() == null) {
            packed.set(entry.head(value));
            change.describe(Kind.LIST, 0, 0, (int) index, added);
            if (change.isSmall()) {
                place(space.writeElements(key, hash, version, change, entry.deadline()));
                return;
            }
            enlarge(0);
        }
        ((ListBody) entry.body()).insert(index, added, undo);
        changed(0);
    }

    /** Replaces the element at {@code index}. */
    public void set(long index, Bytes newElement) {
        if (entry.body() == null) {
            packed.set(entry.head(value));
            int at = (int) index;
            change.describe(Kind.LIST, at, at + 1, at, newElement);
            if (change.isSmall()) {
                place(space.writeElements(key, hash, version, change, entry.deadline()));
                return;
            }
            enlarge(0);
        }
        ((ListBody) entry.body()).set(index, newElement, undo);
        changed(0);
    }

    /** Removes {@code length} elements from {@code index} on, all of which exist. */
    public void cut(long index, long length) {
        if (entry.body() == null) {
            packed.set(entry.head(value));
            change.describe(Kind.LIST, (int) index, (int) (index + length), 0, null);
            place(space.writeElements(key, hash, version, change, entry.deadline()));
            return;
        }
        ((ListBody) entry.body()).cut(index, length, undo);
        changed(0);
    }

    // ---- strings

    /** Lays {@code part} over a string from {@code at} on; what lies between its end and {@code at} is zeros. */
    public void splice(int at, Bytes part) {
        if (entry.body() == null) {
            entry.value(value);
            int length = Math.max(value.length(), Math.addExact(at, part.length()));
            if (length < TEXT_BODY_FROM) {
                byte[] spliced = new byte[length];
                value.copyTo(spliced, 0);
                part.copyTo(spliced, at);
                place(space.write(key, hash, Kind.EDITED, version, spliced, 0, length, entry.deadline()));
                return;
            }
            place(space.writeBody(key, hash, Kind.EDITED, version, NO_HEAD, new TextBody(value), entry.deadline()));
        }
        ((TextBody) entry.body()).splice(at, part, undo);
        ((EntryNode) element).version(version, undo);
    }

    // ---- how a change is made

    /** Another element has taken the entry's place. */
    private void place(Object newElement) {
        undo.add(space, newElement, space.replaced(), 0);
        element = newElement;
        entry.set(element);
    }

    /** The value was changed in place. */
    private void changed(int flags) {
        EntryNode node = (EntryNode) element;
        node.version(version, undo);
        node.flags(flags, undo);
    }

    /** The small collection gets a body; {@link #packed} is set to it. */
    private void enlarge(int flags) {
        Kind kind = entry.kind();
        Body body = kind == Kind.LIST ? new ListBody() : new KeyedBody(space.seed(), kind == Kind.SORTED_SET);
        for (int i = 0; i < packed.count(); i++) {
            packed.get(i, payload);
            if (body instanceof ListBody list) {
                list.insert(i, payload, Undo.NONE);
            } else {
                ((KeyedBody) body).put(payload.copy(), Undo.NONE);
            }
        }
        head.array()[0] = (byte) flags;
        place(space.writeBody(key, hash, kind, version, head, body, entry.deadline()));
    }
}
