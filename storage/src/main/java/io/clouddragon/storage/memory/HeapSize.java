package io.clouddragon.storage.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** How many bytes of heap objects and arrays take on this JVM, for memory figures; exact on HotSpot up to JDK 25's defaults. */
public final class HeapSize {
    /** Bytes of a reference in a field or array: 4, or 8 with a large heap or with ZGC. */
    public static final int REFERENCE = compressedReferences() ? 4 : 8;

    private static final int OBJECT_HEADER = 12;
    private static final int ARRAY_HEADER = 16;
    private static final int ALIGNMENT = 8;

    private HeapSize() {}

    /** An object whose fields take this many bytes. */
    public static long object(long fieldBytes) {
        return align(OBJECT_HEADER + fieldBytes);
    }

    public static long array(long length, int bytesPerElement) {
        return align(ARRAY_HEADER + length * bytesPerElement);
    }

    private static long align(long bytes) {
        return bytes + ALIGNMENT - 1 & -ALIGNMENT;
    }

    private static boolean compressedReferences() {
        HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return options == null
                || Boolean.parseBoolean(options.getVMOption("UseCompressedOops").getValue());
    }
}
