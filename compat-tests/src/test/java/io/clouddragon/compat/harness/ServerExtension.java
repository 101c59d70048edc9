package io.clouddragon.compat.harness;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * One server for all tests of a class, because a start costs half a second. Declare it as a {@code static} field with
 * {@code @RegisterExtension}; a failed test is followed by the last of the server's output.
 */
public final class ServerExtension implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
    private static final int SHOWN_OUTPUT_CHARS = 4_000;

    private static final Duration POLL = Duration.ofMillis(2);

    private final Target target;
    private final String[] options;
    private TestServer server;
    private int shownOutput;

    private ServerExtension(Target target, String... options) {
        this.target = target;
        this.options = options;
    }

    /** The server under test, see {@link Target}. */
    public static ServerExtension target(String... options) {
        return new ServerExtension(Target.current(), options);
    }

    /** Cloud Dragon; the class is skipped when the target is Redis. */
    public static ServerExtension dragon(String... options) {
        return new ServerExtension(Target.DRAGON, options);
    }

    /** The reference server. */
    public static ServerExtension redis(String... options) {
        return new ServerExtension(Target.REDIS, options);
    }

    public TestServer server() {
        return server;
    }

    public int port() {
        return server.port();
    }

    /** Of Cloud Dragon; Redis has none. */
    public int httpPort() {
        return ((DragonServer) server).httpPort();
    }

    public RespConnection connect() {
        return server.connect();
    }

    /** Makes a call that has to wait, on another thread; when the server counts a blocked client lets the event happen that ends it. */
    public <T> T blockedUntil(Runnable event, Supplier<T> call) {
        CompletableFuture<T> result = CompletableFuture.supplyAsync(call);
        try (RespConnection connection = connect()) {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL)
                    .until(() -> result.isDone()
                            || connection.send("INFO clients").text().contains("blocked_clients:1\r\n"));
        }
        event.run();
        return result.join();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (target == Target.DRAGON) {
            Target.requireDragon();
        }
        shownOutput = 0;
        server = target.server().with(options).start();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException()
                .filter(e -> !(e instanceof TestAbortedException))
                .isPresent()) {
            String output = server.output();
            System.out.println("--- what " + server + " printed since the last failure:");
            System.out.println(output.substring(Math.max(shownOutput, output.length() - SHOWN_OUTPUT_CHARS)));
            shownOutput = output.length();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (server != null) {
            server.close();
        }
    }
}
