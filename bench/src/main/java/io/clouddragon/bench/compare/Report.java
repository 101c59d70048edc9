package io.clouddragon.bench.compare;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures as a Markdown table and as JSON. */
final class Report {
    private static final String NOTHING = "–";

    private final Map<Row, Map<ServerKind, Figures>> results;
    private final int rounds;
    private final String machine;
    private final String software;

    Report(Map<Row, Map<ServerKind, Figures>> results, int rounds, Path home) throws IOException, InterruptedException {
        this.results = results;
        this.rounds = rounds;
        machine = Runtime.getRuntime().availableProcessors() + " x " + processor() + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.version");
        software = firstLine("redis-server", "--version").replaceFirst("Redis server v=(\\S+).*", "Redis $1")
                + ", Cloud Dragon of " + firstLine("git", "-C", home.toString(), "rev-parse", "--short", "HEAD");
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        List<String> lines = Files.isReadable(info) ? Files.readAllLines(info) : List.of();
        return lines.stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse("unknown processor");
    }

    private static String firstLine(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return text.lines().findFirst().orElse("?");
        } catch (IOException e) {
            return "?";
        }
    }

    void write(Path directory) throws IOException {
        Files.writeString(directory.resolve("compare.md"), markdown());
        try (Writer writer = Files.newBufferedWriter(directory.resolve("compare.json"))) {
            json(writer);
        }
    }

    String markdown() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s; %s; medians (minimum–maximum) of %d rounds. Ratios: how many times as good as Redis.%n%n",
                machine,
                software,
                rounds));
        text.append("| row | Cloud Dragon, always | Redis, always | Redis, everysec | to always | to everysec | goal |"
                + " p99 ms: Cloud Dragon / always / everysec |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        results.forEach(
                (row, figures) -> markdown(text, row, figures, row.goal().isReached(row, results)));
        return text.toString();
    }

    private static void markdown(StringBuilder text, Row row, Map<ServerKind, Figures> figures, Boolean reached) {
        Figures dragon = figures.get(ServerKind.DRAGON);
        Figures always = figures.get(ServerKind.ALWAYS);
        Figures everysec = figures.get(ServerKind.EVERYSEC);
        text.append("| ").append(row.name());
        figures.values().forEach(each -> text.append(" | ").append(cell(row, each)));
        text.append(" | **").append(number("%.2f", row.unit().ratio(dragon, always)));
        text.append("** | ").append(number("%.2f", row.unit().ratio(dragon, everysec)));
        text.append(" | ").append(row.goal().text(row.unit()));
        text.append(reached == null ? "" : reached ? " ✓" : " ✗");
        text.append(" | ").append(number("%.2f", dragon.medianP99()));
        text.append(" / ").append(number("%.2f", always.medianP99()));
        text.append(" / ").append(number("%.2f", everysec.medianP99())).append(" |\n");
    }

    private static String cell(Row row, Figures figures) {
        if (figures.isEmpty()) {
            return figures.note().isEmpty() ? NOTHING : figures.note();
        }
        String format = figures.median() < 100 ? "%.1f" : "%.0f";
        return number(format, figures.median()) + row.unit().suffix + " (" + number(format, figures.min()) + "–"
                + number(format, figures.max()) + ")";
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? NOTHING : String.format(Locale.ROOT, format, value);
    }

    private void json(Writer writer) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(writer).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("machine", machine);
            json.writeStringField("software", software);
            json.writeNumberField("rounds", rounds);
            json.writeArrayFieldStart("rows");
            for (Map.Entry<Row, Map<ServerKind, Figures>> each : results.entrySet()) {
                json(json, each.getKey(), each.getValue());
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void json(JsonGenerator json, Row row, Map<ServerKind, Figures> figures) throws IOException {
        json.writeStartObject();
        json.writeStringField("row", row.name());
        json.writeStringField("unit", row.unit().suffix.trim());
        json.writeStringField("goal", row.goal().text(row.unit()));
        for (Map.Entry<ServerKind, Figures> each : figures.entrySet()) {
            Figures its = each.getValue();
            json.writeObjectFieldStart(each.getKey().name().toLowerCase(Locale.ROOT));
            if (!its.note().isEmpty()) {
                json.writeStringField("note", its.note());
            }
            if (!its.isEmpty()) {
                json.writeNumberField("median", its.median());
                json.writeNumberField("min", its.min());
                json.writeNumberField("max", its.max());
                if (!Double.isNaN(its.medianP99())) {
                    json.writeNumberField("p99_ms", its.medianP99());
                }
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
