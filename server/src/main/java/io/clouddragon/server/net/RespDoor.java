package io.clouddragon.server.net;

import io.clouddragon.resp.DecoderLimits;
import io.clouddragon.resp.RequestDecoder;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.storage.engine.EngineLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Makes each accepted socket a {@link RespConnection}; until the data is loaded, a {@link LoadingConnection}, which becomes one
 * then. Event loop only.
 */
public final class RespDoor {
    private final DecoderLimits limits;
    private final BooleanSupplier needsLogin;
    private final Set<LoadingConnection> waiting = new LinkedHashSet<>();
    private EngineLoop loop;
    private CommandExecutor executor;
    private Sessions sessions;

    /** @param needsLogin whether a client has to authenticate, and is held to less before */
    public RespDoor(DecoderLimits limits, BooleanSupplier needsLogin) {
        this.limits = limits;
        this.needsLogin = needsLogin;
    }

    public void init(Channel channel) {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        RequestDecoder decoder = new RequestDecoder(limits);
        decoder.authenticated(!needsLogin.getAsBoolean());
        if (loop == null) {
            channel.pipeline().addLast(new LoadingConnection(decoder, waiting));
        } else {
            channel.pipeline().addLast(new RespConnection(loop, executor, sessions, decoder));
        }
    }

    /** The data is loaded: commands are executed from now on, those of clients that are connected already, too. */
    public void serve(EngineLoop loaded, CommandExecutor commands, Sessions clients) {
        loop = loaded;
        executor = commands;
        sessions = clients;
        // A copy: who is served leaves the set.
        Set.copyOf(waiting).forEach(each -> each.serve(new RespConnection(loop, executor, sessions, each.decoder())));
    }
}
