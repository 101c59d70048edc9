package io.clouddragon.server.family;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Errors;
import io.clouddragon.storage.keyspace.Entry;

/**
 * The four ways in which commands give the time at which a key ends, and how they become a deadline in Unix milliseconds.
 *
 * <p>The largest number of milliseconds means "no deadline" here ({@link Entry#NO_DEADLINE}), so that who asks for that
 * very one gets the millisecond before.
 */
enum ExpireTime {
    SECONDS(1000, false),
    MILLIS(1, false),
    AT_SECONDS(1000, true),
    AT_MILLIS(1, true);

    /** No deadline: the word was none, and the error has been written. */
    static final long INVALID = Long.MIN_VALUE;

    private static final long LATEST = Entry.NO_DEADLINE - 1;

    private final long unitMillis;
    private final boolean absolute;

    ExpireTime(long unitMillis, boolean absolute) {
        this.unitMillis = unitMillis;
        this.absolute = absolute;
    }

    boolean isAbsolute() {
        return absolute;
    }

    /** Reads word {@code i} where only positive numbers are times: SET, GETEX, SETEX. Else {@link #INVALID}. */
    long positive(Call call, int i) {
        if (!call.integer(i)) {
            return INVALID;
        }
        if (call.number() <= 0) {
            return invalid(call);
        }
        return deadline(call, call.number());
    }

    /** Reads word {@code i} where zero and negative numbers are times in the past: EXPIRE and its like. Else {@link #INVALID}. */
    long any(Call call, int i) {
        return call.integer(i) ? deadline(call, call.number()) : INVALID;
    }

    private long deadline(Call call, long number) {
        if (number > Long.MAX_VALUE / unitMillis || number < Long.MIN_VALUE / unitMillis) {
            return invalid(call);
        }
        long time = number * unitMillis;
        long base = absolute ? 0 : call.now();
        if (time > Long.MAX_VALUE - base) {
            return invalid(call);
        }
        return Math.min(Math.max(time + base, INVALID + 1), LATEST);
    }

    /** A deadline as TTL and its like show it; seconds are rounded to the nearest. */
    long shown(Call call, long deadline) {
        long millis = absolute ? deadline : Math.max(0, deadline - call.now());
        // The remainder is rounded by itself: the latest deadline plus half a second does not fit.
        return millis / unitMillis + (millis % unitMillis + unitMillis / 2) / unitMillis;
    }

    private static long invalid(Call call) {
        call.error(Errors.invalidExpire(call.command().fullName()));
        return INVALID;
    }
}
