package io.clouddragon.compat.harness;

import io.clouddragon.resp.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Cloud Dragon, run from its jar (system property {@code dragon.jar}) by the Java of the tests or that of the system property
 * {@code dragon.java} (a {@code JAVA_HOME}), on a small heap.
 */
public final class DragonServer extends TestServer {
    private final List<String> jvmOptions =
            new ArrayList<>(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    private final int httpPort = FreePorts.next();

    /** Replaces the options of the JVM, by default a small heap and the quick compiler. */
    public DragonServer jvm(String... replacement) {
        jvmOptions.clear();
        jvmOptions.addAll(List.of(replacement));
        return this;
    }

    /** A larger heap than the usual small one, as {@code -Xmx} takes it; the other options stay. */
    public DragonServer heap(String size) {
        jvmOptions.removeIf(option -> option.startsWith("-Xmx"));
        jvmOptions.add("-Xmx" + size);
        return this;
    }

    /** The port of the HTTP API. */
    public int httpPort() {
        return httpPort;
    }

    @Override
    protected List<String> command() {
        String home = System.getProperty("dragon.java", System.getProperty("java.home"));
        List<String> command =
                new ArrayList<>(List.of(Path.of(home, "bin", "java").toString()));
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", System.getProperty("dragon.jar", "../server/target/cloud-dragon.jar")));
        command.addAll(List.of("--port", Integer.toString(port()), "--http-port", Integer.toString(httpPort)));
        command.addAll(List.of("--dir", dir().toString()));
        if (!options().contains("--appendfsync")) {
            command.addAll(List.of("--appendfsync", "always"));
        }
        command.addAll(options());
        return command;
    }

    @Override
    public DragonServer with(String... more) {
        super.with(more);
        return this;
    }

    @Override
    public DragonServer dir(Path directory) {
        super.dir(directory);
        return this;
    }

    @Override
    public DragonServer start() {
        super.start();
        return this;
    }
}
