package io.clouddragon.server;

import io.clouddragon.server.config.BindAddress;
import io.clouddragon.server.config.Settings;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server: from {@link #start} on it answers, until {@link #stop}. */
public final class Server {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private Server() {}

    /** Returns when clients can connect. */
    public static Server start(Settings settings) {
        String hosts = settings.bind().stream().map(BindAddress::host).collect(Collectors.joining(", "));
        LOG.info(
                "Listening on {}: Redis protocol at port {}, HTTP at port {}; data in {}",
                hosts,
                settings.port(),
                settings.httpPort(),
                settings.dir().toAbsolutePath().normalize());
        return new Server();
    }

    /** Returns when everything acknowledged is on disk and nothing runs any more. */
    public void stop() {
        LOG.info("Stopped");
    }
}
