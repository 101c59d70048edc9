package io.clouddragon.compat.differential;

import io.clouddragon.compat.harness.RespValue;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Names for the ids of a run's clients, which each server gives as it likes: {@code client-0} in a command stands for the id of
 * the first connection, and in replies for every id that it has had.
 */
final class ClientIds {
    static final String PREFIX = "client-";

    private final Map<String, String> written = new HashMap<>();
    private final Map<String, String> read = new HashMap<>();

    void put(int number, long id) {
        written.put(PREFIX + number, Long.toString(id));
        read.put(Long.toString(id), PREFIX + number);
    }

    byte[][] written(byte[][] argv) {
        byte[][] result = argv.clone();
        for (int i = 0; i < argv.length; i++) {
            String id = written.get(new String(argv[i], StandardCharsets.ISO_8859_1));
            if (id != null) {
                result[i] = id.getBytes(StandardCharsets.US_ASCII);
            }
        }
        return result;
    }

    RespValue read(RespValue reply) {
        if (reply.isAggregate()) {
            return RespValue.of(
                    reply.marker(), reply.items().stream().map(this::read).toList());
        }
        String name = reply.marker() == ':' ? read.get(reply.text()) : null;
        return name == null ? reply : RespValue.of(':', name.getBytes(StandardCharsets.US_ASCII));
    }
}
