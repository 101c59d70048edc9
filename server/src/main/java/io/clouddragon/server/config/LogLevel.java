package io.clouddragon.server.config;

/** The levels of Redis 7.0, from the most talkative. */
public enum LogLevel {
    DEBUG,
    VERBOSE,
    NOTICE,
    WARNING
}
