package io.clouddragon.storage.engine;

/** A transaction wanted to change something while the engine refuses writes: the disk is nearly full. */
public final class WritesRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WritesRefusedException() {
        super("the disk is nearly full", null, false, false);
    }
}
