package io.clouddragon.compat.connections;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Target;
import io.clouddragon.compat.harness.TestServer;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Cloud Dragon and redis-server, side by side for all tests of a class, and what both say of their clients. */
final class BothServers implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
    private final ServerExtension dragon = ServerExtension.dragon();
    private final ServerExtension redis = ServerExtension.redis();

    @Override
    public void beforeAll(ExtensionContext context) {
        redis.beforeAll(context);
        dragon.beforeAll(context);
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        dragon.afterTestExecution(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        redis.afterAll(context);
        dragon.afterAll(context);
    }

    TestServer of(Target target) {
        return (target == Target.REDIS ? redis : dragon).server();
    }

    /** A client's line of CLIENT LIST as the other one sees it; empty when it is connected no more. */
    static Optional<String> line(RespConnection observer, long id) {
        return Optional.of(observer.send("CLIENT LIST ID " + id).text()).filter(text -> !text.isEmpty());
    }

    /** A number in a client's line. */
    static long field(RespConnection observer, long id, String name) {
        String line = line(observer, id).orElseThrow(() -> new AssertionError("client " + id + " is gone"));
        return Arrays.stream(line.strip().split(" "))
                .filter(field -> field.startsWith(name + "="))
                .mapToLong(field -> Long.parseLong(field.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** A number of INFO. */
    static long info(RespConnection observer, String section, String name) {
        return observer.send("INFO " + section)
                .text()
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(
                        line -> Long.parseLong(line.substring(name.length() + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    /** Whether the server has hung up, all that it sent before being read. */
    static boolean hasEnded(RespConnection connection) {
        try {
            connection.read();
            return false;
        } catch (UncheckedIOException e) {
            return true;
        }
    }
}
