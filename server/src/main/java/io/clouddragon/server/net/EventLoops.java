package io.clouddragon.server.net;

import io.clouddragon.server.config.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * How the one event loop waits for the network. Epoll, io_uring and NIO were measured to be equally fast with it
 * (docs/decisions/one-event-loop.md).
 *
 * @param keepAlive its options for idle seconds, seconds between probes and number of probes
 */
public record EventLoops(
        String name,
        IoHandlerFactory handlers,
        Class<? extends ServerChannel> serverChannel,
        List<ChannelOption<Integer>> keepAlive) {
    /** A peer that answers none of so many probes is gone. */
    private static final int KEEP_ALIVE_PROBES = 3;
    /**
     * Scripts run on the loop's thread, and Lua's own functions go down deep: 200 calls of gsub, each with a buffer, or once
     * for each ?, * or + of a pattern. What overflows there ends the process. A process's first thread, Redis's, has 8 MB.
     */
    private static final long STACK_BYTES = 64L << 20;
    /** As many events at once as there are. */
    private static final int EVENTS_GROW = 0;

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
                yield ring();
            }
            // Not io_uring: its sockets outlive a killed process for a moment (docs/decisions/one-event-loop.md).
            case AUTO -> Epoll.isAvailable() ? epoll() : nio();
        };
    }

    private static EventLoops ring() {
        return new EventLoops(
                "io_uring",
                IoUringIoHandler.newFactory(),
                IoUringServerSocketChannel.class,
                List.of(
                        IoUringChannelOption.TCP_KEEPIDLE,
                        IoUringChannelOption.TCP_KEEPINTVL,
                        IoUringChannelOption.TCP_KEEPCNT));
    }

    private static EventLoops epoll() {
        return new EventLoops(
                "epoll",
                EpollIoHandler.newFactory(EVENTS_GROW, BriefLook::forThisMachine),
                EpollServerSocketChannel.class,
                List.of(
                        EpollChannelOption.TCP_KEEPIDLE,
                        EpollChannelOption.TCP_KEEPINTVL,
                        EpollChannelOption.TCP_KEEPCNT));
    }

    private static EventLoops nio() {
        return new EventLoops(
                "nio",
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                List.of(
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)));
    }

    /** Reads the sockets of the group that is made with it. */
    public SocketReader newReader() {
        return new SocketReader(handlers);
    }

    /**
     * One thread: it is the engine thread too.
     *
     * @param ended called when the thread ends, also by an Error, after which nobody would be answered any more
     */
    public MultiThreadIoEventLoopGroup newGroup(SocketReader reader, Runnable ended) {
        ThreadFactory threads = new DefaultThreadFactory("dragon-loop") {
            @Override
            protected Thread newThread(Runnable task, String name) {
                return new FastThreadLocalThread(threadGroup, task, name, STACK_BYTES);
            }
        };
        ThreadFactory watched = task -> threads.newThread(() -> {
            try {
                task.run();
            } finally {
                ended.run();
            }
        });
        return new MultiThreadIoEventLoopGroup(1, watched, reader);
    }

    /**
     * Has the kernel ask an idle peer whether it is still there, as Redis does: first after so many seconds, then three
     * times within as long again.
     *
     * @param seconds 0 = never
     */
    public void keepAlive(Channel channel, int seconds) {
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, seconds > 0);
        if (seconds > 0) {
            channel.config().setOption(keepAlive.get(0), seconds);
            channel.config().setOption(keepAlive.get(1), Math.max(1, seconds / KEEP_ALIVE_PROBES));
            channel.config().setOption(keepAlive.get(2), KEEP_ALIVE_PROBES);
        }
    }
}
