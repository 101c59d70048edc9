package io.clouddragon.http;

import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * What the server tells its HTTP door. Access and memory are asked on the event loop, at each request.
 *
 * @param limits how much a client may ask
 * @param allowedHosts names and addresses, without port, that a request may be sent to besides the loopback's.
 *     {@code 0.0.0.0} and {@code ::} stand for every address, since no name can be rebound to look like one; {@code *} allows
 *     any name, too (only behind something else that checks: see DNS rebinding)
 * @param access who may do what
 * @param outOfRoom whether the memory limit is reached or the disk is nearly full, so that what grows is refused
 */
public record HttpOptions(HttpLimits limits, Set<String> allowedHosts, Access access, BooleanSupplier outOfRoom) {
    /** Loopback only, no password, no memory limit. */
    public static final HttpOptions DEFAULT = new HttpOptions(HttpLimits.DEFAULT, Set.of(), Access.OPEN, () -> false);

    public HttpOptions {
        allowedHosts = allowedHosts.stream().map(HttpOptions::asInHeader).collect(Collectors.toUnmodifiableSet());
    }

    /** As the header Host has it: in brackets when it is an IPv6 address. */
    private static String asInHeader(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.indexOf(':') >= 0 && !lower.startsWith("[") ? '[' + lower + ']' : lower;
    }
}
