package io.clouddragon.server.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.server.config.Setting;
import io.clouddragon.server.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users and the life of the server: its files, its clients, its logs. What rules mean is compared with redis-server elsewhere. */
class AclCommandsTest {
    private static final String SECRET_HASH = "#2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    @TempDir
    Path directory;

    private RunningServer server(Map<Setting, String> options) throws IOException {
        return new RunningServer(directory.resolve("data"), options);
    }

    private RunningServer configured(String... lines) throws Exception {
        Path file = Files.writeString(directory.resolve("dragon.conf"), String.join("\n", lines) + "\n");
        return RunningServer.configured(directory.resolve("data"), file);
    }

    @Test
    void whoseUserIsDeletedIsDisconnected() throws Exception {
        try (RunningServer server = server(Map.of());
                RawClient admin = server.connect();
                RawClient alice = server.connect();
                RawClient waiting = server.connect();
                RawClient other = server.connect()) {
            admin.call("ACL SETUSER alice on >secret +@all ~*");
            alice.call("AUTH alice secret");
            waiting.call("AUTH alice secret");
            other.call("AUTH default any");
            waiting.send("DRAGON.WATCH k 0 0");
            assertThat(alice.call("ACL DELUSER alice")).isEqualTo(":1");
            assertThat(alice.reply()).isEqualTo(RawClient.CLOSED);
            assertThat(waiting.reply()).isEqualTo(RawClient.CLOSED);
            assertThat(other.call("PING")).isEqualTo("+PONG");
            assertThat(admin.call("ACL USERS")).isEqualTo("[default]");
        }
    }

    /** Written into a file of users it would be read as two. */
    @Test
    void aWordThatIsGrantedHasNoBlank() throws Exception {
        try (RunningServer server = server(Map.of());
                RawClient admin = server.connect()) {
            assertThat(admin.call("ACL SETUSER alice \"+select|a b\""))
                    .isEqualTo("-ERR Error in ACL SETUSER modifier '+select|a b': Syntax error");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"~k%d", "&c%d", "#%064x", "+select|%d", "(~k%d)"})
    void manyRulesTakeNoMoreThanTheSumOfTheirTimes(String rule) throws Exception {
        StringBuilder command = new StringBuilder("ACL SETUSER alice resetchannels");
        for (int i = 0; i < 100_000; i++) {
            command.append(' ').append(String.format(rule, i));
        }
        try (RunningServer server = server(Map.of(Setting.INLINE_MAX_LEN, "16mb"));
                RawClient admin = server.connect()) {
            long start = System.nanoTime();
            assertThat(admin.call(command.toString())).isEqualTo("+OK");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void aDisabledUserGoesOnButCannotComeBack() throws Exception {
        try (RunningServer server = server(Map.of());
                RawClient admin = server.connect();
                RawClient alice = server.connect()) {
            admin.call("ACL SETUSER alice on >secret +@all ~*");
            alice.call("AUTH alice secret");
            admin.call("ACL SETUSER alice off");
            assertThat(alice.call("SET k v")).isEqualTo("+OK");
            assertThat(server.connect().call("AUTH alice secret")).startsWith("-WRONGPASS");
        }
    }

    @Test
    void usersOfTheConfigurationFileAreThereAndAreWrittenBack() throws Exception {
        Path file = directory.resolve("dragon.conf");
        try (RunningServer server = configured(
                        "# people", "user alice on >secret ~a:* (+get %R~b) +@read", "user bob on nopass +ping");
                RawClient client = server.connect()) {
            assertThat(client.call("ACL USERS")).isEqualTo("[alice, bob, default]");
            client.call("ACL SETUSER carol on nopass \"~c\\\"'x\" +@write");
            client.call("ACL DELUSER bob");
            assertThat(client.call("CONFIG REWRITE")).isEqualTo("+OK");
        }
        assertThat(Files.readString(file))
                .startsWith("# people\nuser alice on " + SECRET_HASH
                        + " ~a:* resetchannels -@all +@read (%R~b resetchannels -@all +get)\nuser carol ")
                .contains("user default on nopass ~* &* +@all")
                .doesNotContain("bob")
                .doesNotContain(">secret");
        try (RunningServer server = RunningServer.configured(directory.resolve("data"), file);
                RawClient client = server.connect()) {
            assertThat(client.call("ACL USERS")).isEqualTo("[alice, carol, default]");
            assertThat(client.call("ACL LIST")).contains("~c\"'x");
        }
    }

    @Test
    void aWrongRuleInTheConfigurationStopsTheStartAndShowsNoPassword() {
        assertThatThrownBy(() -> configured("user alice on >secret +nosuch"))
                .hasMessageContaining("Error loading ACL rule '+nosuch' for the user named 'alice'")
                .hasMessageContaining("Unknown command or category name in ACL");
        assertThatThrownBy(() -> configured("user alice on <geheim"))
                .satisfies(e -> assertThat(e.getMessage()).contains("alice").doesNotContain("geheim"));
        assertThatThrownBy(() -> configured("user alice on", "user alice off")).hasMessageContaining("Duplicate user");
        assertThatThrownBy(() -> configured("user alice on", "aclfile users.acl"))
                .hasMessageContaining("not both");
    }

    @Test
    void theAclFileIsLoadedSavedAndLoadedAgainWholeOrNotAtAll() throws Exception {
        Path file = Files.writeString(directory.resolve("users.acl"), "user alice on >secret ~* +@all\n\n");
        try (RunningServer server = server(Map.of(Setting.ACLFILE, file.toString()));
                RawClient admin = server.connect();
                RawClient alice = server.connect()) {
            assertThat(alice.call("AUTH alice secret")).isEqualTo("+OK");
            assertThat(admin.call("ACL SETUSER bob on nopass +@read ~b")).isEqualTo("+OK");
            assertThat(admin.call("ACL SAVE")).isEqualTo("+OK");
            assertThat(Files.readAllLines(file))
                    .containsExactly(
                            "user alice on " + SECRET_HASH + " ~* resetchannels +@all",
                            "user bob on nopass ~b resetchannels -@all +@read",
                            "user default on nopass ~* &* +@all");
            Files.writeString(file, "user bob on +nosuch\nalice\nuser bob off\nuser eve (+get\n");
            assertThat(admin.call("ACL LOAD"))
                    .isEqualTo(
                            "-ERR " + file + ":1: Unknown command or category name in ACL. " + file
                                    + ":2 should start with user keyword followed by the username. WARNING: Duplicate user 'bob'"
                                    + " found on line 3. " + file + ":4: Unmatched parenthesis in selector definition."
                                    + "WARNING: ACL errors detected, no change to the previously active ACL rules was performed");
            assertThat(admin.call("ACL USERS")).isEqualTo("[alice, bob, default]");
            assertThat(alice.call("PING")).isEqualTo("+PONG");
            Files.writeString(file, "user alice on >secret ~* +@all\nuser default off\n");
            assertThat(admin.call("ACL LOAD")).isEqualTo("+OK");
            assertThat(alice.reply()).isEqualTo(RawClient.CLOSED);
            assertThat(server.connect().call("PING")).isEqualTo("-NOAUTH Authentication required.");
        }
    }

    @Test
    void onAnOpenAddressTheDefaultUserKeepsItsPassword() throws Exception {
        Map<Setting, String> open = Map.of(Setting.BIND, "0.0.0.0");
        assertThatThrownBy(() -> server(open)).hasMessageContaining("without a password");
        Path file = Files.writeString(directory.resolve("users.acl"), "user alice on nopass\n");
        Map<Setting, String> withUsers = Map.of(Setting.BIND, "0.0.0.0", Setting.ACLFILE, file.toString());
        assertThatThrownBy(() -> server(withUsers)).hasMessageContaining("without a password");
        Files.writeString(file, "user default on >secret ~* &* +@all\n");
        try (RunningServer server = server(withUsers);
                RawClient client = server.connect()) {
            assertThat(client.call("PING")).startsWith("-NOAUTH");
            assertThat(client.call("AUTH secret")).isEqualTo("+OK");
            assertThat(client.call("ACL SETUSER default nopass")).contains("without a password");
            assertThat(client.call("CONFIG SET requirepass \"\"")).contains("without a password");
            Files.writeString(file, "user alice on nopass\n");
            assertThat(client.call("ACL LOAD")).contains("without a password");
            assertThat(client.call("ACL SETUSER default off")).isEqualTo("+OK");
            assertThat(server.connect().call("AUTH secret")).startsWith("-WRONGPASS");
        }
    }

    @Test
    void noSecretIsShownAnywhere() throws Exception {
        try (RunningServer server = server(Map.of(Setting.SLOWLOG_LOG_SLOWER_THAN, "0"));
                RawClient client = server.connect();
                RawClient monitor = server.connect()) {
            assertThat(monitor.call("MONITOR")).isEqualTo("+OK");
            client.call("CONFIG SET requirepass geheim1");
            client.call("AUTH geheim1");
            client.call("AUTH alice geheim2");
            client.call("HELLO 2 AUTH alice geheim3");
            for (String words : new String[] {
                "9 AUTH alice geheim",
                "x auth alice geheim",
                "AUTH alice geheim",
                "3 SETNAME \"a b\" AUTH alice geheim",
                "3 NOPE AUTH alice geheim",
                "3 AUTH alice geheim AUTH alice geheim",
                "3 AUTH geheim"
            }) {
                assertThat(client.call("HELLO " + words)).as(words).startsWith("-");
            }
            assertThat(client.call("AUTH alice my geheim")).startsWith("-ERR syntax");
            client.call("ACL SETUSER alice on >geheim4 >geheim5");
            client.call("ACL SETUSER alice <geheim4");
            client.call("AUTH alice geheim5");
            client.call("AUTH geheim1");
            String shown = client.call("SLOWLOG GET -1")
                    + client.call("CONFIG GET *")
                    + client.call("ACL LOG")
                    + client.call("ACL LIST")
                    + client.call("INFO everything")
                    + client.call("CLIENT LIST");
            assertThat(shown).contains("(redacted)").doesNotContain("geheim");
            client.call("ECHO end");
            String seen;
            do {
                seen = monitor.reply();
                assertThat(seen).doesNotContain("geheim");
            } while (!seen.contains("\"ECHO\""));
        }
    }

    @Test
    void anEntryOfTheLogCountsWhatHappensAgain() throws Exception {
        try (RunningServer server = server(Map.of(Setting.ACLLOG_MAX_LEN, "2"));
                RawClient admin = server.connect();
                RawClient client = server.connect()) {
            admin.call("ACL SETUSER alice on nopass +get ~a");
            client.call("AUTH alice any");
            for (String command : new String[] {"GET b", "GET b", "SET a v", "GET b", "GET c"}) {
                assertThat(client.call(command)).startsWith("-NOPERM");
            }
            assertThat(admin.call("ACL LOG"))
                    .startsWith(
                            "[[count, :1, reason, key, context, toplevel, object, c, username, alice, age-seconds, ")
                    .contains("[count, :3, reason, key, context, toplevel, object, b, ")
                    .contains("client-info, id=")
                    .contains("cmd=get user=alice")
                    .doesNotContain("object, set");
            admin.call("CONFIG SET acllog-max-len 1");
            client.call("GET d");
            assertThat(admin.call("ACL LOG")).contains("object, d").doesNotContain("object, b");
        }
    }

    @Test
    void theLogKeepsTheBeginningOfALongNameOnly() throws Exception {
        try (RunningServer server = server(Map.of());
                RawClient admin = server.connect();
                RawClient client = server.connect()) {
            admin.call("ACL SETUSER alice on nopass +get ~a");
            client.call("AUTH alice any");
            assertThat(client.call("GET " + "b".repeat(5000))).startsWith("-NOPERM");
            assertThat(client.call("AUTH " + "u".repeat(5000) + " any")).startsWith("-WRONGPASS");
            assertThat(admin.call("ACL LOG"))
                    .contains("object, " + "b".repeat(1024) + "... (3976 more bytes), username, alice")
                    .contains("object, AUTH, username, " + "u".repeat(1024) + "... (3976 more bytes), age");
        }
    }

    @Test
    void withoutTheRightToUseItsIdATransactionDoesNothing() throws Exception {
        try (RunningServer server = server(Map.of());
                RawClient admin = server.connect();
                RawClient client = server.connect()) {
            admin.call("ACL SETUSER alice on nopass +@all ~id ~n");
            client.call("AUTH alice any");
            client.call("MULTI");
            client.call("DRAGON.ONCE id");
            assertThat(client.call("INCR n")).isEqualTo("+QUEUED");
            admin.call("ACL SETUSER alice resetkeys ~n");
            assertThat(client.call("EXEC")).startsWith("-NOPERM ACLs rules changed between");
            assertThat(client.call("GET n")).isEqualTo("(nil)");
        }
    }

    @Test
    void namesOfLocksAndIdsAreHeldAgainstTheKeyPatternsToo() throws Exception {
        try (RunningServer server = server(Map.of());
                RawClient admin = server.connect();
                RawClient client = server.connect()) {
            admin.call("ACL SETUSER alice on nopass +@all ~a:* %R~r:*");
            client.call("AUTH alice any");
            assertThat(client.call("DRAGON.LOCK a:1 PX 1000")).startsWith("[:");
            assertThat(client.call("DRAGON.LOCK r:1 PX 1000")).startsWith("-NOPERM");
            assertThat(client.call("DRAGON.LOCKINFO r:1")).isEqualTo("(nil)");
            assertThat(client.call("DRAGON.LOCKINFO x")).startsWith("-NOPERM");
            client.call("MULTI");
            assertThat(client.call("DRAGON.ONCE a:id x")).startsWith("-NOPERM");
        }
    }

    @Test
    void theTimeToLiveOfIdsIsNotHeldAgainstTheKeyPatterns() throws Exception {
        try (RunningServer server = server(Map.of());
                RawClient admin = server.connect();
                RawClient client = server.connect()) {
            admin.call("ACL SETUSER alice on nopass +@all ~a:*");
            client.call("AUTH alice any");
            for (String ids : new String[] {"a:1 EX 60", "a:2 a:3 ex 60", "a:4"}) {
                client.call("MULTI");
                assertThat(client.call("DRAGON.ONCE " + ids)).isEqualTo("+QUEUED");
                assertThat(client.call("EXEC")).isEqualTo("[+OK]");
            }
            for (String ids : new String[] {"b:1 EX 60", "a:5 b:1 EX 60", "EX 60", "a:5 EX", "a:5 EX 60 a:6"}) {
                client.call("MULTI");
                assertThat(client.call("DRAGON.ONCE " + ids)).as(ids).startsWith("-NOPERM");
                client.call("DISCARD");
            }
        }
    }

    @Test
    void aChannelDefaultHoldsForNewUsers() throws Exception {
        try (RunningServer server = server(Map.of());
                RawClient admin = server.connect()) {
            admin.call("ACL SETUSER before");
            admin.call("CONFIG SET acl-pubsub-default allchannels");
            admin.call("ACL SETUSER after (+get)");
            admin.call("ACL SETUSER before reset");
            assertThat(admin.call("ACL LIST"))
                    .contains("user after off &* -@all (&* -@all +get)")
                    .contains("user before off sanitize-payload &* -@all");
        }
    }

    @Test
    void settingsOfAServerInsideAProgramHaveNoUsers() {
        assertThat(Settings.of(Map.of()).users()).isEmpty();
    }
}
