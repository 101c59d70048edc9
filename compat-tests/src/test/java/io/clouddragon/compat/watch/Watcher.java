package io.clouddragon.compat.watch;

import io.clouddragon.compat.harness.Doors;
import io.clouddragon.compat.harness.HttpConnection;
import io.clouddragon.compat.harness.HttpConnection.Answer;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.watch.WatchedKey.Progress;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Waits for changes again and again, each time from the versions that it was told last. Some of its waits are short, and some
 * it gives up in the middle: then it asks again, on a new connection. For one thread.
 */
abstract class Watcher {
    private static final int LONG_MILLIS = 8_000;
    private static final int SHORT_MILLIS = 20;
    private static final int MAX_PATIENCE_MILLIS = 10;

    final List<WatchedKey> keys;
    final Doors doors;
    private final List<Progress> progress = new ArrayList<>();
    private final SplittableRandom random;
    private long timeouts;
    private long hangUps;

    private Watcher(List<WatchedKey> keys, Doors doors, SplittableRandom random) {
        this.keys = keys;
        this.doors = doors;
        this.random = random;
        keys.forEach(key -> progress.add(key.watch()));
    }

    /** Asks to be told when one of the keys has another version. */
    abstract void send(List<Long> versions, int waitMillis);

    /** What is told, or null when the time ran out. */
    abstract Told read();

    /** @param key the place in the list of keys */
    record Told(int key, long version, String value) {}

    void run(BooleanSupplier stop) {
        while (!stop.getAsBoolean()) {
            try {
                watch();
            } catch (UncheckedIOException died) {
                doors.close();
            }
        }
        doors.close();
    }

    private void watch() {
        List<Long> versions = new ArrayList<>();
        List<Integer> floors = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            versions.add(keys.get(i).knownVersion(progress.get(i)));
            floors.add(keys.get(i).floor());
        }
        send(versions, random.nextInt(4) == 0 ? 1 + random.nextInt(SHORT_MILLIS) : LONG_MILLIS);
        if (random.nextInt(12) == 0) {
            hangUp();
            return;
        }
        Told told = read();
        if (told != null) {
            keys.get(told.key).told(progress.get(told.key), floors.get(told.key), told.version, told.value);
            return;
        }
        timeouts++;
        for (int i = 0; i < keys.size(); i++) {
            keys.get(i).nothingNew(progress.get(i), floors.get(i));
        }
    }

    private void hangUp() {
        hangUps++;
        try {
            Thread.sleep(random.nextInt(MAX_PATIENCE_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        doors.close();
    }

    long timeouts() {
        return timeouts;
    }

    long hangUps() {
        return hangUps;
    }

    /** By DRAGON.WATCH, of several keys at once. */
    static final class OverResp extends Watcher {
        private RespConnection asked;

        OverResp(List<WatchedKey> keys, Doors doors, SplittableRandom random) {
            super(keys, doors, random);
        }

        @Override
        void send(List<Long> versions, int waitMillis) {
            StringBuilder line = new StringBuilder("DRAGON.WATCH");
            for (int i = 0; i < keys.size(); i++) {
                line.append(' ').append(keys.get(i).name()).append(' ').append(versions.get(i));
            }
            asked = doors.resp();
            asked.write(line + " " + waitMillis / 1000.0);
        }

        @Override
        Told read() {
            RespValue event = asked.read();
            if (event.isNull()) {
                return null;
            }
            String name = event.item(0).text();
            for (int i = 0; i < keys.size(); i++) {
                if (keys.get(i).name().equals(name)) {
                    RespValue value = event.item(2);
                    return new Told(i, event.item(1).integer(), value.isNull() ? null : value.text());
                }
            }
            throw new AssertionError("not asked for: " + event);
        }
    }

    /** By long-poll, of one key. */
    static final class OverHttp extends Watcher {
        private static final Pattern EVENT =
                Pattern.compile("\\{\"Key\": \"(.*)\", \"Version\": (\\d+), \"Value\": (?:\"(.*)\"|null)}");

        private HttpConnection asked;

        OverHttp(WatchedKey key, Doors doors, SplittableRandom random) {
            super(List.of(key), doors, random);
        }

        @Override
        void send(List<Long> versions, int waitMillis) {
            asked = doors.http();
            asked.send(
                    "/watch/0",
                    "{\"ID\": \"" + keys.get(0).name() + "\", \"Version\": " + versions.get(0) + ", \"Wait\": "
                            + waitMillis / 1000.0 + "}");
        }

        @Override
        Told read() {
            Answer answer = asked.read();
            if (answer.status() == 204) {
                return null;
            }
            Matcher event = EVENT.matcher(answer.body());
            if (answer.status() != 200
                    || !event.matches()
                    || !event.group(1).equals(keys.get(0).name())) {
                throw new AssertionError(answer.toString());
            }
            return new Told(0, Long.parseLong(event.group(2)), event.group(3));
        }
    }
}
