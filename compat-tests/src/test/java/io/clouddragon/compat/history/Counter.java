package io.clouddragon.compat.history;

/** A number that is added to and now and then deleted; absent is 0, but told apart by DEL. */
final class Counter implements Model<Counter.State> {
    record State(boolean exists, long number) {}

    private static final State ABSENT = new State(false, 0);

    @Override
    public State initial() {
        return ABSENT;
    }

    @Override
    public State step(State state, Operation operation) {
        boolean open = operation.isOpen();
        return switch (operation.kind) {
            case ADD -> {
                long sum = state.number + operation.argument;
                yield open || operation.result == sum ? new State(true, sum) : null;
            }
            case GET -> open || operation.result == state.number ? state : null;
            case DELETE -> open || operation.result == (state.exists ? 1 : 0) ? ABSENT : null;
            default -> throw new IllegalArgumentException(operation.toString());
        };
    }
}
