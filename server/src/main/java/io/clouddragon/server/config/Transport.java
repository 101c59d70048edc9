package io.clouddragon.server.config;

/** How event loops wait for the network. */
public enum Transport {
    AUTO,
    NIO,
    EPOLL,
    IO_URING
}
