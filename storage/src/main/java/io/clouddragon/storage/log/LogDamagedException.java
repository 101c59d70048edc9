package io.clouddragon.storage.log;

import java.io.IOException;

/**
 * The files cannot be opened without losing, perhaps, what had been acknowledged. Nothing on disk has been changed.
 * Repair is offline and explicit.
 */
public final class LogDamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;
    private final String reason;
    private final String repair;

    /**
     * @param offset of the first bad byte or record, bytes from the file's start
     * @param repair what {@code log repair} would do, a full sentence
     */
    LogDamagedException(String file, long offset, String reason, String repair) {
        super(file + " at offset " + offset + ": " + reason + ". " + repair);
        this.file = file;
        this.offset = offset;
        this.reason = reason;
        this.repair = repair;
    }

    public String file() {
        return file;
    }

    public long offset() {
        return offset;
    }

    public String reason() {
        return reason;
    }

    public String repair() {
        return repair;
    }
}
