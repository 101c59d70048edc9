package io.clouddragon.http;

import io.clouddragon.storage.engine.CompactionPolicy;
import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.EngineOptions;
import io.clouddragon.storage.engine.LoadProgress;
import io.clouddragon.storage.engine.SyncPlace;
import io.clouddragon.storage.log.Disk;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.NioDisk;
import io.clouddragon.storage.log.SyncMode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The HTTP door over a real engine on a real directory, at a free port of the loopback interface. */
final class TestServer implements AutoCloseable {
    private static final int MAX_DATABASES = 20;

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;
    private final EngineLoop loop;
    private final HttpApi api;

    TestServer(Path directory) throws Exception {
        this(directory, HttpOptions.DEFAULT);
    }

    TestServer(Path directory, HttpOptions options) throws Exception {
        this(directory, options, true);
    }

    /** @param loaded false: the engine is there, but the door is not told so before {@link #finishLoading} */
    TestServer(Path directory, HttpOptions options, boolean loaded) throws Exception {
        this(new NioDisk(directory), options, loaded);
    }

    TestServer(Disk disk, HttpOptions options, boolean loaded) throws Exception {
        loop = onLoop(() -> {
            Engine engine = new Engine(
                    disk,
                    new LogOptions(SyncMode.ALWAYS, 4 << 20, 1 << 20, true),
                    new EngineOptions(1, 2, MAX_DATABASES),
                    LoadProgress.NONE);
            return new EngineLoop(engine, group.next(), SyncPlace.INLINE, new CompactionPolicy(0, 0), failure -> {});
        });
        api = new HttpApi(loaded ? loop : null, options);
        listener = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        api.init(channel);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    Wire connect() throws Exception {
        return new Wire(port());
    }

    /** One request over a connection of its own. */
    Wire.Reply post(String path, String body) throws Exception {
        try (Wire wire = connect()) {
            return wire.post(path, body);
        }
    }

    void finishLoading() throws Exception {
        onLoop(() -> {
            api.serve(loop);
            return null;
        });
    }

    EngineLoop loop() {
        return loop;
    }

    int parkedWaiters() throws Exception {
        return onLoop(() -> loop.engine().parkedWaiters());
    }

    <T> T onLoop(Callable<T> task) throws Exception {
        return group.next().submit(task).get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        listener.close().syncUninterruptibly();
        Throwable failure = group.next()
                .submit(() -> {
                    loop.close();
                    return null;
                })
                .awaitUninterruptibly()
                .cause();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        if (failure != null) {
            throw new IOException(failure);
        }
    }
}
