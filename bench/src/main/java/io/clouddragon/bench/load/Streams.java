package io.clouddragon.bench.load;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Rows over RESP that redis-benchmark cannot do. */
public final class Streams {
    private static final int CLIENTS = 50;
    private static final int WRITERS = 10;
    private static final int KEYS = 100_000;
    private static final int VALUE_BYTES = 16;
    private static final double READS = 0.9;

    private Streams() {}

    /** Makes sure that so many keys are there: {@code key:000000000000} and on. */
    public static void fill(Target target, int keys, int valueBytes) throws IOException {
        int present;
        try (Control control = new Control(target.port())) {
            present = Integer.parseInt(control.ask("DBSIZE"));
        }
        if (present < keys) {
            try (Stream stream = new Stream(target.port(), 2, Requests.fill(present, valueBytes))) {
                stream.send(keys - present);
            }
        }
    }

    /** Nine GETs to a SET. */
    public static Load mixed() {
        return (target, scale) -> {
            SplittableRandom random = new SplittableRandom(1);
            Requests requests =
                    Requests.mixed(READS, Requests.get(KEYS, random), Requests.set(KEYS, VALUE_BYTES, random), random);
            return closed(target, scale, CLIENTS, requests);
        };
    }

    public static Load set(int clients) {
        return (target, scale) ->
                closed(target, scale, clients, Requests.set(KEYS, VALUE_BYTES, new SplittableRandom(1)));
    }

    /** SETs among as many keys as are there. */
    public static Load setAmong(int keys) {
        return (target, scale) ->
                closed(target, scale, CLIENTS, Requests.set(keys, VALUE_BYTES, new SplittableRandom(1)));
    }

    private static Sample closed(Target target, Scale scale, int clients, Requests requests) throws IOException {
        try (Stream stream = new Stream(target.port(), clients, requests)) {
            return stream.closedLoop(scale.seconds());
        }
    }

    /** The rate of GETs while others write without a pause. */
    public static Load getWhileWriting() {
        return (target, scale) -> {
            Scale longer = new Scale(scale.requests(), scale.seconds() + 1, scale.keys(), scale.waiters());
            CompletableFuture<Sample> writing = CompletableFuture.supplyAsync(() -> {
                try {
                    return set(WRITERS).run(target, longer);
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
            Sample reading = closed(target, scale, CLIENTS, Requests.get(KEYS, new SplittableRandom(2)));
            writing.join();
            return reading;
        };
    }

    /** 99.9th percentile at half of the rate that a closed loop reaches just before. */
    public static Load steadyHalf(boolean compacting) {
        return (target, scale) -> {
            double most = setAmong(scale.keys()).run(target, scale).value();
            if (compacting) {
                try (Control control = new Control(target.port())) {
                    control.ask("BGREWRITEAOF");
                }
            }
            SplittableRandom random = new SplittableRandom(3);
            Requests requests = Requests.set(scale.keys(), VALUE_BYTES, random);
            try (Stream stream = new Stream(target.port(), CLIENTS, requests)) {
                Sample sample = stream.openLoop(most / 2, scale.seconds());
                awaitCompaction(target);
                return sample;
            }
        };
    }

    private static void awaitCompaction(Target target) throws IOException, InterruptedException {
        try (Control control = new Control(target.port())) {
            while (control.info("persistence", "aof_rewrite_in_progress") != 0) {
                Thread.sleep(50);
            }
        }
    }
}
