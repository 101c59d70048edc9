package io.clouddragon.server.tools;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts what is read, for the progress line. */
final class CountingStream extends FilterInputStream {
    private long bytes;

    CountingStream(InputStream in) {
        super(in);
    }

    /** Read so far. */
    long bytes() {
        return bytes;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        bytes += b < 0 ? 0 : 1;
        return b;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = super.read(into, offset, length);
        bytes += Math.max(count, 0);
        return count;
    }
}
