package io.clouddragon.compat.history;

import java.util.ArrayList;
import java.util.List;

/**
 * A lock: held under one handle at a time, handles rising. Leases are long here: none runs out.
 *
 * <p>A grant whose answer was lost has a handle that nobody knows, until somebody asks who holds the lock. The server takes
 * it back when it finds that it could not be told, which {@link #withGivenBack} adds to the history.
 */
final class Lock implements Model<Lock.State> {
    private static final long UNTOLD = -1;
    private static final State FREE = new State(0, 0, 0);

    /** {@code handle} 0 is free; {@code grant} is the id of the LOCK that it was granted to. */
    record State(long handle, long grant, long newest) {
        State free() {
            return new State(0, 0, newest);
        }
    }

    /** The history, with the give-back that each open LOCK may have led to. */
    static List<Operation> withGivenBack(List<Operation> history) {
        List<Operation> all = new ArrayList<>(history);
        for (Operation operation : history) {
            if (operation.kind == Operation.Kind.LOCK && operation.isOpen()) {
                Operation givenBack = new Operation(Operation.Kind.GIVE_BACK, operation.argument, 0);
                givenBack.called = operation.called;
                all.add(givenBack);
            }
        }
        return all;
    }

    @Override
    public State initial() {
        return FREE;
    }

    @Override
    public State step(State state, Operation operation) {
        return switch (operation.kind) {
            case LOCK -> lock(state, operation);
            case UNLOCK -> {
                // A handle is known to who uses it, so it is no longer untold when it is used.
                boolean held = state.handle == operation.argument;
                boolean right = operation.isOpen() || held == (operation.result != 0);
                yield right ? (held ? state.free() : state) : null;
            }
            case HOLDER -> holder(state, operation);
            case GIVE_BACK -> state.handle != 0 && state.grant == operation.argument ? state.free() : state;
            default -> throw new IllegalArgumentException(operation.toString());
        };
    }

    private static State lock(State state, Operation operation) {
        boolean free = state.handle == 0;
        if (operation.isOpen()) {
            return free ? new State(UNTOLD, operation.argument, state.newest) : state;
        }
        if (operation.result == 0) {
            return free ? null : state;
        }
        boolean right = free && operation.result > state.newest;
        return right ? new State(operation.result, operation.argument, operation.result) : null;
    }

    private static State holder(State state, Operation operation) {
        if (operation.isOpen() || operation.result == state.handle) {
            return state;
        }
        boolean tells = state.handle == UNTOLD && operation.result > state.newest;
        return tells ? new State(operation.result, state.grant, operation.result) : null;
    }
}
