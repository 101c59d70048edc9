package io.clouddragon.storage.collection;

/**
 * A value that is too large to be copied at each change and so is changed in place: a large list, hash, set or sorted set,
 * or a large string that has been edited. Its entry holds the key, the version and the flags.
 *
 * <p>Each change notes its own undo. The body tells its owner how many bytes it grew. Engine thread only.
 */
public abstract class Body implements Undoable {
    private Owner owner;
    private long bytes;

    /** The entry that the body belongs to. */
    public interface Owner {
        /** The body takes so many bytes of heap more, or less. */
        void bodyGrew(long bytes);
    }

    protected Body(long fixedBytes) {
        bytes = fixedBytes;
    }

    /** Whose the body is from now on; its bytes have been counted there as they are. */
    public final void owner(Owner newOwner) {
        owner = newOwner;
    }

    protected final void grew(long delta) {
        bytes += delta;
        if (owner != null) {
            owner.bodyGrew(delta);
        }
    }

    /** Bytes of heap, estimated from the sizes of its objects. */
    public final long memoryBytes() {
        return bytes;
    }

    /** Elements; of a string, bytes. */
    public abstract long size();

    /** A body with the same content that is changed independently. O(size). */
    public abstract Body copy();

    /** Visits everything in one go, see {@link BodyReader}. */
    public final void forEach(BodyReader.Visitor visitor) {
        BodyReader reader = reader();
        while (reader.read(visitor)) {
            // Until the end.
        }
    }

    /** Begins to read everything, a part at a time, while changes go on. */
    public abstract BodyReader reader();
}
