package io.clouddragon.server.command;

/** Which chapter of the documentation a command belongs to; COMMAND DOCS shows {@link #word}. */
public enum Group {
    CONNECTION("connection"),
    SERVER("server"),
    GENERIC("generic"),
    STRING("string"),
    LIST("list"),
    HASH("hash"),
    SET("set"),
    SORTED_SET("sorted-set"),
    BITMAP("bitmap"),
    TRANSACTIONS("transactions"),
    PUBSUB("pubsub"),
    SCRIPTING("scripting"),
    DRAGON("dragon");

    private final String word;

    Group(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
