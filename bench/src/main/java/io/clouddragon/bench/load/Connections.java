package io.clouddragon.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Connections to one port of the loopback address, driven by the calling thread: a selector, and no thread for each. */
final class Connections implements AutoCloseable {
    private static final int READ_BYTES = 64 << 10;

    private final Selector selector;
    private final List<SocketChannel> channels = new ArrayList<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);

    /** Told of what came in on a connection. */
    interface Listener {
        void received(int connection, ByteBuffer bytes) throws IOException;
    }

    Connections(int port, int count) throws IOException {
        selector = Selector.open();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(address);
            channels.add(channel);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, i);
        }
    }

    int size() {
        return channels.size();
    }

    /** Sends all of it: when the socket is full, waits until the server has read. */
    void send(int connection, ByteBuffer request) throws IOException {
        while (request.hasRemaining()) {
            if (channels.get(connection).write(request) == 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** @return whether anything came within so many milliseconds; 0 = what is there now */
    boolean receive(long millis, Listener listener) throws IOException {
        int ready = millis == 0 ? selector.selectNow() : selector.select(millis);
        for (SelectionKey key : selector.selectedKeys()) {
            int connection = (Integer) key.attachment();
            if (channels.get(connection).read(in.clear()) < 0) {
                throw new IOException("the server closed connection " + connection);
            }
            listener.received(connection, in.flip());
        }
        selector.selectedKeys().clear();
        return ready > 0;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        selector.close();
    }
}
