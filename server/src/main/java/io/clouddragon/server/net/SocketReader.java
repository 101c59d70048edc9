package io.clouddragon.server.net;

import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Lets a task of the one event loop handle what is ready on its channels, without waiting for more: what the loop itself
 * does between tasks. Tasks do not run meanwhile. Only from a task: a channel's own handler is called from the very code
 * that this runs, which cannot be entered twice.
 */
public final class SocketReader implements IoHandlerFactory, Runnable {
    private static final IoHandlerContext WITHOUT_WAITING = new IoHandlerContext() {
        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return -1;
        }
    };

    private final IoHandlerFactory factory;
    private IoHandler handler;

    SocketReader(IoHandlerFactory factory) {
        this.factory = factory;
    }

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        handler = factory.newHandler(executor);
        return handler;
    }

    @Override
    public void run() {
        handler.run(WITHOUT_WAITING);
    }
}
