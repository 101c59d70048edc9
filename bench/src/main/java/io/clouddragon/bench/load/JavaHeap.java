package io.clouddragon.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The heap of another Java process of the same user, asked by its JDK's {@code jcmd}.
 *
 * @param processId of that process
 */
record JavaHeap(long processId) {
    /** Bytes of all objects that can be reached: the collector runs before. */
    long liveBytes() throws IOException, InterruptedException {
        Path java = Path.of("/proc/" + processId + "/exe").toRealPath();
        Process jcmd = new ProcessBuilder(
                        java.resolveSibling("jcmd").toString(), Long.toString(processId), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        // The last line: Total, instances, bytes.
        String[] total = text.substring(text.lastIndexOf("Total")).trim().split("\\s+");
        if (total.length != 3) {
            throw new IOException("jcmd says: " + text);
        }
        return Long.parseLong(total[2]);
    }
}
