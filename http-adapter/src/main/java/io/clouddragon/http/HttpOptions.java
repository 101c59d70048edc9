package io.clouddragon.http;

import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * What the server tells its HTTP door. Access and memory are asked on the event loop, at each request.
 *
 * @param limits how much a client may ask
 * @param allowedHosts host names, in lower case and without port, that a request may be sent to besides the loopback's;
 *     {@code *} allows any (only behind something else that checks: see DNS rebinding)
 * @param access who may do what
 * @param outOfRoom whether the memory limit is reached or the disk is nearly full, so that what grows is refused
 */
public record HttpOptions(HttpLimits limits, Set<String> allowedHosts, Access access, BooleanSupplier outOfRoom) {
    /** Loopback only, no password, no memory limit. */
    public static final HttpOptions DEFAULT = new HttpOptions(HttpLimits.DEFAULT, Set.of(), Access.OPEN, () -> false);

    public HttpOptions {
        allowedHosts = Set.copyOf(allowedHosts);
    }
}
