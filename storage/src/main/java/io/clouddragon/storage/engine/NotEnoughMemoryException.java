package io.clouddragon.storage.engine;

/** A transaction needed more memory than there is; nothing of it was done. */
public final class NotEnoughMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotEnoughMemoryException(OutOfMemoryError cause) {
        super("more memory is needed than there is", cause);
    }
}
