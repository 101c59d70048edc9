package io.clouddragon.server.config;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A command line of nothing but {@code --setting value} and {@code --config FILE}, each once: what most servers are started
 * with. It means what it means to {@link CommandLineOptions}, which has all the rest: help, tools, other ways to write, and
 * what is wrong. To know it spares a start the classes of the command line's library (docs/decisions/start-up.md).
 *
 * @param file the configuration file, or null
 * @param options by setting, as written; not yet checked
 */
public record PlainCommandLine(Path file, Map<Setting, String> options) {
    private static final List<String> CONFIG = List.of("-c", CommandLineOptions.CONFIG_OPTION);

    /** @return null when it is not as plain as that */
    public static PlainCommandLine read(String... args) {
        Path file = null;
        Map<Setting, String> options = new EnumMap<>(Setting.class);
        for (int i = 0; i < args.length; i += 2) {
            String value = i + 1 < args.length ? args[i + 1] : "";
            // A minus sign begins an option there, and @ the name of a file with arguments.
            if (value.isEmpty() || value.startsWith("-") || value.startsWith("@")) {
                return null;
            }
            Setting setting = setting(args[i]);
            if (setting != null && options.put(setting, value) == null) {
                continue;
            }
            if (!CONFIG.contains(args[i]) || file != null) {
                return null;
            }
            file = Path.of(value);
        }
        return new PlainCommandLine(file, options);
    }

    /** One that takes a single word; null if it is none. */
    private static Setting setting(String option) {
        if (!option.startsWith("--")) {
            return null;
        }
        String name = option.substring(2);
        Setting setting = Setting.named(name);
        boolean isPlain = setting != null
                && setting.settingName().equals(name)
                && !setting.isSecret()
                && !setting.type().multiWord();
        return isPlain ? setting : null;
    }

    /** @throws ConfigurationException see {@link Settings#load} */
    public Settings settings() throws ConfigurationException {
        return Settings.load(file, options);
    }
}
