package io.clouddragon.compat.watch;

import io.clouddragon.compat.harness.Doors;
import io.clouddragon.compat.harness.HttpConnection.Answer;
import io.clouddragon.compat.harness.RespValue;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** Changes one key at random, over both doors: sets, removals, and values that expire. For one thread. */
final class Writer {
    /** Much longer than a restart takes. */
    private static final long TELL_LIMIT_MILLIS = 30_000;

    private static final int MAX_PAUSE_MILLIS = 4;
    private static final int MAX_TTL_MILLIS = 30;

    private final WatchedKey key;
    private final Doors doors;
    private final SplittableRandom random;
    private boolean exists;

    Writer(WatchedKey key, Doors doors, SplittableRandom random) {
        this.key = key;
        this.doors = doors;
        this.random = random;
    }

    /** Returns once told to stop, and all watchers know the last change. */
    void run(BooleanSupplier stop) throws InterruptedException {
        while (!stop.getAsBoolean()) {
            int dice = random.nextInt(100);
            if (exists && dice < 15) {
                remove();
            } else if (exists && dice < 20 && !key.isPaced()) {
                expire();
            } else {
                set();
            }
            if (key.isPaced()) {
                key.awaitTold(TELL_LIMIT_MILLIS);
            } else if (random.nextInt(4) == 0) {
                Thread.sleep(random.nextInt(MAX_PAUSE_MILLIS));
            }
        }
        key.awaitTold(TELL_LIMIT_MILLIS);
        doors.close();
    }

    private void set() {
        int position = key.begin(true);
        try {
            key.made(position, random.nextBoolean() ? setOverResp(position) : setOverHttp(position));
            exists = true;
        } catch (UncheckedIOException died) {
            Found found = find();
            if (found.is(position)) {
                key.made(position, found.version);
                exists = true;
            } else {
                key.lost(position);
            }
        }
    }

    private long setOverResp(int position) {
        return doors.resp().send("DRAGON.SET " + key.name() + " " + position).integer();
    }

    private long setOverHttp(int position) {
        Answer answer = doors.http()
                .post("/db/0", "{\"KVSet\": {\"Key\": \"" + key.name() + "\", \"Value\": \"" + position + "\"}}");
        return expectOk(answer).revision();
    }

    private void remove() {
        int position = key.begin(false);
        try {
            if (random.nextBoolean()) {
                doors.resp().send("DEL " + key.name()).integer();
            } else {
                expectOk(
                        doors.http().post("/db/0", "{\"KVSet\": {\"Key\": \"" + key.name() + "\", \"Delete\": true}}"));
            }
            key.made(position, WatchedKey.ABSENT);
            exists = false;
        } catch (UncheckedIOException died) {
            if (find().version == WatchedKey.ABSENT) {
                key.made(position, WatchedKey.ABSENT);
                exists = false;
            } else {
                key.lost(position);
            }
        }
    }

    /** Two changes at once, so to say: the removal follows by itself. Of a key that exists, else it could not be seen. */
    private void expire() {
        int set = key.begin(true);
        int removal = key.begin(false);
        long version = WatchedKey.UNKNOWN;
        try {
            int ttl = 1 + random.nextInt(MAX_TTL_MILLIS);
            version = doors.resp()
                    .send("DRAGON.SET " + key.name() + " " + set + " PX " + ttl)
                    .integer();
        } catch (UncheckedIOException died) {
            Found found = find();
            if (found.version != WatchedKey.ABSENT && !found.is(set)) {
                key.lost(removal);
                key.lost(set);
                return;
            }
        }
        for (Found found = find(); found.version != WatchedKey.ABSENT; found = find()) {
            version = found.version;
        }
        // In this order, so that nobody is expected to know the value that may be gone already.
        key.made(removal, WatchedKey.ABSENT);
        key.made(set, version);
        exists = false;
    }

    private record Found(String value, long version) {
        boolean is(int position) {
            return version != WatchedKey.ABSENT && value.equals(Integer.toString(position));
        }
    }

    /** The key as it is now, on a server that may have to come back first. */
    private Found find() {
        while (true) {
            try {
                RespValue pair = doors.resp().send("DRAGON.GET " + key.name()).item(0);
                return new Found(
                        pair.item(0).isNull() ? null : pair.item(0).text(),
                        pair.item(1).integer());
            } catch (UncheckedIOException died) {
                doors.close();
            }
        }
    }

    private static Answer expectOk(Answer answer) {
        if (answer.status() != 200) {
            throw new AssertionError(answer.toString());
        }
        return answer;
    }
}
