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
    private final boolean newer;

    /**
     * @param offset of the first bad byte or record, bytes from the file's start
     * @param repair what {@code log repair} would do, a full sentence
     */
    LogDamagedException(String file, long offset, String reason, String repair) {
        this(file, offset, reason, repair, false);
    }

    private LogDamagedException(String file, long offset, String reason, String repair, boolean newer) {
        super(file + " at offset " + offset + ": " + reason + ". " + repair);
        this.file = file;
        this.offset = offset;
        this.reason = reason;
        this.repair = repair;
        this.newer = newer;
    }

    /** Nothing is damaged: a newer server has written it. */
    static LogDamagedException newerFormat(String file, long offset, long version, int known) {
        String reason = "format version " + version + ", this server knows version " + known;
        return new LogDamagedException(file, offset, reason, "Start a newer server", true);
    }

    /** Whether a newer server has to be started, and nothing to be repaired. */
    boolean isNewerFormat() {
        return newer;
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
