package io.clouddragon.server.command;

/** Which of a command's words are channels to publish to or to subscribe to, so that ACL rules hold for them. */
public enum Channels {
    NONE,
    /** The first word. */
    ONE,
    /** All words. */
    MANY,
    /** All words, which are patterns. */
    PATTERNS
}
