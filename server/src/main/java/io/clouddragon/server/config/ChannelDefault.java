package io.clouddragon.server.config;

/** What a new user may do with publish/subscribe channels. */
public enum ChannelDefault {
    ALLCHANNELS,
    RESETCHANNELS
}
