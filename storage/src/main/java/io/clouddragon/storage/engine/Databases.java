package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The databases by name. Handles of databases that do not exist (somebody only read from them) are given up when the limit
 * is reached and nobody uses them. Engine thread only.
 */
public final class Databases {
    /** The database that a connection starts in: there is always room for it. */
    public static final String FIRST = "0";

    /** The names of databases that belong to the server begin with it: no client can use one. */
    static final char SYSTEM = ':';

    /** Bytes of the longest name. */
    public static final int MAX_NAME_BYTES = 64;

    private final Map<String, Database> byName = new HashMap<>();
    private final Engine engine;
    private int limit;

    Databases(Engine engine, int limit) {
        this.engine = engine;
        this.limit = limit;
    }

    /** 1 to 64 of {@code A-Z a-z 0-9 . _ -}. */
    public static boolean isValidName(Bytes name) {
        if (name.length() == 0 || name.length() > MAX_NAME_BYTES) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            int b = name.at(i);
            boolean valid = b >= 'a' && b <= 'z'
                    || b >= 'A' && b <= 'Z'
                    || b >= '0' && b <= '9'
                    || b == '.'
                    || b == '_'
                    || b == '-';
            if (!valid) {
                return false;
            }
        }
        return true;
    }

    /**
     * The database of that (valid) name, or one of the server's own, whose names begin with a colon. Beyond the present turn
     * the object may be kept only by who has retained it, waits in it or has written to it: else it may stand for the name
     * no longer.
     *
     * @return null when it is new and there are as many as there may be
     */
    public Database get(String name) {
        Database database = byName.get(name);
        if (database == null && (name.equals(FIRST) || isSystem(name) || hasRoom())) {
            database = engine.newDatabase(name);
            byName.put(name, database);
        }
        if (database != null) {
            database.handedOut(engine.turn());
        }
        return database;
    }

    private boolean hasRoom() {
        if (byName.size() >= limit) {
            long turn = engine.turn();
            byName.values().removeIf(database -> database.isIdleHandle(turn));
        }
        return byName.size() < limit;
    }

    /** How many there may be from now on; those that exist stay. */
    public void limit(int databases) {
        limit = databases;
    }

    void put(Database database) {
        byName.put(database.name(), database);
    }

    Database find(String name) {
        return byName.get(name);
    }

    /** All that exist, the server's own included: what a snapshot must hold. */
    List<Database> persistent() {
        List<Database> list = new ArrayList<>();
        for (Database database : byName.values()) {
            if (database.exists()) {
                list.add(database);
            }
        }
        return list;
    }

    static boolean isSystem(String name) {
        return name.charAt(0) == SYSTEM;
    }

    /** Those of clients that exist, in order of name; numbers in order of their value. */
    public List<Database> existing() {
        List<Database> list = persistent();
        list.removeIf(Database::isSystem);
        list.sort((a, b) -> a.name().length() != b.name().length()
                ? Integer.compare(a.name().length(), b.name().length())
                : a.name().compareTo(b.name()));
        return list;
    }

    Collection<Database> all() {
        return byName.values();
    }
}
