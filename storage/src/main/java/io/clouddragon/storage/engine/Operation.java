package io.clouddragon.storage.engine;

/** What {@link Engine#transact} runs: reads and changes state through the transaction's primitives. */
@FunctionalInterface
public interface Operation {
    /**
     * Runs to its end on the engine thread, without waiting for anything. An exception leaves nothing behind, and
     * neither does {@link Tx#abort}.
     */
    void run(Tx tx);
}
