package io.clouddragon.server.script;

/** math.random and math.randomseed as Redis has them: the numbers of C's {@code lrand48}, the same everywhere. */
final class RandomNumbers {
    private static final long MULTIPLIER = 0x5DEECE66DL;
    private static final long INCREMENT = 0xB;
    private static final long MASK = (1L << 48) - 1;
    private static final int LOW_BITS_OF_SEED = 0x330E;
    private static final long INITIAL_STATE = 0x1234ABCD330EL;
    private static final int MAX = Integer.MAX_VALUE;

    private long state = INITIAL_STATE;

    private double next() {
        state = state * MULTIPLIER + INCREMENT & MASK;
        return (state >>> 17) % MAX / (double) MAX;
    }

    int random(LuaStack stack) {
        int arguments = stack.top();
        if (arguments > 2) {
            return stack.error("wrong number of arguments");
        }
        for (int i = 1; i <= arguments; i++) {
            if (!stack.isNumeric(i)) {
                return stack.typeError(i, "random", "number");
            }
        }
        double next = next();
        int from = arguments == 2 ? toInt(stack.number(1)) : 1;
        if (arguments == 0) {
            stack.push(next);
            return 1;
        }
        int to = toInt(stack.number(arguments));
        if (from > to) {
            return stack.argumentError(arguments, "random", "interval is empty");
        }
        stack.push(Math.floor(next * (to - from + 1)) + from);
        return 1;
    }

    int seed(LuaStack stack) {
        if (!stack.isNumeric(1)) {
            return stack.typeError(1, "randomseed", "number");
        }
        state = (toInt(stack.number(1)) & 0xFFFF_FFFFL) << 16 | LOW_BITS_OF_SEED;
        return 0;
    }

    /** As C converts: through 64 bits, of which the low ones stay. */
    private static int toInt(double number) {
        return (int) (long) number;
    }
}
