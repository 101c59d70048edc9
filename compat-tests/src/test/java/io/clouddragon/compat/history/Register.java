package io.clouddragon.compat.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A value with a version, that is set, compared-and-set and deleted.
 *
 * <p>A plain SET does not tell its version. Values are unique, so a later read or nobody tells it: versions are looked up
 * beforehand in the whole history, and one that nobody saw equals none. A version goes up with every write.
 */
final class Register implements Model<Register.State> {
    private static final long UNSEEN = -1;
    private static final State EMPTY = new State(0, 0, 0);

    /** {@code newest} is the highest version seen so far, also of values that are gone. */
    record State(long value, long version, long newest) {}

    private final Map<Long, Long> versions = new HashMap<>();

    Register(List<Operation> history) {
        for (Operation operation : history) {
            if (operation.isOpen()) {
                continue;
            }
            if (operation.kind == Operation.Kind.GET_VERSION && operation.result != 0) {
                versions.put(operation.result, operation.version);
            } else if (operation.kind == Operation.Kind.COMPARE_AND_SET && operation.result != 0) {
                versions.put(operation.argument, operation.result);
            }
        }
    }

    @Override
    public State initial() {
        return EMPTY;
    }

    @Override
    public State step(State state, Operation operation) {
        boolean open = operation.isOpen();
        return switch (operation.kind) {
            case SET -> written(state, operation.argument);
            case GET -> open || operation.result == state.value ? state : null;
            case GET_VERSION -> {
                boolean right = operation.result == state.value && operation.version == state.version;
                yield open || right ? state : null;
            }
            case COMPARE_AND_SET -> compareAndSet(state, operation);
            case DELETE -> {
                boolean right = operation.result == (state.value == 0 ? 0 : 1);
                yield open || right ? new State(0, 0, state.newest) : null;
            }
            default -> throw new IllegalArgumentException(operation.toString());
        };
    }

    private State compareAndSet(State state, Operation operation) {
        boolean met = state.version == operation.expected;
        if (!operation.isOpen() && met != (operation.result != 0)) {
            return null;
        }
        return met ? written(state, operation.argument) : state;
    }

    private State written(State state, long value) {
        long version = versions.getOrDefault(value, UNSEEN);
        if (version == UNSEEN) {
            return new State(value, UNSEEN, state.newest);
        }
        return version > state.newest ? new State(value, version, version) : null;
    }
}
