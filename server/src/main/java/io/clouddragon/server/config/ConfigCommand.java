package io.clouddragon.server.config;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Glob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What CONFIG GET, SET and REWRITE do, with the error texts of Redis 7.0. Any thread; changes exclude each other.
 *
 * <p>Two things differ from Redis: a password is in no answer of CONFIG GET, and {@code CONFIG SET requirepass ""} is refused
 * where the server would not have started without a password.
 */
public final class ConfigCommand {
    private final Settings settings;

    public ConfigCommand(Settings settings) {
        this.settings = settings;
    }

    /**
     * CONFIG GET: every setting that any of the glob patterns matches, once, with its value. A name given in full comes back
     * in the letter case in which it was asked for.
     */
    public List<Map.Entry<String, String>> get(List<String> patterns) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String pattern : patterns) {
            Setting named = Setting.named(pattern);
            if (named != null) {
                add(found, named, pattern);
            } else if (pattern.matches(".*[*?\\[].*")) {
                addMatching(found, Bytes.of(pattern));
            }
        }
        return List.copyOf(found.entrySet());
    }

    private void addMatching(Map<String, String> found, Bytes pattern) {
        for (Setting setting : Setting.values()) {
            for (String name : setting.names()) {
                if (Glob.matches(pattern, Bytes.of(name), true)) {
                    add(found, setting, name);
                }
            }
        }
    }

    private void add(Map<String, String> found, Setting setting, String name) {
        boolean known = found.keySet().stream().anyMatch(name::equalsIgnoreCase);
        if (!setting.isSecret() && !known) {
            found.put(name, shown(setting));
        }
    }

    /** What is in force, so that it can be set again. */
    private String shown(Setting setting) {
        return setting == Setting.MAXCLIENTS ? Integer.toString(settings.maxclients()) : settings.text(setting);
    }

    /**
     * CONFIG SET: all of the pairs or none of them.
     *
     * @param namesAndValues name, value, name, value …
     * @return null when done, else the error line without its leading minus
     */
    public String set(List<String> namesAndValues) {
        if (namesAndValues.size() % 2 != 0) {
            return "ERR syntax error";
        }
        synchronized (settings) {
            Map<Setting, String> wanted = new LinkedHashMap<>();
            for (int i = 0; i < namesAndValues.size(); i += 2) {
                String name = namesAndValues.get(i);
                Setting setting = Setting.named(name);
                if (setting == null) {
                    return "ERR Unknown option or number of arguments for CONFIG SET - '" + untilZero(name) + "'";
                }
                if (!setting.changesAtRunTime()) {
                    return failed(setting, "can't set immutable config");
                }
                if (wanted.put(setting, namesAndValues.get(i + 1)) != null) {
                    return failed(setting, "duplicate parameter");
                }
            }
            return set(wanted);
        }
    }

    private String set(Map<Setting, String> wanted) {
        Value[] before = settings.copyOfValues();
        Value[] after = settings.copyOfValues();
        for (Map.Entry<Setting, String> pair : wanted.entrySet()) {
            Setting setting = pair.getKey();
            try {
                Value value = setting.type().parse(pair.getValue(), before[setting.ordinal()]);
                check(setting, value);
                after[setting.ordinal()] = value;
            } catch (InvalidSettingException e) {
                return failed(setting, e.getMessage());
            }
        }
        settings.replace(after);
        return tellListeners(wanted, before);
    }

    /** Rules that need more than the value itself. */
    private void check(Setting setting, Value value) throws InvalidSettingException {
        if (setting == Setting.MAXCLIENTS && value.number() > settings.machine().clients()) {
            throw new InvalidSettingException(
                    "The operating system is not able to handle the specified number of clients," + " try with "
                            + settings.machine().clients());
        }
        if (setting == Setting.REQUIREPASS) {
            String refusal = settings.refusalWithoutPassword();
            if (value.text().isEmpty() && refusal != null) {
                throw new InvalidSettingException(refusal);
            }
        }
    }

    /** When one of them refuses, those that have already followed are called again with the old values in force. */
    private String tellListeners(Map<Setting, String> wanted, Value[] before) {
        for (Setting setting : wanted.keySet()) {
            try {
                for (Settings.ChangeListener listener : settings.listenersOf(List.of(setting))) {
                    listener.changed();
                }
            } catch (InvalidSettingException refused) {
                settings.replace(before);
                for (Settings.ChangeListener listener : settings.listenersOf(wanted.keySet())) {
                    callAgain(listener);
                }
                return failed(setting, refused.getMessage());
            }
        }
        return null;
    }

    private static void callAgain(Settings.ChangeListener listener) {
        try {
            listener.changed();
        } catch (InvalidSettingException e) {
            throw new IllegalStateException("refused a value that was in force before", e);
        }
    }

    /** As Redis shows a text: it ends at a zero byte. */
    private static String untilZero(String text) {
        int zero = text.indexOf(0);
        return zero < 0 ? text : text.substring(0, zero);
    }

    private static String failed(Setting setting, String reason) {
        return "ERR CONFIG SET failed (possibly related to argument '" + setting.settingName() + "') - " + reason;
    }

    /**
     * CONFIG REWRITE: brings the configuration file up to date.
     *
     * @return null when the file is on disk, else the error line without its leading minus
     */
    public String rewrite() {
        if (settings.file() == null) {
            return "ERR The server is running without a config file";
        }
        synchronized (settings) {
            return ConfigRewrite.rewrite(settings);
        }
    }
}
