package io.clouddragon.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
    private static final Machine SMALL = new Machine(1_000_000, 1_128);

    @Test
    void aSettingThatWasChangedIsReadAtOnceAndItsListenerHasRun() {
        Settings settings = Settings.of(Map.of());
        List<AppendFsync> seen = new ArrayList<>();
        settings.onChange(Setting.APPENDFSYNC, () -> seen.add(settings.appendfsync()));
        assertThat(new ConfigCommand(settings).set(List.of("appendfsync", "no", "timeout", "9")))
                .isNull();
        assertThat(settings.appendfsync()).isEqualTo(AppendFsync.NO);
        assertThat(settings.timeoutSeconds()).isEqualTo(9);
        assertThat(seen).containsExactly(AppendFsync.NO);
    }

    @Test
    void aListenerThatRefusesPutsEveryValueBack() {
        Settings settings = Settings.of(Map.of());
        List<Integer> seen = new ArrayList<>();
        settings.onChange(Setting.TIMEOUT, () -> seen.add(settings.timeoutSeconds()));
        settings.onChange(Setting.HZ, () -> {
            if (settings.number(Setting.HZ) == 77) {
                throw new InvalidSettingException("not today");
            }
        });
        assertThat(new ConfigCommand(settings).set(List.of("timeout", "9", "hz", "77")))
                .isEqualTo("ERR CONFIG SET failed (possibly related to argument 'hz') - not today");
        assertThat(settings.timeoutSeconds()).isZero();
        assertThat(settings.number(Setting.HZ)).isEqualTo(10);
        assertThat(seen).as("told of the change and of its end").containsExactly(9, 0);
    }

    @Test
    void noAnswerOfConfigGetHoldsAPassword(@TempDir Path directory) throws Exception {
        Path config = Files.writeString(directory.resolve("c.conf"), "requirepass secret\n");
        Settings settings = Settings.load(config, Map.of(), SMALL);
        ConfigCommand command = new ConfigCommand(settings);
        assertThat(settings.requirepass()).isEqualTo("secret");
        assertThat(command.get(List.of("requirepass", "*", "requirep*")))
                .isNotEmpty()
                .noneMatch(entry ->
                        entry.getKey().equals("requirepass") || entry.getValue().contains("secret"));
        assertThat(command.set(List.of("requirepass", "other"))).isNull();
        assertThat(settings.requirepass()).isEqualTo("other");
    }

    @Test
    void thePasswordOfAnOpenAddressCannotBeTakenAway(@TempDir Path directory) throws Exception {
        Path config = Files.writeString(directory.resolve("c.conf"), "requirepass secret\nbind 0.0.0.0\n");
        Settings settings = Settings.load(config, Map.of(), SMALL);
        assertThat(new ConfigCommand(settings).set(List.of("requirepass", "")))
                .startsWith(
                        "ERR CONFIG SET failed (possibly related to argument 'requirepass') - Refusing to listen on");
        assertThat(settings.hasPassword()).isTrue();
    }

    @Test
    void moreClientsThanTheSystemCanHandleAreRefusedWithTheNumberThatItCan() throws Exception {
        Settings settings = Settings.load(null, Map.of(Setting.MAXCLIENTS, "100"), SMALL);
        assertThat(new ConfigCommand(settings).set(List.of("maxclients", "1001")))
                .isEqualTo(
                        "ERR CONFIG SET failed (possibly related to argument 'maxclients') - The operating system is not"
                                + " able to handle the specified number of clients, try with 1000");
        assertThat(settings.maxclients()).isEqualTo(100);
    }

    @Test
    void asManyClientsAsTheSystemCanHandleAreShownAndCanBeSetAgain() throws Exception {
        Settings settings = Settings.load(null, Map.of(Setting.MAXCLIENTS, "5000"), SMALL);
        ConfigCommand command = new ConfigCommand(settings);
        assertThat(command.get(List.of("maxclients"))).containsExactly(Map.entry("maxclients", "1000"));
        assertThat(command.set(List.of("maxclients", "1000"))).isNull();
    }

    @Test
    void rewriteNeedsAFile() {
        assertThat(new ConfigCommand(Settings.of(Map.of())).rewrite())
                .isEqualTo("ERR The server is running without a config file");
    }
}
