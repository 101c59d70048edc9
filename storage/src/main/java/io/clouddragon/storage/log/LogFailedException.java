package io.clouddragon.storage.log;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A write or sync has failed, now or earlier, and the log is dead: after a failed sync the kernel may have dropped the
 * pages and report success the next time (PostgreSQL's fsync lesson of 2018), so nothing is retried and nothing more is
 * acknowledged. The message names the file and the operating system's error.
 */
public final class LogFailedException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    LogFailedException(IOException cause) {
        super("the log has failed and takes no more writes: " + cause.getMessage(), cause);
    }
}
