package io.clouddragon.storage.engine;

/**
 * Classes of keyspace events, as Redis 7.0 has them: a subscriber chooses by class ({@code notify-keyspace-events}), then
 * sees the event's name ({@code lpush}).
 */
public enum KeyspaceEvent {
    /** Commands that know no type: del, expire, rename_from… */
    GENERIC('g'),
    STRING('$'),
    LIST('l'),
    SET('s'),
    HASH('h'),
    SORTED_SET('z'),
    STREAM('t'),
    /** A key's deadline has come. Told by {@link Tx}. */
    EXPIRED('x'),
    /** A key was removed to make room. */
    EVICTED('e'),
    /** A type of value that a module brings. */
    MODULE('d'),
    /** A key came into being: told by {@link Tx}, before the event that says how. */
    NEW('n'),
    /** A key was read that does not exist. Told by {@link Tx#get} and {@link Tx#glance}. */
    KEY_MISS('m');

    private final char letter;

    KeyspaceEvent(char letter) {
        this.letter = letter;
    }

    /** Its letter in {@code notify-keyspace-events}. */
    public char letter() {
        return letter;
    }
}
