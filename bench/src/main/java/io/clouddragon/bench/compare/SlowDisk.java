package io.clouddragon.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Makes every sync of a server take 2 ms at least, by a shared object that the dynamic linker loads before the C library. */
final class SlowDisk {
    private SlowDisk() {}

    /** Builds the object, and returns what has to be in a server's environment. */
    static Map<String, String> environment(Path home, Path out) throws IOException, InterruptedException {
        Path object = out.toAbsolutePath().resolve("slow-disk.so");
        Process compiler = new ProcessBuilder(
                        "cc",
                        "-O2",
                        "-Wall",
                        "-Werror",
                        "-shared",
                        "-fPIC",
                        "-o",
                        object.toString(),
                        home.resolve("bench/slow-disk.c").toString(),
                        "-ldl")
                .inheritIO()
                .start();
        if (compiler.waitFor() != 0) {
            throw new IOException("rows on a slow disk need a C compiler, cc");
        }
        return Map.of("LD_PRELOAD", object.toString());
    }
}
