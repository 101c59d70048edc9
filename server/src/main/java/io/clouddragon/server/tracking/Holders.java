package io.clouddragon.server.tracking;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** The clients that may have a key in their caches: mostly one, sometimes thousands. */
final class Holders {
    private Tracking first;
    private Set<Tracking> more;

    /** False when it was there. */
    boolean add(Tracking client) {
        if (first == null) {
            first = client;
            return true;
        }
        if (first == client) {
            return false;
        }
        if (more == null) {
            more = new HashSet<>(4);
        }
        return more.add(client);
    }

    int size() {
        return (first == null ? 0 : 1) + (more == null ? 0 : more.size());
    }

    void forEach(Consumer<Tracking> action) {
        if (first != null) {
            action.accept(first);
        }
        if (more != null) {
            more.forEach(action);
        }
    }
}
