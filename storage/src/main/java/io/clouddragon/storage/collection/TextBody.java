package io.clouddragon.storage.collection;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.memory.HeapSize;
import java.util.Arrays;

/** A large string that is edited in place by APPEND, SETRANGE, SETBIT: its bytes, with room to grow. */
public final class TextBody extends Body {
    private static final int PART_BYTES = 32 << 10;
    private static final long FIXED_BYTES = HeapSize.object(2 * HeapSize.REFERENCE + 2 * Long.BYTES);

    private byte[] text;
    private int length;

    public TextBody(Bytes value) {
        super(FIXED_BYTES + HeapSize.array(value.length(), 1));
        text = value.copy();
        length = text.length;
    }

    @Override
    public long size() {
        return length;
    }

    public Bytes value(Bytes into) {
        return into.set(text, 0, length);
    }

    /** Lays {@code part} over the text from {@code at} on; zeros fill a gap. */
    public void splice(int at, Bytes part, Undo undo) {
        int end = Math.addExact(at, part.length());
        if (undo != Undo.NONE) {
            byte[] before = at >= length ? null : Arrays.copyOfRange(text, at, Math.min(length, end));
            undo.add(this, before, null, (long) at << Integer.SIZE | length);
        }
        reserve(end);
        part.copyTo(text, at);
        length = Math.max(length, end);
    }

    private void reserve(int size) {
        if (size > text.length) {
            // Half as much again: a string that grows by APPEND is copied a constant number of times.
            int capacity = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(size, size + (long) size / 2));
            long before = HeapSize.array(text.length, 1);
            text = Arrays.copyOf(text, capacity);
            grew(HeapSize.array(capacity, 1) - before);
        }
    }

    @Override
    public void undo(Object written, Object replaced, long number) {
        int at = (int) (number >>> Integer.SIZE);
        int before = (int) number;
        if (before < length) {
            Arrays.fill(text, before, length, (byte) 0);
        }
        length = before;
        if (written != null) {
            byte[] part = (byte[]) written;
            System.arraycopy(part, 0, text, at, part.length);
        }
    }

    @Override
    public TextBody copy() {
        return new TextBody(value(new Bytes()));
    }

    @Override
    public BodyReader reader() {
        return new Reader();
    }

    private final class Reader implements BodyReader {
        private final Bytes part = new Bytes();
        private int at;

        @Override
        public boolean read(Visitor visitor) {
            int size = Math.min(PART_BYTES, length - at);
            if (size > 0) {
                visitor.visit(part.set(text, at, size), at);
                at += size;
            }
            return at < length;
        }
    }
}
