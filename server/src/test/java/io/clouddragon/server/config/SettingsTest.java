package io.clouddragon.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.server.config.OutputBufferLimits.ClientClass;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static final Machine MACHINE = new Machine(1_000_000, 30_000);

    @TempDir
    private Path directory;

    @Test
    void commandLineWinsOverFileAndFileOverDefaults() throws Exception {
        Settings settings =
                load("port 1\ntimeout 2\nappendfsync EVERYSEC\nbind \"127.0.0.1\" ::1\n", Map.of(Setting.PORT, "3"));
        assertThat(settings.port()).isEqualTo(3);
        assertThat(settings.timeoutSeconds()).isEqualTo(2);
        assertThat(settings.appendfsync()).isEqualTo(AppendFsync.EVERYSEC);
        assertThat(settings.bind()).containsExactly(new BindAddress("127.0.0.1", false), new BindAddress("::1", false));
        assertThat(settings.httpPort()).isEqualTo(8379);
    }

    @Test
    void theDefaultsAreDurableAndLocal() {
        Settings settings = Settings.of(Map.of());
        assertThat(settings.appendfsync()).isEqualTo(AppendFsync.ALWAYS);
        assertThat(settings.bind()).isNotEmpty().allMatch(BindAddress::isLoopback);
        assertThat(settings.dir()).isEqualTo(Path.of("./data"));
        assertThat(settings.hasPassword()).isFalse();
    }

    @Test
    void includedFilesAreReadInPlace() throws Exception {
        Path included = Files.writeString(directory.resolve("b.conf"), "timeout 5\nhz 12\n");
        Settings settings = load("timeout 1\ninclude " + included + "\nhz 13\n", Map.of());
        assertThat(settings.timeoutSeconds()).isEqualTo(5);
        assertThat(settings.number(Setting.HZ)).isEqualTo(13);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "port abc | at line 2: 'port abc': argument couldn't be parsed into an integer",
                "nosuch 1 | at line 2: 'nosuch 1': Bad directive or wrong number of arguments",
                "replicaof a 1 | at line 2: 'replicaof a 1': Bad directive or wrong number of arguments",
                "port | at line 2: 'port': wrong number of arguments",
                "port 1 2 | at line 2: 'port 1 2': wrong number of arguments",
                "port \"1 | at line 2: 'port \"1': Unbalanced quotes in configuration line",
                "save 1 | at line 2: 'save 1': Invalid save parameters",
                "maxmemory 1zb | at line 2: 'maxmemory 1zb': argument must be a memory value",
                "requirepass \"secret | at line 2: a line with a password: Unbalanced quotes in configuration line",
                "include | at line 2: 'include': wrong number of arguments",
            })
    void aWrongLineIsNamedWithItsReason(String line, String message) {
        assertThatThrownBy(() -> load("# first\n" + line + "\n", Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("c.conf, " + message);
    }

    @Test
    void includesThatGoRoundAreNoticed() throws Exception {
        Path file = directory.resolve("c.conf");
        assertThatThrownBy(() -> load("include " + file + "\n", Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("circle");
    }

    @Test
    void directivesOfRedisThatCannotMatterAreNamedInANotice() throws Exception {
        Settings settings = load("daemonize yes\nappendonly no\nrdbchecksum yes\n", Map.of());
        assertThat(settings.notices()).containsExactly("Without effect in Cloud Dragon: daemonize, rdbchecksum");
        assertThat(settings.text(Setting.APPENDONLY)).isEqualTo("yes");
    }

    @Test
    void thePasswordIsTheFirstLineOfItsFile() throws Exception {
        Path password = Files.writeString(directory.resolve("password"), "pass word\nsecond\n");
        Map<Setting, String> options = Map.of(Setting.REQUIREPASS_FILE, password.toString());
        assertThat(Settings.of(options).requirepass()).isEqualTo("pass word");
        Files.writeString(password, "\n");
        assertThatThrownBy(() -> Settings.of(options)).hasMessageContaining("is empty");
        Files.delete(password);
        assertThatThrownBy(() -> Settings.of(options)).hasMessageContaining("Cannot read requirepass-file");
    }

    @ParameterizedTest(name = "bind {0}, password {1}, protected-mode {2}: starts {3}")
    @CsvSource({
        "127.0.0.1 -::1, '', yes, true",
        "localhost, '', yes, true",
        "127.9.9.9, '', yes, true",
        "*, '', yes, false",
        "-::*, '', yes, false",
        "127.0.0.1 0.0.0.0, '', yes, false",
        "192.0.2.1, '', yes, false",
        "-192.0.2.1, '', yes, false",
        "no-such-host.invalid, '', yes, false",
        "192.0.2.1, secret, yes, true",
        "*, '', no, true",
    })
    void anAddressThatOthersReachNeedsAPassword(String bind, String password, String protectedMode, boolean starts) {
        List<BindAddress> addresses =
                Arrays.stream(bind.split(" ")).map(BindAddress::parse).toList();
        String refusal = SafeExposure.refusal(addresses, !password.isEmpty(), protectedMode.equals("yes"));
        assertThat(refusal == null).isEqualTo(starts);
    }

    /** What the header Host is held against: a star there would stand for any name. */
    @Test
    void aStarIsAllAddressesAndNotAnyName() {
        assertThat(BindAddress.parse("*").address()).isEqualTo("0.0.0.0");
        assertThat(BindAddress.parse("-::*").address()).isEqualTo("::");
        assertThat(BindAddress.parse("-::1").address()).isEqualTo("::1");
    }

    @Test
    void insecureAndProtectedModeNoBothOpenTheDoor() {
        assertThatThrownBy(() -> Settings.of(Map.of(Setting.BIND, "0.0.0.0")))
                .hasMessageContaining("Refusing to listen on 0.0.0.0 without a password")
                .hasMessageContaining("--requirepass-file")
                .hasMessageContaining("--insecure");
        assertThat(Settings.of(Map.of(Setting.BIND, "0.0.0.0", Setting.INSECURE, "yes"))
                        .bind())
                .hasSize(1);
        assertThat(Settings.of(Map.of(Setting.BIND, "0.0.0.0", Setting.PROTECTED_MODE, "no"))
                        .bind())
                .hasSize(1);
    }

    @Test
    void limitsAreNeverHigherThanTheMachineCarriesAndTheUserIsTold() throws Exception {
        Settings derived = Settings.load(null, Map.of(), MACHINE);
        assertThat(derived.maxmemoryBytes()).isEqualTo(600_000);
        assertThat(derived.text(Setting.MAXMEMORY)).isEqualTo("0");
        assertThat(derived.notices()).isEmpty();

        Settings asked = Settings.load(null, Map.of(Setting.MAXMEMORY, "1gb", Setting.MAXCLIENTS, "50000"), MACHINE);
        assertThat(asked.maxmemoryBytes()).isEqualTo(600_000);
        assertThat(asked.maxclients()).isEqualTo(29_872);
        assertThat(asked.notices())
                .hasSize(2)
                .anySatisfy(notice -> assertThat(notice).startsWith("maxclients is 29872 instead of 50000"))
                .anySatisfy(notice -> assertThat(notice).startsWith("maxmemory is 600000 instead of 1073741824"));
    }

    @Test
    void bufferLimitsOfOneClassLeaveTheOthersAlone() throws Exception {
        Settings settings = load("client-output-buffer-limit pubsub 1mb 2kb 3\n", Map.of());
        assertThat(settings.outputBufferLimits().of(ClientClass.PUBSUB))
                .isEqualTo(new OutputBufferLimits.Limit(1 << 20, 2 << 10, 3));
        assertThat(settings.outputBufferLimits().of(ClientClass.SLAVE).hardBytes())
                .isEqualTo(256 << 20);
    }

    @Test
    void keyspaceEventsAreASetOfLetters() {
        long events = Settings.of(Map.of(Setting.NOTIFY_KEYSPACE_EVENTS, "KA")).keyspaceEvents();
        assertThat(KeyspaceEvents.contains(events, 'K')).isTrue();
        assertThat(KeyspaceEvents.contains(events, 'x')).isTrue();
        assertThat(KeyspaceEvents.contains(events, 'E')).isFalse();
        assertThat(KeyspaceEvents.contains(events, 'm')).isFalse();
    }

    private Settings load(String file, Map<Setting, String> options) throws Exception {
        return Settings.load(Files.writeString(directory.resolve("c.conf"), file), options, MACHINE);
    }
}
