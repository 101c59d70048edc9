package io.clouddragon.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The figures as pictures: a bar for each row's ratio to Redis, and a diagram for each curve. */
final class Charts {
    private static final int WIDTH = 900;
    private static final int BAR_HEIGHT = 22;
    private static final int LABEL_WIDTH = 330;
    private static final int TOP = 64;
    /** Longer bars are cut, and tell their figure. */
    private static final double MOST_RATIO = 3;

    private static final double RATIO_PIXELS = (WIDTH - LABEL_WIDTH - 70) / MOST_RATIO;

    private static final int DIAGRAM_HEIGHT = 300;
    private static final int DIAGRAM_LEFT = 90;
    private static final int DIAGRAM_TOP = 50;
    private static final int DIAGRAM_BOTTOM = 40;

    private Charts() {}

    static void write(Map<Row, Map<ServerKind, Figures>> results, Path directory) throws IOException {
        Files.writeString(directory.resolve("compare.svg"), bars(results));
        Files.writeString(directory.resolve("curves.svg"), curves(results));
    }

    // ---- bars

    private static String bars(Map<Row, Map<ServerKind, Figures>> results) {
        StringBuilder svg = new StringBuilder();
        int y = TOP;
        for (Map.Entry<Row, Map<ServerKind, Figures>> each : results.entrySet()) {
            Row row = each.getKey();
            double ratio = row.unit()
                    .ratio(
                            each.getValue().get(ServerKind.DRAGON),
                            each.getValue().get(ServerKind.ALWAYS));
            if (row.curve() == null && !Double.isNaN(ratio)) {
                double everysec = row.unit()
                        .ratio(
                                each.getValue().get(ServerKind.ALWAYS),
                                each.getValue().get(ServerKind.EVERYSEC));
                bar(svg, row.name(), ratio, 1 / everysec, y);
                y += BAR_HEIGHT;
            }
        }
        String colour = ServerKind.ALWAYS.colour;
        StringBuilder frame = new StringBuilder();
        text(
                frame,
                10,
                24,
                16,
                "start",
                "Cloud Dragon, every write synced, beside Redis with appendfsync always (= 1)");
        text(
                frame,
                10,
                44,
                12,
                "start",
                "Bars: times as fast, or as small. Small marks: Redis with appendfsync everysec.");
        line(frame, LABEL_WIDTH + RATIO_PIXELS, TOP - 6, LABEL_WIDTH + RATIO_PIXELS, y, colour, 1.5);
        return document(y + 14, frame.append(svg).toString());
    }

    private static void bar(StringBuilder svg, String name, double ratio, double everysec, int y) {
        double length = Math.min(ratio, MOST_RATIO) * RATIO_PIXELS;
        text(svg, LABEL_WIDTH - 8, y + 14, 12, "end", name);
        svg.append(String.format(
                Locale.ROOT,
                "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s' fill-opacity='%s'/>%n",
                LABEL_WIDTH,
                y + 3,
                length,
                BAR_HEIGHT - 7,
                ServerKind.DRAGON.colour,
                ratio >= 1 ? "0.9" : "0.55"));
        text(svg, LABEL_WIDTH + length + 5, y + 15, 12, "start", String.format(Locale.ROOT, "%.2f", ratio));
        if (everysec <= MOST_RATIO) {
            double x = LABEL_WIDTH + everysec * RATIO_PIXELS;
            line(svg, x, y + 2, x, y + BAR_HEIGHT - 3, ServerKind.EVERYSEC.colour, 3);
        }
    }

    // ---- curves

    private static String curves(Map<Row, Map<ServerKind, Figures>> results) {
        Map<String, List<Row>> byCurve = results.keySet().stream()
                .filter(row -> row.curve() != null)
                .collect(Collectors.groupingBy(Row::curve, LinkedHashMap::new, Collectors.toList()));
        StringBuilder svg = new StringBuilder();
        int y = 0;
        for (Map.Entry<String, List<Row>> each : byCurve.entrySet()) {
            svg.append(String.format(Locale.ROOT, "<g transform='translate(0,%d)'>%n", y));
            diagram(svg, each.getKey(), each.getValue(), results);
            svg.append("</g>\n");
            y += DIAGRAM_HEIGHT;
        }
        return document(Math.max(y, BAR_HEIGHT), svg.toString());
    }

    /** Both axes are logarithmic. */
    private static void diagram(
            StringBuilder svg, String name, List<Row> points, Map<Row, Map<ServerKind, Figures>> results) {
        double most = 1;
        double least = Double.MAX_VALUE;
        for (Row point : points) {
            for (Figures figures : results.get(point).values()) {
                if (!figures.isEmpty()) {
                    most = Math.max(most, figures.median());
                    least = Math.min(least, figures.median());
                }
            }
        }
        double top = Math.ceil(Math.log10(most));
        double bottom = Math.min(top - 1, Math.floor(Math.log10(least)));
        text(
                svg,
                10,
                24,
                15,
                "start",
                name.substring(name.indexOf(' ') + 1).replace(",", "") + ": requests per second");
        for (double decade = bottom; decade <= top; decade++) {
            double y = y(decade, bottom, top);
            line(svg, DIAGRAM_LEFT, y, WIDTH - 20, y, "#dddddd", 1);
            text(svg, DIAGRAM_LEFT - 8, y + 4, 11, "end", Row.label(Math.pow(10, decade)));
        }
        int legend = 330;
        for (ServerKind kind : ServerKind.values()) {
            text(svg, legend += 170, 24, 12, "start", kind.title);
            line(svg, legend - 24, 20, legend - 5, 20, kind.colour, 3);
            curve(svg, kind, points, results, bottom, top);
        }
        for (Row point : points) {
            text(svg, x(point, points), DIAGRAM_HEIGHT - DIAGRAM_BOTTOM + 18, 11, "middle", Row.label(point.x()));
        }
    }

    private static void curve(
            StringBuilder svg,
            ServerKind kind,
            List<Row> points,
            Map<Row, Map<ServerKind, Figures>> results,
            double bottom,
            double top) {
        StringBuilder path = new StringBuilder();
        for (Row point : points) {
            Figures figures = results.get(point).get(kind);
            if (!figures.isEmpty()) {
                double x = x(point, points);
                double y = y(Math.log10(figures.median()), bottom, top);
                path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
                svg.append(String.format(
                        Locale.ROOT, "<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>%n", x, y, kind.colour));
            }
        }
        svg.append(String.format(
                Locale.ROOT, "<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>%n", path, kind.colour));
    }

    private static double x(Row point, List<Row> points) {
        double first = Math.log10(points.get(0).x());
        double last = Math.log10(points.get(points.size() - 1).x());
        double share = last == first ? 0 : (Math.log10(point.x()) - first) / (last - first);
        return DIAGRAM_LEFT + 20 + share * (WIDTH - DIAGRAM_LEFT - 70);
    }

    private static double y(double decade, double bottom, double top) {
        double height = DIAGRAM_HEIGHT - DIAGRAM_TOP - DIAGRAM_BOTTOM;
        return DIAGRAM_TOP + (top - decade) / (top - bottom) * height;
    }

    // ---- SVG

    private static String document(int height, String content) {
        return String.format(
                Locale.ROOT,
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif'>%n"
                        + "<rect width='100%%' height='100%%' fill='white'/>%n%s</svg>%n",
                WIDTH,
                height,
                content);
    }

    private static void text(StringBuilder svg, double x, double y, int size, String anchor, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        svg.append(String.format(
                Locale.ROOT,
                "<text x='%.1f' y='%.1f' font-size='%d' text-anchor='%s'>%s</text>%n",
                x,
                y,
                size,
                anchor,
                escaped));
    }

    private static void line(
            StringBuilder svg, double x1, double y1, double x2, double y2, String colour, double width) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-width='%.1f'/>%n",
                x1,
                y1,
                x2,
                y2,
                colour,
                width));
    }
}
