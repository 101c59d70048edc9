package io.clouddragon.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.Target;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SHUTDOWN while a script runs that has written and never ends: the way out that is left. */
class BusyShutdownTest {
    private static final String BUSY = "BUSY Redis is busy running a script.";

    @BeforeAll
    static void onlyHere() {
        Target.requireDragon();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EVAL \"redis.call('set', 'half', '1') while true do end\" 0",
                "FCALL forever 0",
            })
    void theServerEndsInOrderAndNothingOfTheScriptHasHappened(String script) {
        try (DragonServer server =
                new DragonServer().with("--busy-reply-threshold", "50").start()) {
            try (RespConnection busy = server.connect();
                    RespConnection other = server.connect()) {
                other.send("SET before 1");
                other.send("FUNCTION LOAD \"#!lua name=l\\nredis.register_function('forever', function()"
                        + " redis.call('set', 'half', '1') while true do end end)\"");
                busy.write(script);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> other.send("PING").toString().startsWith("(error) " + BUSY));
                assertThat(other.send("SHUTDOWN").text()).startsWith(BUSY);
                assertThat(other.send("SHUTDOWN SAVE").text()).startsWith(BUSY);
                assertThat(server.running()).isTrue();
                other.write("SHUTDOWN NOSAVE");
                assertThat(server.awaitExit()).isZero();
            }
            server.start();
            try (RespConnection client = server.connect()) {
                assertThat(client.send("GET before")).hasToString("\"1\"");
                assertThat(client.send("EXISTS half").integer()).isZero();
                assertThat(client.send("DBSIZE").integer()).isEqualTo(1);
            }
            assertThat(server.terminate()).isZero();
        }
    }
}
