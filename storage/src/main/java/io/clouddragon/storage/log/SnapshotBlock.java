package io.clouddragon.storage.log;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A block of a snapshot that is being gathered, see {@link SnapshotFormat}: bytes of its own, and between them long values
 * that stay where they are, in the arrays of their owners. One thread at a time.
 */
final class SnapshotBlock {
    /** Shorter values are copied: that is faster than a piece of their own. */
    private static final int SHARE_BYTES = 16 << 10;

    private static final int FIRST_BYTES = 4 << 10;

    private final ByteSink own = new ByteSink(FIRST_BYTES);
    private final List<Shared> shared = new ArrayList<>();
    private int sharedBytes;
    private int items;
    private int itemAt;
    private int itemStart;

    /** Bytes that come in the file when {@code at} bytes of the block's own have. */
    private record Shared(int at, Bytes bytes) {}

    /** Receives the block's bytes in order, a piece at a time. */
    interface Pieces {
        void piece(byte[] array, int offset, int length) throws IOException;
    }

    SnapshotBlock() {
        own.skip(SnapshotFormat.BLOCK_HEADER_BYTES);
    }

    /** Begins an item: the caller writes it behind what is in the sink, then {@link #endItem}. */
    ByteSink item() {
        itemAt = own.skip(SnapshotFormat.ITEM_HEADER_BYTES);
        itemStart = size();
        return own;
    }

    /** Adds length and bytes to the item. They must not change until the block is written. */
    void share(Bytes stable) {
        if (stable.length() < SHARE_BYTES) {
            own.bytes(stable);
            return;
        }
        own.varint(stable.length());
        sharedBytes = Math.addExact(sharedBytes, stable.length());
        shared.add(new Shared(own.size(), new Bytes().set(stable)));
    }

    /** Bytes of the item so far. */
    int itemBytes() {
        return size() - itemStart;
    }

    void endItem() {
        own.i32At(itemAt, itemBytes());
        items++;
    }

    int items() {
        return items;
    }

    /** Bytes of the whole block so far. */
    int size() {
        return Math.addExact(own.size(), sharedBytes);
    }

    /** The block's own bytes, which begin with its header. */
    ByteSink own() {
        return own;
    }

    /** All bytes from {@code from} on, which is in the block's own bytes before the first item. */
    void forEachPiece(int from, Pieces to) throws IOException {
        int at = from;
        for (Shared piece : shared) {
            to.piece(own.array(), at, piece.at - at);
            to.piece(piece.bytes.array(), piece.bytes.offset(), piece.bytes.length());
            at = piece.at;
        }
        to.piece(own.array(), at, own.size() - at);
    }

    /** Empties it, and gives memory back when it had grown beyond {@code keepCapacity} bytes. */
    void clear(int keepCapacity) {
        own.clear(keepCapacity);
        own.skip(SnapshotFormat.BLOCK_HEADER_BYTES);
        shared.clear();
        sharedBytes = 0;
        items = 0;
    }
}
