package io.clouddragon.compat.differential;

import io.clouddragon.compat.harness.Pause;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.TestServer;
import java.util.ArrayList;
import java.util.List;

/** One of the two servers of a differential run with its connections. */
final class Side implements AutoCloseable {
    static final int CONNECTIONS = 3;

    /** Ids of clients are larger than every count in a reply, so that {@link ClientIds} can tell them apart. */
    private static final int LEAST_ID = 1_000;

    private final List<Peer> peers = new ArrayList<>();
    private final ClientIds ids = new ClientIds();

    /** By connection: how long to wait after the transaction that is being queued, in milliseconds. */
    private final int[] pauses = new int[CONNECTIONS];

    private final RespConnection observer;
    private final EventLog events;

    Side(TestServer server, int protocol) {
        observer = observer(server);
        observer.send("FLUSHALL");
        observer.send("ACL DELUSER ann ben cal");
        events = new EventLog(server);
        for (int i = 0; i < CONNECTIONS; i++) {
            peers.add(new Peer(server, protocol, i, ids));
        }
    }

    private static RespConnection observer(TestServer server) {
        RespConnection connection = server.connect();
        while (connection.send("CLIENT ID").integer() < LEAST_ID) {
            connection.close();
            connection = server.connect();
        }
        return connection;
    }

    /** The keyspace events since they were asked for last. */
    RespValue events() {
        return events.sinceLast();
    }

    RespValue play(Step step) {
        Peer peer = peers.get(step.connection());
        return switch (step.comparison()) {
            case DATASET -> Dataset.read(observer);
            case MESSAGES -> messages(step);
            default -> pausing(step, reply(peer, step));
        };
    }

    private RespValue reply(Peer peer, Step step) {
        RespValue reply = peer.send(step.argv());
        return step.comparison() == Comparison.SCAN && reply.isAggregate() ? scanToTheEnd(peer, step, reply) : reply;
    }

    /** What each connection has received, beginning with the one that sent the command. */
    private RespValue messages(Step step) {
        Peer sender = peers.get(step.connection());
        List<RespValue> all = new ArrayList<>();
        all.add(Messages.inOrder(sender.exchange(ids.written(step.argv()))));
        for (Peer peer : peers) {
            if (peer != sender) {
                all.add(Messages.inOrder(peer.received()));
            }
        }
        return ids.read(RespValue.of('*', all));
    }

    /** Waits for the deadline that a command has set; one that was queued sets it when its transaction is executed. */
    private RespValue pausing(Step step, RespValue reply) {
        int due = step.pauseMillis();
        if (Differential.isQueued(reply)) {
            pauses[step.connection()] = Math.max(pauses[step.connection()], due);
            return reply;
        }
        if (Differential.ENDS_OF_TRANSACTION.contains(step.name())) {
            due = pauses[step.connection()];
            pauses[step.connection()] = 0;
        }
        if (due > 0) {
            Pause.millis(due);
        }
        return reply;
    }

    /** Everything that an iteration finds as one reply, each once: SCAN and its kin may return an item several times. */
    private static RespValue scanToTheEnd(Peer peer, Step step, RespValue first) {
        boolean ofKeys = step.name().equals("SCAN");
        char type = step.name().equals("SSCAN") || ofKeys ? '*' : '%';
        List<RespValue> found = new ArrayList<>(items(type, first));
        RespValue page = first;
        while (!page.item(0).text().equals("0")) {
            byte[][] next = step.argv();
            next[ofKeys ? 1 : 2] = page.item(0).bytes();
            page = peer.send(next);
            found.addAll(items(type, page));
        }
        List<RespValue> distinct = found.stream().distinct().toList();
        return RespValue.of(first.marker(), Comparison.sorted(RespValue.of('*', distinct)));
    }

    /** What a page lists: single items, or pairs. */
    private static List<RespValue> items(char type, RespValue page) {
        return Comparison.sorted(RespValue.of(type, page.item(1).items()));
    }

    @Override
    public void close() {
        observer.close();
        events.close();
        peers.forEach(Peer::close);
    }
}
