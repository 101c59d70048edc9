package io.clouddragon.server.family;

import io.clouddragon.server.command.Call;
import io.clouddragon.storage.keyspace.KeyedView;

/** Writes what a reply tells of one element: the chosen one of a view, which it leaves where it is. */
@FunctionalInterface
interface ElementReply {
    void write(Call call, KeyedView element);
}
