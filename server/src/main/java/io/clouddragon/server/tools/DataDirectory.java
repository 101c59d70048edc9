package io.clouddragon.server.tools;

import io.clouddragon.storage.log.LogBuilder;
import io.clouddragon.storage.log.NioDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

    /**
     * A directory that data may be put into: it is made, or empty, or holds a log. In any other one a server's files have no
     * business, and its permissions stay as they are.
     */
    static NioDisk create(Path path) throws IOException {
        if (Files.exists(path)) {
            NioDisk existing = NioDisk.existing(path);
            List<String> names = existing.list();
            names.remove("LOCK");
            if (!names.isEmpty() && !LogBuilder.containsLog(existing)) {
                throw new IOException(path + " is not empty, and holds no log");
            }
        }
        return new NioDisk(path);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
