package io.clouddragon.server.net;

import io.clouddragon.resp.DecoderLimits;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.storage.engine.EngineLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;

/** Makes each accepted socket a {@link RespConnection}. */
public final class RespDoor {
    private final EngineLoop loop;
    private final CommandExecutor executor;
    private final Sessions sessions;
    private final DecoderLimits limits;

    public RespDoor(EngineLoop loop, CommandExecutor executor, Sessions sessions, DecoderLimits limits) {
        this.loop = loop;
        this.executor = executor;
        this.sessions = sessions;
        this.limits = limits;
    }

    public void init(Channel channel) {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.pipeline().addLast(new RespConnection(loop, executor, sessions, limits));
    }
}
