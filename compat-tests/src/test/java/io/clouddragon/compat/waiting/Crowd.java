package io.clouddragon.compat.waiting;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Thousands of connections to one port of the loopback address, driven by the calling thread: a selector, no thread and next
 * to no memory per connection. A request has reached the server's socket when {@link #send} returns, so that the caller
 * decides the order of arrival. For one thread.
 */
final class Crowd implements AutoCloseable {
    private final Selector selector;
    private final List<SocketChannel> channels = new ArrayList<>();
    private final StringBuilder[] received;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 12);

    /** Told of each reply. */
    interface Listener {
        void received(int connection, String reply) throws IOException;
    }

    Crowd(int port, int count) throws IOException {
        selector = Selector.open();
        received = new StringBuilder[count];
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(address);
            channels.add(channel);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, i);
            received[i] = new StringBuilder();
        }
    }

    int size() {
        return channels.size();
    }

    /** Sends a request that fits into the socket's buffer. */
    void send(int connection, byte[] request) throws IOException {
        if (channels.get(connection).write(ByteBuffer.wrap(request)) < request.length) {
            throw new IOException("request does not fit into the socket's buffer");
        }
    }

    /**
     * Returns once so many replies have come; fails when that takes longer than the limit.
     *
     * @param whole whether what has come on a connection since its last reply is a reply
     */
    void await(int replies, Duration limit, Predicate<StringBuilder> whole, Listener listener) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        int missing = replies;
        while (missing > 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError(missing + " of " + replies + " replies are missing after " + limit);
            }
            selector.select(left);
            for (SelectionKey key : selector.selectedKeys()) {
                int connection = (Integer) key.attachment();
                read(connection);
                StringBuilder text = received[connection];
                if (whole.test(text)) {
                    String reply = text.toString();
                    text.setLength(0);
                    missing--;
                    listener.received(connection, reply);
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private void read(int connection) throws IOException {
        if (channels.get(connection).read(buffer.clear()) < 0) {
            throw new IOException("the server closed connection " + connection + " after: " + received[connection]);
        }
        received[connection].append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        selector.close();
    }
}
