package io.clouddragon.server.family;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system tells of this process. Where it tells nothing (not Linux), the JVM's nearest figure. */
final class ProcessFigures {
    /** Clock ticks per second of /proc: USER_HZ, 100 on every Linux. */
    private static final double TICKS_PER_SECOND = 100;

    /** Fields of /proc/self/stat behind the closing bracket of the program's name: user and system time. */
    private static final int USER_TICKS = 11;

    private static final int SYSTEM_TICKS = 12;

    private ProcessFigures() {}

    /** Physical memory in use, bytes. */
    static long residentBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Said above: another system.
        }
        return Runtime.getRuntime().totalMemory();
    }

    /** Seconds of processor time spent for this process in the kernel. */
    static double systemSeconds() {
        return ticks(SYSTEM_TICKS);
    }

    /** Seconds of processor time spent in this process itself. */
    static double userSeconds() {
        return ticks(USER_TICKS);
    }

    private static double ticks(int field) {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[field]) / TICKS_PER_SECOND;
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    static long physicalMemoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }
}
