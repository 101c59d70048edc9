package io.clouddragon.compat.history;

/**
 * What one key does when operations come one after the other.
 *
 * @param <S> its state: immutable, with {@code equals} and {@code hashCode}
 */
interface Model<S> {
    S initial();

    /**
     * The state after the operation; null when its result contradicts this state. An open operation has no result and
     * contradicts nothing.
     */
    S step(S state, Operation operation);
}
