package io.clouddragon.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/configuration.md} is made from the declarations in {@link Setting}. After a change there:
 *
 * <pre>mvn -pl server -am test -Dtest=ConfigurationPageTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write</pre>
 */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    private static final String INTRODUCTION = """
            # Configuration

            <!-- Made from the declarations in Setting.java by ConfigurationPageTest. Change them, not this page. -->

            Each setting is an option of the command line (`./dragon --timeout 300`) and a directive of a configuration file in
            the syntax of redis.conf (`timeout 300`), given as `--config FILE` or as the argument. The command line wins over
            the file. `CONFIG GET` shows all of them; those marked *run time* are changed by `CONFIG SET`, and `CONFIG REWRITE`
            writes the values in force into the file. Names that Redis 7.0 has mean what they mean there.

            - **Password**: `--requirepass-file FILE`, or `requirepass` in the configuration file, or `CONFIG SET requirepass`. It
              is not an option of the command line, where every user of the machine could read it, and no answer of `CONFIG GET`
              holds it. With `requirepass-file` the file decides at the next start, and `CONFIG REWRITE` copies no password.
            - **Addresses**: on one that is not loopback the server starts only with a password, or with `--insecure` (or
              `protected-mode no`).
            - **Limits of the machine**: `maxclients` never exceeds the open-files limit less 128; `maxmemory` never exceeds 60 % of
              the JVM's largest heap. `./dragon` lets the heap have 60 % of the machine's memory; `DRAGON_JAVA_OPTS=-Xmx2g ./dragon`
              decides otherwise. What was lowered is said at start.
            - **A redis.conf** as Redis delivers it is understood. Directives that cannot matter here are named at start; unknown ones, and
              those that would promise what there is not (`replicaof`), stop the start.

            Sizes: `1k` = 1000, `1kb` = 1024 bytes, likewise `m`, `mb`, `g`, `gb`.
            """;

    @Test
    void thePageSaysWhatTheDeclarationsSay() throws Exception {
        String page = page();
        if (System.getProperty("docs.write") != null) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).as("run with -Ddocs.write").isEqualTo(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        for (SettingGroup group : SettingGroup.values()) {
            page.append("\n## ").append(group.title).append("\n\n");
            page.append("| setting | default | values | changes | |\n| --- | --- | --- | --- | --- |\n");
            for (Setting setting : Setting.values()) {
                if (setting.group() == group) {
                    page.append(row(setting));
                }
            }
        }
        return page.toString();
    }

    private static String row(Setting setting) {
        String formerly =
                setting.names().size() == 1 ? "" : " (also `" + setting.names().get(1) + "`)";
        return String.format(
                "| `%s`%s | `%s` | %s | %s | %s |%n",
                setting.settingName(),
                formerly,
                setting.type().inFile(setting.defaultValue()),
                setting.type().values(),
                setting.changesAtRunTime() ? "run time" : "start",
                setting.description());
    }
}
