package io.clouddragon.server.acl;

import io.clouddragon.server.config.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The file that {@code aclfile} names: a user a line, as ACL LIST shows them. All of it is taken, or nothing. */
public final class AclFile {
    private final Path path;
    private final String shownPath;

    /** @param path as in the configuration, for messages */
    public AclFile(String path) {
        this.shownPath = path;
        this.path = Path.of(path);
    }

    /** The users read so far, and what was wrong. */
    static final class Reading {
        private final Function<String, User> newUser;
        private final Map<String, User> users = new LinkedHashMap<>();
        private final StringBuilder errors = new StringBuilder();

        Reading(Function<String, User> newUser) {
            this.newUser = newUser;
        }

        private void line(String file, int number, String line) {
            String at = file + ":" + number;
            List<String> words = Arrays.asList(line.split(" ", -1));
            if (!words.get(0).equals("user") || words.size() < 2) {
                errors.append(at).append(" should start with user keyword followed by the username. ");
            } else if (Words.hasBlanks(words.get(1))) {
                errors.append("'").append(at).append(": username '").append(Words.shown(words.get(1)));
                errors.append("' contains invalid characters. ");
            } else if (users.containsKey(words.get(1))) {
                errors.append("WARNING: Duplicate user '").append(Words.shown(words.get(1)));
                errors.append("' found on line ").append(number).append(". ");
            } else {
                User user = newUser.apply(words.get(1));
                users.put(user.name(), user);
                rules(at, user, words.subList(2, words.size()));
            }
        }

        private void rules(String at, User user, List<String> words) {
            List<String> rules = List.of();
            try {
                rules = RuleWords.merge(words);
            } catch (InvalidRuleException e) {
                errors.append(at).append(": Unmatched parenthesis in selector definition.");
            }
            for (String rule : rules) {
                try {
                    user.apply(rule);
                } catch (InvalidRuleException e) {
                    errors.append(at).append(": ").append(e.getMessage()).append(". ");
                }
            }
        }
    }

    /**
     * ACL LOAD: all users become those of the file.
     *
     * @return those who are gone
     * @throws InvalidRuleException with all that is wrong; then nothing has changed
     */
    public List<User> load(Users users) throws InvalidRuleException {
        Map<String, User> loaded = read(users);
        return users.replaceAll(loaded);
    }

    /** Whether anybody could come in without a password once the file is loaded; see {@link #load}. */
    public boolean wouldBeOpen(Users users) throws InvalidRuleException {
        User user = read(users).get(Users.DEFAULT);
        return user == null || user.isEnabled() && user.needsNoPassword();
    }

    private Map<String, User> read(Users users) throws InvalidRuleException {
        String text;
        try {
            text = Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new InvalidRuleException("Error loading ACLs, opening file '" + shownPath + "': " + reason(e));
        }
        Reading reading = users.reading();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (!line.isEmpty()) {
                reading.line(shownPath, i + 1, line);
            }
        }
        if (reading.errors.length() > 0) {
            throw new InvalidRuleException(reading.errors
                    + "WARNING: ACL errors detected, no change to the previously active ACL rules was performed");
        }
        return reading.users;
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        return e instanceof AccessDeniedException ? "Permission denied" : e.getMessage();
    }

    /** ACL SAVE: when this returns the file on disk tells the present users. */
    public void save(Users users) throws IOException {
        String text = String.join("\n", users.lines()) + "\n";
        DurableFile.replace(path, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A rule as messages may show it. */
    static String withoutSecret(String rule) {
        return rule.startsWith(">") || rule.startsWith("<") ? rule.charAt(0) + "(redacted)" : Words.shown(rule);
    }
}
