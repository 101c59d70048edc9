package io.clouddragon.compat.history;

/** The keys of one round: few, so that clients meet; new ones in each, so that histories stay short. Kinds in turn. */
record Keys(int round, int count) {
    Workload workload(int key) {
        return Workload.values()[key % Workload.values().length];
    }

    String name(int key) {
        return workload(key) + ":" + round + ":" + key;
    }
}
