package io.clouddragon.storage.engine;

/** A transaction is refused that may come again later: the disk is nearly full, or the server is stopping. */
public final class WritesRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WritesRefusedException(String reason) {
        super(reason, null, false, false);
    }
}
