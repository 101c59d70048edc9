package io.clouddragon.server.tools;

import io.clouddragon.storage.log.NioDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A data directory in a tool's hands, which no server has meanwhile.
 *
 * @param disk changes no permissions
 */
record DataDirectory(NioDisk disk, Closeable lock) implements Closeable {
    /** @throws IOException when there is no such directory, or a server has it */
    static DataDirectory open(Path path) throws IOException {
        NioDisk disk = NioDisk.existing(path);
        return new DataDirectory(disk, disk.lock());
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
