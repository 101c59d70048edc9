package io.clouddragon.compat.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A golden transcript: commands and the replies they must have, as a redis-cli user would see them.
 *
 * <pre>
 * # oracle                       first line: also true of redis-server, and checked against it
 * # any other comment
 * &gt; SET k v                      a command on the connection "main"
 * OK                             … and its reply, up to the next line of another kind
 * B&gt; DRAGON.LOCK job PX 9000 WAIT 5000     a command on another connection
 * &lt;waiting&gt;                      no reply yet
 * &gt; DRAGON.UNLOCK job &lt;a&gt;        &lt;a&gt;: the value captured under that name
 * (integer) 1
 * B&lt;                             the reply that B waits for is here now
 * 1) (integer) &lt;int:b&gt;           any whole number, captured as b; once captured it must be the same number
 * 2) (integer) &lt;int&gt;             any whole number
 * ? a &lt; b                        captured numbers compared
 * ! sleep 30                     milliseconds
 * ! close B                      hangs up
 * </pre>
 *
 * {@code <any>} stands for the rest of a line, {@code <...>} for any lines. Blank lines mean nothing.
 *
 * <p>To write one that has an oracle, write the commands only and run with {@code -Dtarget=redis -Drewrite=true}: replies that
 * do not match are replaced by what redis-server said; then read the difference.
 */
public final class Transcript {
    /** Long enough for a wrong reply to show itself, short enough for many of them. */
    private static final Duration WAITING = Duration.ofMillis(40);

    private static final AtomicLong RUNS = new AtomicLong();

    private static final Pattern LINE = Pattern.compile("(\\w*)([<>?!]) ?(.*)");
    private static final Pattern PLACEHOLDER = Pattern.compile("<(int|any|\\.\\.\\.)(?::(\\w+))?>");
    private static final Pattern REFERENCE = Pattern.compile("<(\\w+)>");
    private static final Pattern COMPARISON = Pattern.compile("(\\w+) < (\\w+)");

    /** One marked line and the lines that belong to it. */
    private record Entry(int line, String connection, char kind, String text, List<String> expected) {
        boolean isWaiting() {
            return expected.equals(List.of("<waiting>"));
        }
    }

    /** How the bytes of a request reach the server. */
    public interface Sender {
        void send(RespConnection connection, byte[] request);

        /** All at once. */
        Sender WHOLE = RespConnection::writeRaw;
    }

    private final Path file;
    private final boolean oracle;
    private final List<Entry> entries = new ArrayList<>();

    private Transcript(Path file, List<String> lines) {
        this.file = file;
        oracle = lines.get(0).equals("# oracle");
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher marked = LINE.matcher(line);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (marked.matches() && !PLACEHOLDER.matcher(line).lookingAt() && !line.equals("<waiting>")) {
                entries.add(new Entry(
                        i + 1, marked.group(1), marked.group(2).charAt(0), marked.group(3), new ArrayList<>()));
            } else {
                entries.get(entries.size() - 1).expected.add(line);
            }
        }
    }

    public static Transcript parse(Path file) {
        try {
            return new Transcript(file, Files.readAllLines(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All transcripts of the test resources, by name. */
    public static List<Transcript> all() {
        try (var files = Files.list(Path.of("src/test/resources/transcripts"))) {
            return files.sorted().map(Transcript::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether redis-server must answer the same. */
    public boolean hasOracle() {
        return oracle;
    }

    /** Whether it never waits, and so can be played many times. */
    public boolean isQuick() {
        return entries.stream().noneMatch(entry -> entry.isWaiting() || entry.text.startsWith("sleep "));
    }

    /** The length of the longest request in bytes, as far as it is known before captured values are filled in. */
    public int longestRequest() {
        return entries.stream()
                .filter(entry -> entry.kind == '>')
                .mapToInt(entry -> RespConnection.encode(RedisCli.split(entry.text)).length)
                .max()
                .orElse(0);
    }

    /**
     * Plays the transcript on an emptied server (without an oracle: in a database of its own, called run-&lt;run&gt;, because
     * locks and used ids outlive FLUSHALL) and fails at the first reply that is not as written. */
    public void run(TestServer server, Sender sender) {
        try (Player player = new Player(server, sender)) {
            entries.forEach(player::play);
            if (!player.rewritten.isEmpty()) {
                rewrite(player.rewritten);
            }
        }
    }

    private void rewrite(Map<Integer, String> replies) {
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8));
            for (int i = entries.size() - 1; i >= 0; i--) {
                Entry entry = entries.get(i);
                if (replies.containsKey(entry.line)) {
                    lines.subList(entry.line, entry.line + entry.expected.size())
                            .clear();
                    lines.addAll(entry.line, replies.get(entry.line).lines().toList());
                }
            }
            Files.write(file, lines, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The connections and captured values of one run. */
    private final class Player implements AutoCloseable {
        private final TestServer server;
        private final Sender sender;
        private final Map<String, RespConnection> connections = new HashMap<>();
        private final Map<String, String> captured = new HashMap<>();
        private final Map<Integer, String> rewritten = new HashMap<>();

        Player(TestServer server, Sender sender) {
            this.server = server;
            this.sender = sender;
            captured.put("run", Long.toString(RUNS.incrementAndGet()));
            try (RespConnection connection = server.connect()) {
                assertThat(connection.send("FLUSHALL").toString()).isEqualTo("OK");
            }
        }

        void play(Entry entry) {
            switch (entry.kind) {
                case '>' -> {
                    byte[][] arguments = RedisCli.split(fill(entry.text));
                    sender.send(connection(entry.connection), RespConnection.encode(arguments));
                    check(entry);
                }
                case '<' -> check(entry);
                case '?' -> compare(entry);
                default -> direct(entry);
            }
        }

        private RespConnection connection(String name) {
            return connections.computeIfAbsent(name, unused -> {
                RespConnection connection = server.connect();
                if (!oracle) {
                    assertThat(connection.send("SELECT " + fill("run-<run>")).toString())
                            .isEqualTo("OK");
                }
                return connection;
            });
        }

        private void check(Entry entry) {
            RespConnection connection = connection(entry.connection);
            if (entry.isWaiting()) {
                assertThat(connection.isSilentFor(WAITING))
                        .as("%s: no reply yet", at(entry))
                        .isTrue();
                return;
            }
            String reply = connection.read().toString();
            String expected = String.join("\n", entry.expected);
            if (matches(expected, reply)) {
                return;
            }
            if (Boolean.getBoolean("rewrite")) {
                rewritten.put(entry.line, reply);
            } else {
                assertThat(reply).as(at(entry)).isEqualTo(expected);
            }
        }

        /** Turns the placeholders into groups of a regular expression, and captures what they matched. */
        private boolean matches(String expected, String reply) {
            List<String> names = new ArrayList<>();
            StringBuilder regex = new StringBuilder();
            Matcher placeholder = PLACEHOLDER.matcher(fill(expected));
            String filled = fill(expected);
            int done = 0;
            while (placeholder.find()) {
                String name = placeholder.group(2);
                String kind = placeholder.group(1);
                regex.append(Pattern.quote(filled.substring(done, placeholder.start())));
                String known = captured.get(name);
                regex.append('(')
                        .append(known != null ? Pattern.quote(known) : regexOf(kind))
                        .append(')');
                names.add(name);
                done = placeholder.end();
            }
            regex.append(Pattern.quote(filled.substring(done)));
            Matcher matcher = Pattern.compile(regex.toString()).matcher(reply);
            if (!matcher.matches()) {
                return false;
            }
            for (int i = 0; i < names.size(); i++) {
                if (names.get(i) != null) {
                    captured.put(names.get(i), matcher.group(i + 1));
                }
            }
            return true;
        }

        private static String regexOf(String kind) {
            return switch (kind) {
                case "int" -> "-?\\d+";
                case "any" -> ".*";
                default -> "(?s:.*)";
            };
        }

        private String fill(String text) {
            return REFERENCE
                    .matcher(text)
                    .replaceAll(reference ->
                            Matcher.quoteReplacement(captured.getOrDefault(reference.group(1), reference.group())));
        }

        private void compare(Entry entry) {
            Matcher comparison = COMPARISON.matcher(entry.text);
            assertThat(comparison.matches()).as("%s: a < b", at(entry)).isTrue();
            assertThat(Long.parseLong(captured.get(comparison.group(1))))
                    .as(at(entry))
                    .isLessThan(Long.parseLong(captured.get(comparison.group(2))));
        }

        private void direct(Entry entry) {
            String[] words = entry.text.split(" ");
            switch (words[0]) {
                case "sleep" -> Pause.millis(Long.parseLong(words[1]));
                case "close" -> connections.remove(words[1]).close();
                default -> throw new IllegalArgumentException(at(entry) + ": unknown directive");
            }
        }

        private String at(Entry entry) {
            return file.getFileName() + ":" + entry.line + ": " + entry.text;
        }

        @Override
        public void close() {
            connections.values().forEach(RespConnection::close);
        }
    }

    @Override
    public String toString() {
        return file.getFileName().toString();
    }
}
