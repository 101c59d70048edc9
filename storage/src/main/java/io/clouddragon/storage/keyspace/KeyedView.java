package io.clouddragon.storage.keyspace;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.Element;
import io.clouddragon.storage.collection.KeyedBody;
import io.clouddragon.storage.collection.KeyedCursor;
import io.clouddragon.storage.collection.PackedElements;
import io.clouddragon.storage.collection.SortedBound;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Reads a hash, a set or a sorted set, small or large alike. {@link #open} points it at an entry; {@link #find}, {@link #next}
 * and the like then choose an element, which {@link #name}, {@link #payload} and {@link #score} tell about. Valid until the
 * entry's keyspace is written; reusable; engine thread only.
 */
public final class KeyedView {
    /** Where fewer than one element in so many is wanted, drawing until they are different beats looking at all. */
    private static final int DRAW_BELOW = 4;

    private final PackedElements packed = new PackedElements();
    private final KeyedCursor cursor = new KeyedCursor();
    private final SortedBound bound = new SortedBound();
    private final Bytes value = new Bytes();
    private final Bytes wanted = new Bytes();
    private KeyedBody body;
    private long size;
    private int at;

    // The chosen element.
    private byte[] array;
    private int start;
    private int end;

    /** Points this view at an entry of a {@linkplain Kind#isKeyed keyed} kind; it stands before the first element. */
    public KeyedView open(Entry entry) {
        size = entry.elements();
        body = (KeyedBody) entry.body();
        if (body == null) {
            packed.set(entry.head(value));
        }
        rewind();
        return this;
    }

    /** The view of something that does not exist: no elements. */
    public KeyedView openEmpty() {
        body = null;
        size = 0;
        packed.set(EMPTY);
        rewind();
        return this;
    }

    private static final Bytes EMPTY = new Bytes(new byte[PackedElements.HEAD_BYTES]);

    public long size() {
        return size;
    }

    // ---- choosing an element

    /** Chooses the element of this name; false when there is none. */
    public boolean find(Bytes name) {
        if (body != null) {
            byte[] element = body.find(name);
            return element != null && choose(element);
        }
        int index = packed.indexOf(name);
        return index >= 0 && choose(index);
    }

    /** Before the first element. */
    public void rewind() {
        at = 0;
        if (body != null) {
            cursor.rewind(body);
        }
    }

    /** Chooses the next element, of a sorted set in its order; false at the end. */
    public boolean next() {
        if (body != null) {
            byte[] element = cursor.next();
            return element != null && choose(element);
        }
        return at < packed.count() && choose(at++);
    }

    /** Of a sorted set: chooses the element before the place where the view stands; false at the begin. */
    public boolean previous() {
        if (body != null) {
            byte[] element = cursor.previous();
            return element != null && choose(element);
        }
        return at > 0 && choose(--at);
    }

    /** Of a sorted set: stands before the element of this rank, from 0 to the size. */
    public void seek(long rank) {
        if (body != null) {
            cursor.seek(body, rank);
        } else {
            at = (int) Math.min(rank, packed.count());
        }
    }

    /** Chooses an element, each as likely as any other; false when there is none. */
    public boolean random(long bits) {
        if (size == 0) {
            return false;
        }
        if (body != null) {
            return choose(body.random(bits));
        }
        return choose((int) Long.remainderUnsigned(bits, size));
    }

    /**
     * Chooses some different elements, every choice of so many as likely as any other, one after the other for the visitor,
     * who does not move this view. O(count) as long as that is much less than the size, else O(size).
     *
     * @param count at most the size
     */
    public void sample(long count, LongSupplier random, Consumer<KeyedView> visitor) {
        if (body != null && count < size / DRAW_BELOW) {
            Set<byte[]> drawn = Collections.newSetFromMap(new IdentityHashMap<>());
            while (drawn.size() < count) {
                byte[] element = body.random(random.getAsLong());
                if (drawn.add(element)) {
                    choose(element);
                    visitor.accept(this);
                }
            }
            return;
        }
        // Selection sampling: Knuth, The Art of Computer Programming, 3.4.2, algorithm S.
        rewind();
        long wanted = count;
        for (long left = size; wanted > 0; left--) {
            next();
            if (Long.remainderUnsigned(random.getAsLong(), left) < wanted) {
                visitor.accept(this);
                wanted--;
            }
        }
    }

    /** Chooses an element that {@link #owned} has given out; it need not be there any more. */
    public boolean choose(byte[] element) {
        array = element;
        start = 0;
        end = element.length;
        return true;
    }

    private boolean choose(int index) {
        array = packed.array();
        start = packed.start(index);
        end = packed.end(index);
        return true;
    }

    // ---- the chosen element

    public Bytes name(Bytes into) {
        return Element.name(array, start, into);
    }

    /** Of a hash: the value of the field. */
    public Bytes payload(Bytes into) {
        return Element.payload(array, start, end - start, into);
    }

    /** Of a sorted set. */
    public double score() {
        return Element.score(array, end);
    }

    /** The element as it is stored, see {@link Element}: an array of its own, which is never changed; without a copy where the element is one. */
    public byte[] owned() {
        return start == 0 && end == array.length ? array : Arrays.copyOfRange(array, start, end);
    }

    // ---- places in a sorted set

    /** How many elements come before a bound: the rank of the first one behind it. */
    public long position(SortedBound before) {
        return body != null ? body.position(before) : packed.position(before);
    }

    /** The rank of the chosen element. */
    public long rank() {
        return position(bound.element(score(), name(wanted)));
    }

    // ---- a walk that changes may interrupt

    /**
     * One step of HSCAN and its kin: chooses one element after the other for the visitor. A small collection is walked over
     * in one step.
     *
     * @return the cursor to go on with; 0 when done
     */
    public long scan(long from, Consumer<KeyedView> visitor) {
        if (body == null) {
            for (int i = 0; i < packed.count(); i++) {
                choose(i);
                visitor.accept(this);
            }
            return 0;
        }
        return body.scan(from, element -> {
            choose((byte[]) element);
            visitor.accept(this);
        });
    }
}
