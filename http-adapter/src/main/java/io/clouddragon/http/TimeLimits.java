package io.clouddragon.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long a connection's client has for what it has begun, and to say who it is: else it is closed. Event loop only. */
final class TimeLimits {
    private static final Logger LOG = LoggerFactory.getLogger(TimeLimits.class);

    private final HttpApi api;
    private final ChannelHandlerContext ctx;
    private ScheduledFuture<?> limit;
    /** Until the first request that may come in; null where there is no such limit. */
    private ScheduledFuture<?> loginLimit;

    TimeLimits(HttpApi api, ChannelHandlerContext ctx) {
        this.api = api;
        this.ctx = ctx;
    }

    /** As {@link #limit}, unless there is one already. */
    void limitOnce(long millis) {
        if (limit == null) {
            limit(millis);
        }
    }

    void limit(long millis) {
        noLimit();
        limit = ctx.executor().schedule(this::timeIsUp, millis, TimeUnit.MILLISECONDS);
    }

    void noLimit() {
        if (limit != null) {
            limit.cancel(false);
            limit = null;
        }
    }

    private void timeIsUp() {
        limit = null;
        if (ctx.channel().config().isAutoRead()) {
            ctx.close();
        } else {
            // It is we who do not read.
            limit(api.limits().bodyMillis());
        }
    }

    /** Without a password one must not keep others out by doing nothing: a connection counts as a client. */
    void limitLogin() {
        if (api.loop() == null || api.gate().needsLogin()) {
            loginLimit = ctx.executor().schedule(this::loginIsDue, api.limits().loginMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void noLoginLimit() {
        if (loginLimit != null) {
            loginLimit.cancel(false);
            loginLimit = null;
        }
    }

    private void loginIsDue() {
        loginLimit = null;
        if (api.loop() == null) {
            // Who may come in is known once the data is loaded.
            limitLogin();
        } else if (api.gate().needsLogin()) {
            LOG.info("closing {}: no login in time", ctx.channel().remoteAddress());
            ctx.close();
        }
    }
}
