package io.clouddragon.compat.libraries;

/** One process's hold on a lock of some library. */
interface Contender {
    /** Returns when the lock is held. */
    void lock() throws Exception;

    void unlock() throws Exception;
}
