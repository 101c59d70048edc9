package io.clouddragon.bench.load;

import java.io.IOException;

/** The server does not know a command: the row says so, and nothing is wrong. */
public final class UnknownCommandException extends IOException {
    private static final long serialVersionUID = 1L;

    UnknownCommandException(String reply) {
        super(reply);
    }

    /** What an error of a server, or of a program that reports one, means. */
    static IOException of(String error) {
        return error.contains("unknown command") || error.contains("unknown subcommand")
                ? new UnknownCommandException(error)
                : new IOException(error);
    }
}
