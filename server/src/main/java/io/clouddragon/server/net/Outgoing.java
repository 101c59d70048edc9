package io.clouddragon.server.net;

import io.clouddragon.storage.engine.Database;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What gathers for one connection and leaves together: replies, and messages that it shares with other connections; with
 * what must be durable before. Reused from turn to turn.
 */
final class Outgoing {
    private static final int INITIAL_BYTES = 512;
    /** A buffer begins as large as what was last sent, within this: who reads ranges reads more of them. */
    private static final int MAX_INITIAL_BYTES = 64 << 10;

    /** A shared message of fewer bytes is copied to where replies are: that is less work than one more buffer to send. */
    private static final int SHARED_FROM_BYTES = 512;

    private final List<ByteBuf> sealed = new ArrayList<>(0);
    private int sealedBytes;
    /** Where replies are written; null when there is none now. */
    private ByteBuf tail;
    /** An empty buffer for the next replies, of {@link #INITIAL_BYTES}; null when there is none. */
    private ByteBuf spare;

    private int initialBytes = INITIAL_BYTES;

    private long dependency;
    private List<Grant> grants;

    /** A lock granted in a reply, from {@code mark} on, that may still be lost. */
    record Grant(Database db, byte[] lock, long handle, int mark) {}

    /** Whether nothing has been begun; what has been begun may still have no bytes. */
    boolean isEmpty() {
        return tail == null && sealed.isEmpty();
    }

    int size() {
        return sealedBytes + (tail == null ? 0 : tail.readableBytes());
    }

    int buffers() {
        return sealed.size() + (tail == null ? 0 : 1);
    }

    int capacity() {
        return tail == null ? 0 : tail.capacity();
    }

    /** Where replies are to be written, until the next call of a method of this class. */
    ByteBuf tail(ByteBufAllocator allocator) {
        if (tail == null) {
            tail = spare == null ? allocator.directBuffer(initialBytes) : spare;
            spare = null;
        }
        return tail;
    }

    /** Puts a message that others have too behind what is there. */
    void append(ByteBuf shared, ByteBufAllocator allocator) {
        if (shared.readableBytes() < SHARED_FROM_BYTES) {
            tail(allocator).writeBytes(shared, shared.readerIndex(), shared.readableBytes());
            return;
        }
        if (tail != null) {
            seal(tail);
            tail = null;
        }
        seal(shared.retainedSlice());
    }

    private void seal(ByteBuf buffer) {
        sealed.add(buffer);
        sealedBytes += buffer.readableBytes();
    }

    /** Takes back what was written since {@link #size} was {@code mark}; no message was appended since. */
    void truncate(int mark) {
        if (tail != null) {
            tail.writerIndex(mark - sealedBytes);
        }
        if (grants != null) {
            grants.removeIf(grant -> grant.mark >= mark);
        }
    }

    void dependOn(long revision) {
        dependency = Math.max(dependency, revision);
    }

    long dependency() {
        return dependency;
    }

    void granted(Database db, byte[] lock, long handle) {
        if (grants == null) {
            grants = new ArrayList<>(1);
        }
        grants.add(new Grant(db, lock, handle, size()));
    }

    boolean hasGrants() {
        return grants != null;
    }

    /** The locks granted in these replies, which are forgotten here; null when there are none. */
    List<Grant> takeGrants() {
        List<Grant> taken = grants;
        grants = null;
        return taken;
    }

    /**
     * Writes straight to a socket that has nothing else to send, past the pipeline and its queue: what costs most next to the
     * system call. Afterwards this is empty, or has what the socket did not take.
     *
     * @return whether all was written
     * @throws IOException when the connection is broken
     */
    boolean writeTo(FileDescriptor socket) throws IOException {
        if (!sealed.isEmpty() || !tail.hasMemoryAddress()) {
            return false;
        }
        int bytes = tail.readableBytes();
        int written = socket.writeAddress(tail.memoryAddress(), tail.readerIndex(), tail.writerIndex());
        tail.skipBytes(written);
        if (tail.isReadable()) {
            return false;
        }
        ByteBuf empty = tail.clear();
        forget(bytes);
        if (spare == null && empty.capacity() == INITIAL_BYTES) {
            spare = empty;
        } else {
            empty.release();
        }
        return true;
    }

    /** Hands all to the channel and flushes; afterwards this is empty. */
    void writeTo(ChannelHandlerContext context, ChannelPromise promise) {
        if (tail != null) {
            sealed.add(tail);
        }
        int last = sealed.size() - 1;
        for (int i = 0; i < last; i++) {
            context.write(sealed.get(i), context.voidPromise());
        }
        ByteBuf end = sealed.get(last);
        forget(size());
        context.writeAndFlush(end, promise);
    }

    /** Drops all. */
    void release() {
        sealed.forEach(ByteBuf::release);
        if (tail != null) {
            tail.release();
        }
        if (spare != null) {
            spare.release();
            spare = null;
        }
        forget(0);
    }

    private void forget(int bytes) {
        initialBytes = Math.max(INITIAL_BYTES, Math.min(MAX_INITIAL_BYTES, bytes));
        sealed.clear();
        sealedBytes = 0;
        tail = null;
        dependency = 0;
    }
}
