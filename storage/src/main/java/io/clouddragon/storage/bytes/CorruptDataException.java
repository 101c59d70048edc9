package io.clouddragon.storage.bytes;

/** Bytes read from disk do not have the form that was written: damage that a checksum did not catch, or a bug. */
public final class CorruptDataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CorruptDataException(String message) {
        super(message);
    }
}
