package io.clouddragon.compat.history;

import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.history.Operation.Kind;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The three kinds of key: what clients ask of each, how that is written, what the answers mean, and who judges the history.
 * To add a kind of request: a {@link Kind}, a line in each of {@code next}, {@code line} and {@code answer}, a case in the
 * model.
 */
enum Workload {
    REGISTER {
        @Override
        Operation next(SplittableRandom random, Known known, long unique) {
            int dice = random.nextInt(100);
            if (dice < 25) {
                return new Operation(Kind.SET, unique, 0);
            } else if (dice < 45) {
                return new Operation(Kind.GET, 0, 0);
            } else if (dice < 65) {
                return new Operation(Kind.GET_VERSION, 0, 0);
            } else if (dice < 95) {
                return new Operation(Kind.COMPARE_AND_SET, unique, known.version);
            }
            return new Operation(Kind.DELETE, 0, 0);
        }

        @Override
        Checker<?> checker(List<Operation> history) {
            return new Checker<>(new Register(history), history);
        }
    },

    COUNTER {
        @Override
        Operation next(SplittableRandom random, Known known, long unique) {
            int dice = random.nextInt(100);
            if (dice < 65) {
                return new Operation(Kind.ADD, 1 + random.nextInt(9), 0);
            }
            return new Operation(dice < 97 ? Kind.GET : Kind.DELETE, 0, 0);
        }

        @Override
        Checker<?> checker(List<Operation> history) {
            return new Checker<>(new Counter(), history);
        }
    },

    LOCK {
        @Override
        Operation next(SplittableRandom random, Known known, long unique) {
            int dice = random.nextInt(100);
            if (dice < 12) {
                return new Operation(Kind.HOLDER, 0, 0);
            }
            // Own handles mostly; now and then that of another, so that a grant whose holder was lost does not stay.
            boolean mine = known.handle != 0 && dice < 85;
            if (mine || dice < 20 && known.holder != 0) {
                return new Operation(Kind.UNLOCK, mine ? known.handle : known.holder, 0);
            }
            return new Operation(Kind.LOCK, unique, random.nextInt(40) == 0 ? WAIT_MILLIS : 0);
        }

        @Override
        Checker<?> checker(List<Operation> history) {
            return new Checker<>(new Lock(), Lock.withGivenBack(history));
        }
    };

    /** Of the few that stand in line for a lock. What they are told is judged as if they had only tried. */
    private static final long WAIT_MILLIS = 3;

    /** Longer than any round. */
    private static final int LEASE_SECONDS = 3600;

    /** What a client has learned of a key: what it asks next builds on it. */
    static final class Known {
        long version;
        long handle;
        long holder;
    }

    /** @param unique a positive number that no other operation is given */
    abstract Operation next(SplittableRandom random, Known known, long unique);

    /** Judges the history of one key. */
    abstract Checker<?> checker(List<Operation> history);

    /** The request, as in redis-cli. */
    static String line(Operation operation, String key) {
        return switch (operation.kind) {
            case SET -> "SET " + key + " " + operation.argument;
            case GET -> "GET " + key;
            case GET_VERSION -> "DRAGON.GET " + key;
            case COMPARE_AND_SET -> "DRAGON.SET " + key + " " + operation.argument + " IFVERSION " + operation.expected;
            case DELETE -> "DEL " + key;
            case ADD -> "INCRBY " + key + " " + operation.argument;
            case LOCK ->
                "DRAGON.LOCK " + key + " EX " + LEASE_SECONDS
                        + (operation.expected == 0 ? "" : " WAIT " + operation.expected);
            case UNLOCK -> "DRAGON.UNLOCK " + key + " " + operation.argument;
            case HOLDER -> "DRAGON.LOCKINFO " + key;
            case GIVE_BACK -> throw new IllegalArgumentException("nobody asks for that");
        };
    }

    /** Fills in the result and what the client learns from it. */
    static void answer(Operation operation, RespValue reply, Known known) {
        boolean none = reply.isNull();
        if (reply.isError() && !(operation.kind == Kind.UNLOCK && reply.text().startsWith("NOTOWNER"))) {
            throw new AssertionError(operation + ": " + reply);
        }
        switch (operation.kind) {
            case SET -> operation.result = 0;
            case GET, DELETE, ADD -> operation.result = none ? 0 : reply.integer();
            case GET_VERSION -> {
                RespValue pair = reply.item(0);
                operation.result = pair.item(0).isNull() ? 0 : pair.item(0).integer();
                operation.version = known.version = pair.item(1).integer();
            }
            case COMPARE_AND_SET -> {
                operation.result = none ? 0 : reply.integer();
                known.version = operation.result;
            }
            case LOCK -> {
                operation.result = none ? 0 : reply.item(0).integer();
                known.handle = none ? known.handle : operation.result;
            }
            case UNLOCK -> {
                operation.result = reply.isError() ? 0 : 1;
                known.handle = known.handle == operation.argument ? 0 : known.handle;
                known.holder = known.holder == operation.argument ? 0 : known.holder;
            }
            case HOLDER ->
                operation.result = known.holder = none ? 0 : reply.item(1).integer();
            case GIVE_BACK -> throw new IllegalArgumentException("nobody asks for that");
        }
    }
}
