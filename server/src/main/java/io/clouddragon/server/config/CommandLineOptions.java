package io.clouddragon.server.config;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The settings as options of the command line: {@code --port 6380}, one for each that is not secret, and the
 * configuration file as {@code --config FILE} or, as with redis-server, as the argument.
 */
public final class CommandLineOptions {
    static final String CONFIG_OPTION = "--config";

    private CommandLineOptions() {}

    /** Adds options and argument, grouped for the help page. */
    public static void addTo(CommandSpec command) {
        command.addOption(OptionSpec.builder("-c", CONFIG_OPTION)
                .paramLabel("FILE")
                .type(Path.class)
                .description("Configuration file in the syntax of redis.conf. Options given here win over it.")
                .build());
        command.addPositional(PositionalParamSpec.builder()
                .paramLabel("FILE")
                .arity("0..1")
                .type(Path.class)
                .description("The same as --config FILE.")
                .build());
        for (SettingGroup group : SettingGroup.values()) {
            ArgGroupSpec.Builder options = ArgGroupSpec.builder()
                    .heading("%n" + group.title + ":%n")
                    .exclusive(false)
                    .validate(false)
                    .order(group.ordinal());
            for (Setting setting : Setting.values()) {
                if (setting.group() == group && !setting.isSecret()) {
                    options.addArg(option(setting));
                }
            }
            command.addArgGroup(options.build());
        }
    }

    private static OptionSpec option(Setting setting) {
        SettingType type = setting.type();
        Value defaultValue = setting.defaultValue();
        String shownDefault = defaultValue.text().isEmpty() ? "" : " Default: " + type.inFile(defaultValue);
        OptionSpec.Builder option = OptionSpec.builder("--" + setting.settingName())
                .paramLabel(type.label())
                .type(type.multiWord() ? String[].class : String.class)
                .description((setting.description() + shownDefault).replace("%", "%%"));
        if (type.isSwitch()) {
            return option.arity("0..1").fallbackValue("yes").build();
        }
        return option.arity(type.multiWord() ? "1..*" : "1").build();
    }

    /**
     * The settings that a command line asks for.
     *
     * @throws ParameterException when file and option contradict each other
     * @throws ConfigurationException see {@link Settings#load}
     */
    public static Settings settings(ParseResult parsed) throws ConfigurationException {
        Path argument = parsed.matchedPositionalValue(0, null);
        Path option = parsed.matchedOptionValue(CONFIG_OPTION, argument);
        if (argument != null && !argument.equals(option)) {
            throw new ParameterException(parsed.commandSpec().commandLine(), "two configuration files: give one");
        }
        Map<Setting, String> options = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            Object given = parsed.matchedOptionValue("--" + setting.settingName(), null);
            if (given != null) {
                options.put(setting, given instanceof String[] words ? String.join(" ", words) : (String) given);
            }
        }
        return Settings.load(option, options);
    }
}
