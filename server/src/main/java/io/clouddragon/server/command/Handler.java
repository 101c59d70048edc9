package io.clouddragon.server.command;

/** A command's function. It writes exactly one reply, or parks the call and writes none. */
@FunctionalInterface
public interface Handler {
    void run(Call call);
}
