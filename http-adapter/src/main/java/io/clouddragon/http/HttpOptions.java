package io.clouddragon.http;

import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the server tells its HTTP door. The suppliers are asked on the event loop, at each request.
 *
 * @param limits how much a client may ask
 * @param allowedHosts host names, in lower case and without port, that a request may be sent to besides the loopback's;
 *     {@code *} allows any (only behind something else that checks: see DNS rebinding)
 * @param password what a request must show; null or empty when none is needed
 * @param outOfMemory whether the memory limit is reached, so that what grows is refused
 */
public record HttpOptions(
        HttpLimits limits, Set<String> allowedHosts, Supplier<byte[]> password, BooleanSupplier outOfMemory) {
    /** Loopback only, no password, no memory limit. */
    public static final HttpOptions DEFAULT = new HttpOptions(HttpLimits.DEFAULT, Set.of(), () -> null, () -> false);

    public HttpOptions {
        allowedHosts = Set.copyOf(allowedHosts);
    }
}
