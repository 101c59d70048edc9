package io.clouddragon.compat.harness;

import java.util.ArrayList;
import java.util.List;

/** The reference: a {@code redis-server} of the machine, without persistence unless options say otherwise. */
public final class RedisServer extends TestServer {
    private final String program = Tools.require("redis-server").toString();

    @Override
    protected List<String> command() {
        List<String> command = new ArrayList<>(List.of(program, "--port", Integer.toString(port())));
        command.addAll(
                List.of("--bind", "127.0.0.1", "--dir", dir().toString(), "--save", "", "--appendfsync", "always"));
        command.addAll(options());
        return command;
    }
}
