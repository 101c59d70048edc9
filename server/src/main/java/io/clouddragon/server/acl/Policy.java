package io.clouddragon.server.acl;

import java.util.function.BooleanSupplier;

/**
 * What rules are held against.
 *
 * @param catalogue the commands that there are
 * @param allChannels whether new users and selectors may use all channels ({@code acl-pubsub-default})
 */
public record Policy(Catalogue catalogue, BooleanSupplier allChannels) {
    boolean allChannelsAtFirst() {
        return allChannels.getAsBoolean();
    }
}
