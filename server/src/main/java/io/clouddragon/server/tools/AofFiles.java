package io.clouddragon.server.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files that make up an append-only file of Redis, in the order in which they are read. Redis 7 has a directory with a
 * manifest, whose lines are {@code file NAME seq N type T} with T = b for the base, i for what came after, h for history
 * (Redis 7.0 {@code aof.c}). Older ones have a single file.
 */
final class AofFiles {
    private static final String MANIFEST = ".manifest";

    private AofFiles() {}

    /** @param path the directory, the manifest, or a single file */
    static List<Path> of(Path path) throws IOException {
        if (path.toString().endsWith(MANIFEST)) {
            return ofManifest(path);
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        List<Path> manifests;
        try (Stream<Path> files = Files.list(path)) {
            manifests = files.filter(file -> file.toString().endsWith(MANIFEST)).toList();
        }
        if (manifests.size() != 1) {
            throw new IOException(path + " has " + manifests.size() + " manifests of append-only files, not one");
        }
        return ofManifest(manifests.get(0));
    }

    private static List<Path> ofManifest(Path manifest) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String line : Files.readAllLines(manifest)) {
            String[] words = line.trim().split("\\s+");
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (words.length < 6 || !words[0].equals("file") || !words[4].equals("type")) {
                throw new IOException(manifest + " has a line that is not understood: " + line);
            }
            // The base comes first, and what came after it in order.
            if (!words[5].equals("h")) {
                files.add(manifest.resolveSibling(words[1].replace("\"", "")));
            }
        }
        return files;
    }
}
