package io.clouddragon.storage.collection;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.memory.HeapSize;
import io.clouddragon.storage.memory.StateLostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A large list: a row of {@link ListChunk chunks} of about a kilobyte, with room at both ends. Adding to and taking from
 * the ends touches one chunk; finding an index adds up the chunks' counts from the nearest of both ends and the place that
 * was found last.
 *
 * <p>A {@link #reader} sees the list as it was: it keeps the row of chunks, and a chunk that it may still need is copied
 * before it is changed. Which these are is told by generations: a reader begins a new one, and chunks of older ones are
 * copied at their next change. Engine thread only.
 */
public final class ListBody extends Body {
    private static final int FIRST_CHUNKS = 8;
    private static final long FIXED_BYTES =
            HeapSize.object(5 * HeapSize.REFERENCE + 4 * Long.BYTES + 6 * Integer.BYTES);
    private static final int[] NONE = {};
    /**
     * Beyond so many elements, and beyond the number of chunks, a removal is undone by the row of chunks as it was, not by putting
     * them back one by one: it never copies more than it removes.
     */
    private static final int UNDO_ONE_BY_ONE = 16;

    private enum Step {
        INSERTED,
        REMOVED,
        REPLACED,
        ROW
    }

    private ListChunk[] chunks = new ListChunk[FIRST_CHUNKS];
    private int head = FIRST_CHUNKS / 2;
    private int count;
    private long size;
    private int generation;
    private long rowBytes;

    // Where locate() has found an index: the chunk, the index of the chunk's first element, the place in the chunk.
    // The first two are right at any time: what is looked for next is mostly near.
    private int foundChunk;
    private long foundFirst;
    private int foundAt;

    // Where the first elements of one chunk lie, for who takes one after the other from the end: to find each from the
    // front would be a walk over the chunk.
    private ListChunk startsOf;
    private int startsMoves;
    private int[] starts = NONE;
    private int startsKnown;

    public ListBody() {
        super(FIXED_BYTES);
        rowResized();
    }

    @Override
    public long size() {
        return size;
    }

    // ---- changes

    /** Inserts before the element at {@code index}; at the end when {@code index} is the size. */
    public void insert(long index, Bytes element, Undo undo) {
        int encoded = ListChunk.encodedBytes(element.length());
        // What takes much memory is made before anything is changed.
        ListChunk own = encoded > ListChunk.TARGET_BYTES ? new ListChunk(generation, encoded) : null;
        try {
            add(index, element, own);
            undo.add(this, Step.INSERTED, null, index);
        } catch (OutOfMemoryError e) {
            throw new StateLostException(e);
        }
    }

    /** Replaces the element at {@code index}. */
    public void set(long index, Bytes element, Undo undo) {
        byte[] before = get(index, new Bytes()).copy();
        undo.add(this, Step.REPLACED, before, index);
        try {
            set(index, element);
        } catch (OutOfMemoryError e) {
            throw new StateLostException(e);
        }
    }

    /** Removes {@code length} elements from {@code index} on, all of which must exist. */
    public void cut(long index, long length, Undo undo) {
        try {
            cutAndNote(index, length, undo);
        } catch (OutOfMemoryError e) {
            throw new StateLostException(e);
        }
    }

    private void cutAndNote(long index, long length, Undo undo) {
        if (undo == Undo.NONE) {
            cut(index, length);
        } else if (length > Math.max(UNDO_ONE_BY_ONE, count)) {
            undo.add(this, Step.ROW, new Row(this), 0);
            cut(index, length);
        } else {
            for (long i = 0; i < length; i++) {
                undo.add(this, Step.REMOVED, get(index, new Bytes()).copy(), index);
                cut(index, 1);
            }
        }
    }

    @Override
    public void undo(Object written, Object replaced, long index) {
        switch ((Step) written) {
            case INSERTED -> cut(index, 1);
            case REMOVED -> add(index, new Bytes((byte[]) replaced), null);
            case REPLACED -> set(index, new Bytes((byte[]) replaced));
            case ROW -> ((Row) replaced).restore(this);
        }
    }

    /** @param own the chunk for an element that is too large for others; may be null */
    private void add(long index, Bytes element, ListChunk own) {
        int encoded = ListChunk.encodedBytes(element.length());
        if (index == size) {
            if (count == 0 || !chunk(count - 1).hasRoom(encoded)) {
                addChunk(count, newChunk(own));
            }
            writable(count - 1).append(element);
        } else if (index == 0) {
            if (!chunk(0).hasRoom(encoded)) {
                addChunk(0, newChunk(own));
            }
            ListChunk first = writable(0);
            first.insert(first.begin(), element);
            forgetFound();
        } else {
            addInside(index, element, own);
        }
        size++;
    }

    private ListChunk newChunk(ListChunk own) {
        return own == null ? new ListChunk(generation) : own;
    }

    private void addInside(long index, Bytes element, ListChunk own) {
        int encoded = ListChunk.encodedBytes(element.length());
        locate(index);
        int found = foundChunk;
        int at = foundAt;
        if (!chunk(found).hasRoom(encoded)) {
            // In two at this place: the element is then the first of the second, or the last of the first.
            if (at > 0) {
                addChunk(found + 1, writable(found).split(at, generation));
            }
            if (at > 0 && chunk(found).hasRoom(encoded)) {
                writable(found).append(element);
                return;
            }
            found = at > 0 ? found + 1 : found;
            at = 0;
            if (!chunk(found).hasRoom(encoded)) {
                addChunk(found, newChunk(own));
            }
        }
        ListChunk target = writable(found);
        target.insert(target.offset(at), element);
    }

    private void set(long index, Bytes element) {
        locate(index);
        ListChunk target = writable(foundChunk);
        target.replace(target.offset(foundAt), element);
    }

    private void cut(long index, long length) {
        if (index + length == size) {
            cutTail(length);
        } else {
            cutInside(index, length);
        }
        size -= length;
    }

    /** From the last chunk backwards, so that nothing moves. */
    private void cutTail(long length) {
        long left = length;
        while (left > 0) {
            int there = chunk(count - 1).count();
            int taken = (int) Math.min(left, there);
            cutInChunk(count - 1, there - taken, taken);
            left -= taken;
        }
        if (foundChunk >= count) {
            forgetFound();
        }
    }

    private void cutInside(long index, long length) {
        locate(index);
        int at = foundAt;
        int found = foundChunk;
        long left = length;
        while (left > 0) {
            int there = chunk(found).count();
            int taken = (int) Math.min(left, there - at);
            cutInChunk(found, at, taken);
            left -= taken;
            if (taken < there) {
                found++;
            }
            at = 0;
        }
    }

    private void cutInChunk(int which, int at, int length) {
        if (length == chunk(which).count()) {
            removeChunk(which);
        } else {
            ListChunk chunk = writable(which);
            if (at + length == chunk.count()) {
                chunk.truncate(at, offsetNearEnd(chunk, at));
                startsKnown = at;
            } else {
                chunk.cut(at, length);
            }
        }
    }

    // ---- the row of chunks

    private ListChunk chunk(int i) {
        return chunks[head + i];
    }

    /** The chunk, as one that no reader needs any more. Its memory is counted anew after the change, see {@link #changed}. */
    private ListChunk writable(int i) {
        ListChunk chunk = chunks[head + i];
        if (chunk.generation() != generation) {
            chunk = chunk.copy(generation);
            chunks[head + i] = chunk;
        }
        chunk.body(this);
        return chunk;
    }

    void changed(long delta) {
        grew(delta);
    }

    private void addChunk(int at, ListChunk chunk) {
        makeRoom(at);
        if (at < count / 2 || at == 0) {
            head--;
            System.arraycopy(chunks, head + 1, chunks, head, at);
        } else {
            System.arraycopy(chunks, head + at, chunks, head + at + 1, count - at);
        }
        chunks[head + at] = chunk;
        count++;
        grew(chunk.memoryBytes());
    }

    private void removeChunk(int at) {
        grew(-chunk(at).memoryBytes());
        if (at < count / 2) {
            System.arraycopy(chunks, head, chunks, head + 1, at);
            chunks[head++] = null;
        } else {
            System.arraycopy(chunks, head + at + 1, chunks, head + at, count - at - 1);
            chunks[head + count - 1] = null;
        }
        count--;
    }

    /** A free place at the end that {@link #addChunk} wants to grow towards. */
    private void makeRoom(int at) {
        boolean towardsHead = at < count / 2 || at == 0;
        if (towardsHead ? head > 0 : head + count < chunks.length) {
            return;
        }
        int capacity = Math.max(FIRST_CHUNKS, 2 * count);
        ListChunk[] larger = new ListChunk[capacity];
        int newHead = (capacity - count) / 2;
        System.arraycopy(chunks, head, larger, newHead, count);
        chunks = larger;
        head = newHead;
        if (towardsHead ? head == 0 : head + count == capacity) {
            throw new AssertionError("no room in " + capacity + " for " + count);
        }
        rowResized();
    }

    private void rowResized() {
        long now = HeapSize.array(chunks.length, HeapSize.REFERENCE) + HeapSize.array(starts.length, Integer.BYTES);
        grew(now - rowBytes);
        rowBytes = now;
    }

    private void locate(long index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(index + " of " + size);
        }
        long fromFound = Math.abs(index - foundFirst);
        if (index < fromFound) {
            forgetFound();
        } else if (size - index < fromFound) {
            foundChunk = count - 1;
            foundFirst = size - chunk(foundChunk).count();
        }
        while (index < foundFirst) {
            foundFirst -= chunk(--foundChunk).count();
        }
        while (index >= foundFirst + chunk(foundChunk).count()) {
            foundFirst += chunk(foundChunk++).count();
        }
        foundAt = (int) (index - foundFirst);
    }

    /** Whatever is done to the row, its begin is its begin. */
    private void forgetFound() {
        foundChunk = 0;
        foundFirst = 0;
    }

    // ---- reading

    /** Points {@code into} at an element; valid until the next change. */
    public Bytes get(long index, Bytes into) {
        locate(index);
        ListChunk chunk = chunk(foundChunk);
        return chunk.get(index == size - 1 ? offsetNearEnd(chunk, foundAt) : chunk.offset(foundAt), into);
    }

    private int offsetNearEnd(ListChunk chunk, int position) {
        if (startsOf != chunk || startsMoves != chunk.moves()) {
            startsOf = chunk;
            startsMoves = chunk.moves();
            startsKnown = 0;
        }
        if (starts.length <= position) {
            starts = Arrays.copyOf(starts, position + position / 2 + FIRST_CHUNKS);
            rowResized();
        }
        if (startsKnown <= position) {
            chunk.offsets(starts, startsKnown, position + 1);
            startsKnown = position + 1;
        }
        return starts[position];
    }

    /** Walks over the elements in both directions. Valid until the next change; reusable. */
    public static final class Cursor {
        private ListBody list;
        private int chunk;
        private int at;
        private ListChunk current;
        private int[] offsets = new int[16];

        /** In front of the element at {@code index}; the size is the end. */
        public void seek(ListBody body, long index) {
            list = body;
            if (index >= list.size) {
                chunk = list.count;
                current = null;
                at = 0;
            } else {
                list.locate(index);
                open(list.foundChunk);
                at = list.foundAt;
            }
        }

        private void open(int which) {
            chunk = which;
            current = list.chunk(which);
            if (offsets.length < current.count()) {
                offsets = new int[current.count()];
            }
            current.offsets(offsets);
        }

        /** Points {@code into} at the element behind the cursor, which moves over it; false at the end. */
        public boolean next(Bytes into) {
            if (current == null || at == current.count()) {
                if (chunk >= list.count - 1) {
                    return false;
                }
                open(chunk + 1);
                at = 0;
            }
            current.get(offsets[at++], into);
            return true;
        }

        /** Points {@code into} at the element before the cursor, which moves over it; false at the begin. */
        public boolean previous(Bytes into) {
            if (at == 0) {
                if (chunk == 0) {
                    return false;
                }
                open(chunk - 1);
                at = current.count();
            }
            current.get(offsets[--at], into);
            return true;
        }
    }

    /** The row of chunks at one moment; the chunks are of an older generation from then on, and so stay as they are. */
    private static final class Row {
        private final ListChunk[] chunks;
        private final long size;
        private final long bytes;

        Row(ListBody list) {
            chunks = Arrays.copyOfRange(list.chunks, list.head, list.head + list.count);
            size = list.size;
            bytes = list.memoryBytes() - list.rowBytes;
            list.generation++;
        }

        void restore(ListBody list) {
            list.count = chunks.length;
            list.head = 1;
            list.chunks = new ListChunk[chunks.length + 2];
            System.arraycopy(chunks, 0, list.chunks, 1, chunks.length);
            list.size = size;
            list.forgetFound();
            list.rowResized();
            list.grew(bytes - (list.memoryBytes() - list.rowBytes));
        }
    }

    @Override
    public ListBody copy() {
        ListBody copy = new ListBody();
        List<ListChunk> copies = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            copies.add(chunk(i).copy(copy.generation));
        }
        copies.forEach(chunk -> copy.addChunk(copy.count, chunk));
        copy.size = size;
        return copy;
    }

    @Override
    public BodyReader reader() {
        return new Reader(new Row(this));
    }

    private static final class Reader implements BodyReader {
        private final Row row;
        private final Bytes element = new Bytes();
        private int next;

        Reader(Row row) {
            this.row = row;
        }

        @Override
        public boolean read(Visitor visitor) {
            if (next < row.chunks.length) {
                ListChunk chunk = row.chunks[next++];
                int at = chunk.begin();
                for (int i = 0; i < chunk.count(); i++) {
                    chunk.get(at, element);
                    visitor.visit(element, 0);
                    at = element.offset() + element.length();
                }
            }
            return next < row.chunks.length;
        }
    }
}
