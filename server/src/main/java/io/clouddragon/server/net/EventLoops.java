package io.clouddragon.server.net;

import io.clouddragon.server.config.Transport;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** How the one event loop waits for the network. Epoll, io_uring and NIO were measured to be equally fast. */
public record EventLoops(String name, IoHandlerFactory handlers, Class<? extends ServerChannel> serverChannel) {

    /** @throws IllegalStateException when the wanted transport is not to be had on this machine */
    public static EventLoops of(Transport wanted) {
        return switch (wanted) {
            case NIO -> nio();
            case EPOLL -> {
                if (!Epoll.isAvailable()) {
                    throw new IllegalStateException("epoll is not available: " + Epoll.unavailabilityCause());
                }
                yield epoll();
            }
            case IO_URING -> {
                if (!IoUring.isAvailable()) {
                    throw new IllegalStateException("io_uring is not available: " + IoUring.unavailabilityCause());
                }
                yield new EventLoops("io_uring", IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class);
            }
            case AUTO -> Epoll.isAvailable() ? epoll() : nio();
        };
    }

    private static EventLoops epoll() {
        return new EventLoops("epoll", EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
    }

    private static EventLoops nio() {
        return new EventLoops("nio", NioIoHandler.newFactory(), NioServerSocketChannel.class);
    }

    /** One thread: it is the engine thread too. */
    public MultiThreadIoEventLoopGroup newGroup() {
        return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("dragon-loop"), handlers);
    }
}
