package io.clouddragon.server.tools;

import io.clouddragon.storage.engine.LoadProgress;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Tells how far a long run is, once a second: on a terminal in a line that is written over, else in a line each
 * {@value #SECONDS_BETWEEN_LINES} seconds. Runs of less than a second stay silent. One thread.
 */
final class Progress implements LoadProgress {
    private static final int SECONDS_BETWEEN_LINES = 10;
    private static final int BAR_WIDTH = 30;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final PrintWriter out;
    private final String title;
    private final String unit;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private long next = start + SECOND_NANOS;
    private boolean lineOpen;

    /**
     * @param title what is being done: "Importing"
     * @param unit of what is counted: "keys"
     */
    Progress(PrintWriter out, String title, String unit) {
        this.out = out;
        this.title = title;
        this.unit = unit;
        terminal = System.console() != null;
    }

    /** @param total 0 when it is not known */
    void at(long done, long total) {
        long now = System.nanoTime();
        if (now < next) {
            return;
        }
        next = now + SECOND_NANOS * (terminal ? 1 : SECONDS_BETWEEN_LINES);
        double seconds = (now - start) / (double) SECOND_NANOS;
        String text = String.format(Locale.ROOT, "%s: %,d %s, %,.0f/s", title, done, unit, done / seconds);
        if (total > 0) {
            text += " " + bar(Math.min(1, done / (double) total));
        }
        if (terminal) {
            out.print("\r" + text + " ");
            lineOpen = true;
        } else {
            out.println(text);
        }
        out.flush();
    }

    private static String bar(double share) {
        int full = (int) (share * BAR_WIDTH);
        return String.format("[%s%s] %.0f %%", "#".repeat(full), ".".repeat(BAR_WIDTH - full), share * 100);
    }

    @Override
    public void loaded(long bytesRead, long bytesTotal, long records) {
        at(bytesRead, bytesTotal);
    }

    /** The last line, so that what follows begins a new one. */
    void end() {
        if (lineOpen) {
            out.println();
            lineOpen = false;
        }
    }

    double seconds() {
        return (System.nanoTime() - start) / (double) SECOND_NANOS;
    }
}
