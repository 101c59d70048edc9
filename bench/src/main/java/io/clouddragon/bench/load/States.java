package io.clouddragon.bench.load;

/** Rows about what a large state takes. */
public final class States {
    private static final int MEMORY_KEYS = 1_000_000;
    private static final int VALUE_BYTES = 16;

    private States() {}

    /** Bytes a key, as the server itself counts them. */
    public static Load memoryPerKey() {
        return (target, scale) -> {
            try (Control control = new Control(target.port())) {
                control.ask("FLUSHALL");
                long before = control.info("memory", "used_memory");
                Streams.fill(target, MEMORY_KEYS, VALUE_BYTES);
                return Sample.of((double) (control.info("memory", "used_memory") - before) / MEMORY_KEYS);
            }
        };
    }

    /** Milliseconds from the start of the process to its first answer, with what is in the data directory. */
    public static Load restart() {
        return (target, scale) -> {
            target.stop();
            long began = System.nanoTime();
            target.start();
            return Sample.of((System.nanoTime() - began) / 1e6);
        };
    }
}
