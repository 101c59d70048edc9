package io.clouddragon.server.family;

import io.clouddragon.resp.FreePorts;
import io.clouddragon.server.Server;
import io.clouddragon.server.config.ConfigurationException;
import io.clouddragon.server.config.Setting;
import io.clouddragon.server.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** A server in this process, on a free port of the loopback. */
final class RunningServer implements AutoCloseable {
    private final Server server;
    private final int port;

    RunningServer(Path directory, Map<Setting, String> options) throws IOException {
        this(directory, options, Settings::of);
    }

    /** One with a configuration file besides. */
    static RunningServer configured(Path directory, Path file) throws Exception {
        return new RunningServer(directory, Map.of(), options -> {
            try {
                return Settings.load(file, options);
            } catch (ConfigurationException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        });
    }

    private RunningServer(
            Path directory, Map<Setting, String> options, Function<Map<Setting, String>, Settings> settings)
            throws IOException {
        port = FreePorts.next();
        Map<Setting, String> all = new EnumMap<>(Setting.class);
        all.put(Setting.BIND, "127.0.0.1");
        all.put(Setting.PORT, Integer.toString(port));
        all.put(Setting.HTTP_PORT, "0");
        all.put(Setting.DIR, directory.toString());
        all.put(Setting.SEGMENT_SIZE, "1mb");
        all.putAll(options);
        server = Server.start(settings.apply(all));
    }

    RawClient connect() {
        return new RawClient(port);
    }

    @Override
    public void close() {
        server.stop();
    }
}
