package io.clouddragon.server.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that people wrote and the server brings up to date: configuration and users. */
public final class DurableFile {
    private DurableFile() {}

    /**
     * Replaces a file whole and durably: written beside it, synced, renamed, directory synced. It keeps its permissions, and a
     * symbolic link stays one.
     */
    public static void replace(Path file, byte[] content) throws IOException {
        Path target = file.toRealPath();
        Path directory = target.getParent();
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(target);
        Path fresh = Files.createTempFile(
                directory, target.getFileName().toString(), ".tmp", PosixFilePermissions.asFileAttribute(permissions));
        try {
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            // Again: the process' umask may have taken some away at creation.
            Files.setPosixFilePermissions(fresh, permissions);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
