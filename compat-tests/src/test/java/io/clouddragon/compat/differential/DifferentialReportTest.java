package io.clouddragon.compat.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.compat.harness.ServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The differential run itself: a server that differs is found out, and the report is short enough to be of use. */
class DifferentialReportTest {
    private static final long SEED = 42;

    @RegisterExtension
    static final ServerExtension redis = ServerExtension.redis();

    @RegisterExtension
    static final ServerExtension withoutAppend = ServerExtension.redis("--rename-command", "APPEND", "");

    @RegisterExtension
    static final ServerExtension forgetful =
            ServerExtension.redis("--rename-command", "GET", "", "--rename-command", "GETDEL", "GET");

    @Test
    void aMissingCommandIsFoundAndShrunkToOneLine() {
        assertThatThrownBy(() -> run(withoutAppend, new StringFamily()))
                .satisfies(error -> assertThat(shrunk(error))
                        .startsWith("  0> APPEND")
                        .contains("actual:   (error) ERR unknown command 'APPEND'"));
    }

    @Test
    void aHiddenChangeIsFoundWithWhatLedToIt() {
        assertThatThrownBy(() -> run(forgetful, new Plain())).satisfies(error -> {
            assertThat(error).hasMessageContaining("-Dseed=42").hasMessageContaining("the last commands:");
            assertThat(shrunk(error).lines().filter(line -> line.startsWith("  0> ")))
                    .as("one write, one read that forgets, one that sees it")
                    .hasSize(3);
        });
    }

    /** Commands without which nothing hidden could be found. */
    private static final class Plain extends Family {
        Plain() {
            super("plain", 1);
            verbatim(1, "SET {key} {value}");
            verbatim(1, "GET {key}");
            verbatim(1, "STRLEN {key}");
        }
    }

    private static void run(ServerExtension subject, CommandGenerator generator) {
        new Differential(redis.server(), subject.server(), 2, KnownDifferences.none()).run(generator, SEED, 2_000);
    }

    private static String shrunk(Throwable error) {
        return error.getMessage().split("shrunk to:\n")[1];
    }
}
