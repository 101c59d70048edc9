package io.clouddragon.bench.compare;

import static io.clouddragon.bench.load.Programs.locks;
import static io.clouddragon.bench.load.Programs.redisBenchmark;
import static io.clouddragon.bench.load.Programs.wrk;

import io.clouddragon.bench.load.Crowds;
import io.clouddragon.bench.load.LibraryLocks;
import io.clouddragon.bench.load.Load;
import io.clouddragon.bench.load.States;
import io.clouddragon.bench.load.Streams;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** All rows, with what they have to reach on two processors that servers and load share. */
final class Rows {
    private static final int KEYS = 100_000;
    private static final String STEADY = "p99.9 of SET at half the maximum, ";
    private static final String COUNTER = "{\"Atomic\": {\"Key\": \"http-counter\", \"Add\": 1}}";
    private static final String KV_SET =
            "{\"KVSet\": [{\"Key\": \"http-value\", \"Value\": \"" + "x".repeat(64) + "\"}]}";

    private Rows() {}

    /** @param keys of the rows about a large state */
    static List<Row> all(int keys) {
        List<Row> rows = new ArrayList<>();
        strings(rows);
        collections(rows);
        locksAndWatches(rows);
        http(rows);
        state(rows, keys);
        slowDisk(rows);
        curves(rows, keys);
        return rows;
    }

    private static Row benchmark(String name, Goal goal, String arguments) {
        return Row.rate(name, goal, redisBenchmark(arguments));
    }

    private static void strings(List<Row> rows) {
        rows.add(benchmark("PING_INLINE c=50", Goal.ratio(1), "-t ping_inline -c 50 -n 100%"));
        rows.add(benchmark("PING_MBULK c=50", Goal.ratio(1), "-t ping_mbulk -c 50 -n 100%"));
        for (String command : List.of("SET", "INCR")) {
            String test = command.equals("SET") ? "-t set -r " + KEYS : "-t incr";
            rows.add(benchmark(command + " c=1", Goal.ratio(1.3), test + " -c 1 -n 10%"));
            rows.add(benchmark(command + " c=50", Goal.ratios(1.25, 1), test + " -c 50 -n 100%"));
            rows.add(benchmark(command + " c=50 -P 16", Goal.ratios(2, 1.3), test + " -c 50 -P 16 -n 400%"));
            rows.add(benchmark(command + " c=500", Goal.ratio(1), test + " -c 500 -n 100%"));
        }
        String get = "-t get -r " + KEYS;
        rows.add(benchmark("GET c=1", Goal.NONE, get + " -c 1 -n 20%").filled(KEYS, 3));
        rows.add(benchmark("GET c=50", Goal.ratio(1), get + " -c 50 -n 200%").filled(KEYS, 3));
        rows.add(benchmark("GET c=50 -P 16", Goal.ratio(1.1), get + " -c 50 -P 16 -n 800%")
                .filled(KEYS, 3));
        rows.add(benchmark("GET c=500", Goal.NONE, get + " -c 500 -n 100%").filled(KEYS, 3));
        rows.add(Row.rate("90 % GET, 10 % SET c=50", Goal.ratio(1.2), Streams.mixed())
                .filled(KEYS, 16));
        rows.add(benchmark("SET of 1 KB c=50", Goal.ratio(1.2), "-t set -r 10000 -d 1024 -c 50 -n 100%"));
        rows.add(benchmark("SET of 10 KB c=50", Goal.ratio(1.2), "-t set -r 10000 -d 10240 -c 50 -n 50%"));
        rows.add(benchmark("MSET of 10 c=50", Goal.ratio(1.2), "-t mset -r " + KEYS + " -c 50 -n 50%"));
    }

    private static void collections(List<Row> rows) {
        for (String command : List.of("LPUSH", "HSET", "SADD", "ZADD")) {
            String test = "-t " + command.toLowerCase(Locale.ROOT) + " -r " + KEYS;
            rows.add(benchmark(command + " c=50", Goal.ratio(1.2), test + " -c 50 -n 100%"));
        }
        rows.add(benchmark("LRANGE_100 c=50", Goal.ratio(1), "-t lrange_100 -c 50 -n 50%"));
    }

    private static void locksAndWatches(List<Row> rows) {
        rows.add(Row.rate("lock pairs, 1 client", Goal.bound(3_500).p99(1), locks("resp", "--clients 1 --locks 1")));
        rows.add(Row.rate(
                "lock hand-overs, 100 contenders", Goal.bound(5_000), locks("resp", "--clients 100 --locks 1")));
        rows.add(Row.rate(
                "lock pairs, 50 clients, 100000 locks",
                Goal.ofRow(0.4, "SET c=50"),
                locks("resp", "--clients 50 --locks 100000")));
        rows.add(Row.rate("HTTP lock pairs, 1 client", Goal.NONE, locks("http", "--clients 1 --locks 1")));
        rows.add(Row.rate(
                "HTTP lock hand-overs, 100 contenders", Goal.bound(5_000), locks("http", "--clients 100 --locks 1")));
        rows.add(Row.rate("Jedis lock pairs, 1 client", Goal.NONE, LibraryLocks.jedis(1)));
        rows.add(Row.rate("Jedis lock hand-overs, 100 contenders", Goal.NONE, LibraryLocks.jedis(100)));
        rows.add(Row.rate("Redisson lock pairs, 1 client", Goal.NONE, LibraryLocks.redisson(1)));
        rows.add(Row.rate("Redisson lock hand-overs, 100 contenders", Goal.NONE, LibraryLocks.redisson(100)));
        rows.add(Row.of(
                "waiters on one lock, all served",
                Unit.MILLIS,
                Goal.bound(2_000),
                Crowds.waiters().onDragon()));
        rows.add(Row.of(
                "live heap for each of these waiters",
                Unit.BYTES,
                Goal.bound(10_240),
                Crowds.waitersMemory().onDragon()));
        rows.add(Row.of("watchers told of one change", Unit.MILLIS, Goal.bound(100), Crowds.watchers()));
        rows.add(Row.of("HTTP watchers told of one change", Unit.MILLIS, Goal.bound(150), Crowds.httpWatchers()));
    }

    /** Redis has INCR, or SET, over its own protocol to compare with. */
    private static void http(List<Row> rows) {
        rows.add(Row.rate(
                "HTTP counter c=100",
                Goal.ratio(0.75),
                Load.either(wrk(100, COUNTER), redisBenchmark("-t incr -c 50 -n 100%"))));
        rows.add(Row.rate(
                "HTTP KVSet of 64 bytes c=100",
                Goal.ratio(0.75),
                Load.either(wrk(100, KV_SET), redisBenchmark("-t set -d 64 -c 50 -n 100%"))));
    }

    private static void state(List<Row> rows, int keys) {
        rows.add(Row.of("memory per key, 1M keys", Unit.BYTES, Goal.bound(80), States.memoryPerKey()));
        rows.add(Row.of("start, empty", Unit.MILLIS, Goal.bound(500), States.restart())
                .onNewDirectory());
        rows.add(Row.of("start with " + Row.label(keys) + " keys", Unit.MILLIS, Goal.ratio(1), States.restart())
                .filled(keys, 16)
                .onNewDirectory());
        rows.add(Row.of(STEADY + Row.label(keys) + " keys", Unit.MILLIS, Goal.NONE, Streams.steadyHalf(false))
                .filled(keys, 16));
        rows.add(Row.of(
                        "the same during compaction / BGREWRITEAOF",
                        Unit.MILLIS,
                        Goal.ratio(1).andOfRow(2, STEADY + Row.label(keys) + " keys"),
                        Streams.steadyHalf(true))
                .filled(keys, 16));
    }

    private static void slowDisk(List<Row> rows) {
        rows.add(Row.rate("slow disk: GET c=50 while 10 write", Goal.ratio(5), Streams.getWhileWriting())
                .filled(KEYS, 16)
                .onSlowDisk());
        rows.add(Row.rate("slow disk: SET c=50", Goal.ratio(1), Streams.set(50)).onSlowDisk());
        rows.add(Row.rate("slow disk: SET c=500", Goal.ratio(1), Streams.set(500))
                .onSlowDisk());
    }

    private static void curves(List<Row> rows, int most) {
        for (int keys = 1_000; keys <= most; keys *= 10) {
            rows.add(Row.point("curve: SET by keys,", keys, Streams.setAmong(keys))
                    .filled(keys, 16));
        }
        for (int clients : new int[] {1, 10, 100, 1_000, 5_000, 10_000}) {
            rows.add(Row.point("curve: SET by connections,", clients, Streams.set(clients)));
        }
        for (int bytes : new int[] {16, 128, 1_024, 8_192, 65_536, 1 << 20}) {
            // As many requests as make a gigabyte at most.
            int percent = Math.max(1, Math.min(100, (1 << 20) / bytes));
            rows.add(Row.point(
                    "curve: SET by bytes of value,",
                    bytes,
                    redisBenchmark("-t set -r 100 -c 50 -d " + bytes + " -n " + percent + "%")));
        }
    }
}
