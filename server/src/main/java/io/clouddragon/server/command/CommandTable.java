package io.clouddragon.server.command;

import io.clouddragon.server.acl.Catalogue;
import io.clouddragon.storage.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * All commands by name. Families declare theirs here at start; a name declared twice stops the start. Look-up goes by the
 * bytes as received, letter case ignored, and allocates nothing.
 */
public final class CommandTable {
    private static final int MAX_NAME_BYTES = 64;

    private final Map<String, Command> byName = new LinkedHashMap<>();
    private Command[] slots = new Command[64];
    private byte[][] names = new byte[64][];

    /** Declares a command. */
    public Command command(String name, Handler handler) {
        Command command = new Command(name, null, handler);
        if (byName.put(command.name(), command) != null) {
            throw new IllegalStateException("command " + name + " is declared twice");
        }
        if (byName.size() * 4 > slots.length) {
            grow();
        }
        insert(command);
        return command;
    }

    /** Declares a command that is known by its subcommands only. */
    public Command container(String name) {
        return command(name, null);
    }

    public Collection<Command> all() {
        return byName.values();
    }

    /** The commands as rules name them. */
    public Catalogue catalogue() {
        return new Catalogue(this::all, Categories.ALL);
    }

    /** By name in any case, {@code config|get} included; null when unknown. */
    public Command byName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        int bar = lower.indexOf('|');
        if (bar < 0) {
            return byName.get(lower);
        }
        Command container = byName.get(lower.substring(0, bar));
        return container == null ? null : container.subcommand(lower.substring(bar + 1));
    }

    /** Null when unknown. */
    public Command find(Bytes name) {
        if (name.length() > MAX_NAME_BYTES) {
            return null;
        }
        byte[] array = name.array();
        int offset = name.offset();
        int length = name.length();
        for (int i = slot(array, offset, length); slots[i] != null; i = i + 1 & slots.length - 1) {
            if (equalsIgnoreCase(names[i], array, offset, length)) {
                return slots[i];
            }
        }
        return null;
    }

    private void grow() {
        slots = new Command[slots.length * 2];
        names = new byte[slots.length][];
        for (Command command : byName.values()) {
            insert(command);
        }
    }

    private void insert(Command command) {
        byte[] name = command.name().getBytes(StandardCharsets.US_ASCII);
        int i = slot(name, 0, name.length);
        while (slots[i] != null && !Arrays.equals(names[i], name)) {
            i = i + 1 & slots.length - 1;
        }
        slots[i] = command;
        names[i] = name;
    }

    private int slot(byte[] array, int offset, int length) {
        int hash = length;
        for (int i = 0; i < length; i++) {
            // Bit 5 is the letter case; folding it in non-letters too only costs collisions.
            hash = hash * 31 + (array[offset + i] | 0x20);
        }
        return (hash ^ hash >>> 15) & slots.length - 1;
    }

    private static boolean equalsIgnoreCase(byte[] lower, byte[] array, int offset, int length) {
        if (lower.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int b = array[offset + i];
            if (b >= 'A' && b <= 'Z') {
                b |= 0x20;
            }
            if (b != lower[i]) {
                return false;
            }
        }
        return true;
    }
}
