package io.clouddragon.server.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Nobody exposes data to a network by accident: an address that other machines reach needs a password, or the word of the
 * user that it shall be open. Stricter than Redis' protected mode, which starts and then refuses each connection.
 */
final class SafeExposure {
    private SafeExposure() {}

    /**
     * @param isProtected whether the user has not said that it shall be open
     * @return why the server must not serve like this, and what to do; null when it may
     */
    static String refusal(List<BindAddress> bind, boolean hasPassword, boolean isProtected) {
        if (hasPassword || !isProtected) {
            return null;
        }
        String open = bind.stream()
                .filter(address -> !address.isLoopback())
                .map(BindAddress::host)
                .collect(Collectors.joining(", "));
        return open.isEmpty()
                ? null
                : "Refusing to listen on " + open
                        + " without a password: other machines could read and change all data."
                        + " Give one with --requirepass-file FILE, or listen on 127.0.0.1 only,"
                        + " or say --insecure if the network is closed.";
    }
}
