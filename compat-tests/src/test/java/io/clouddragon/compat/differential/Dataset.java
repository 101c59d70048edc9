package io.clouddragon.compat.differential;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Everything that a server stores in the databases that the generators use, as one value. */
final class Dataset {
    private static final int DATABASES = 3;

    /** How the names of sets begin whose members are left to chance: only their sizes are compared. */
    private static final String CHOSEN = "chosen";

    /** Deadlines are rounded: they come from two clocks read at two moments. */
    private static final long ROUNDING_MILLIS = 60_000;

    private Dataset() {}

    /** For each key, in order: database, key, type, content, deadline. */
    static RespValue read(RespConnection connection) {
        List<RespValue> all = new ArrayList<>();
        for (int db = 0; db < DATABASES; db++) {
            connection.send("SELECT " + db);
            for (RespValue key : Comparison.sorted(connection.send("KEYS *"))) {
                byte[] name = key.bytes();
                RespValue type = connection.send(bytes("TYPE"), name);
                RespValue content = inOrder(type.text(), connection.send(contentCommand(type.text(), name)));
                all.add(RespValue.of('*', List.of(number(db), key, type, content, deadline(connection, name))));
            }
        }
        return RespValue.of('*', all);
    }

    /** What has no order of its own in the same order for all servers. */
    private static RespValue inOrder(String type, RespValue content) {
        return switch (type) {
            case "set" -> content.isAggregate() ? RespValue.of('~', Comparison.sorted(content)) : content;
            case "hash" -> RespValue.of('%', Comparison.sorted(RespValue.of('%', content.items())));
            default -> content;
        };
    }

    private static byte[][] contentCommand(String type, byte[] key) {
        if (new String(key, StandardCharsets.ISO_8859_1).startsWith(CHOSEN)) {
            return new byte[][] {bytes("SCARD"), key};
        }
        return switch (type) {
            case "string" -> new byte[][] {bytes("GET"), key};
            case "list" -> new byte[][] {bytes("LRANGE"), key, bytes("0"), bytes("-1")};
            case "hash" -> new byte[][] {bytes("HGETALL"), key};
            case "set" -> new byte[][] {bytes("SMEMBERS"), key};
            case "zset" -> new byte[][] {bytes("ZRANGE"), key, bytes("0"), bytes("-1"), bytes("WITHSCORES")};
            case "stream" -> new byte[][] {bytes("XRANGE"), key, bytes("-"), bytes("+")};
            default -> throw new IllegalStateException("unknown type " + type);
        };
    }

    private static RespValue deadline(RespConnection connection, byte[] key) {
        long at = connection.send(bytes("PEXPIRETIME"), key).integer();
        return number(at <= 0 ? at : Math.floorDiv(at, ROUNDING_MILLIS));
    }

    private static RespValue number(long n) {
        return RespValue.of(':', bytes(Long.toString(n)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
