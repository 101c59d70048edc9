package io.clouddragon.server.tools;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a tool connects to a server that speaks the Redis protocol: options that several tools have. */
final class RedisLogin {
    private static final String PASSWORD_VARIABLE = "REDISCLI_AUTH";

    @Option(names = "--user", paramLabel = "NAME", description = "User to log in as.")
    private String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File with the password. Default: the variable " + PASSWORD_VARIABLE + ".")
    private Path passwordFile;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * Connects and logs in.
     *
     * @throws ParameterException when the text is not HOST:PORT
     */
    RedisClient connect(String hostAndPort) throws IOException {
        int colon = hostAndPort.lastIndexOf(':');
        String port = hostAndPort.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
            throw new ParameterException(spec.commandLine(), "'" + hostAndPort + "': not HOST:PORT");
        }
        String host = hostAndPort.substring(0, colon);
        RedisClient redis = new RedisClient(new InetSocketAddress(host, Integer.parseInt(port)));
        try {
            login(redis);
            return redis;
        } catch (IOException e) {
            redis.close();
            throw e;
        }
    }

    private void login(RedisClient redis) throws IOException {
        String password = passwordFile == null
                ? System.getenv(PASSWORD_VARIABLE)
                : Files.readString(passwordFile).strip();
        if (password != null && user != null) {
            redis.call("AUTH", user, password);
        } else if (password != null) {
            redis.call("AUTH", password);
        }
    }
}
