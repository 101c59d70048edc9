package io.clouddragon.storage.memory;

/**
 * Memory ran out in the middle of a change, which can neither be finished nor be taken back: what is in memory is not what the
 * log tells any more. Nothing may be acknowledged from then on; a restart brings back all that was.
 */
public final class StateLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StateLostException(OutOfMemoryError cause) {
        super("memory ran out in the middle of a change", cause);
    }
}
