package io.clouddragon.compat.differential;

/** Strings as bits, with what else makes and shortens strings; also inside MULTI. */
final class BitmapFamily extends Family {
    BitmapFamily() {
        super("bitmaps", 1);
        values("bit", "0", "1", "2", "7", "8", "9", "15", "31", "63", "64", "65", "100", "500", "1999");
        values("badBit", "-1", "abc", "", "4294967296", "9223372036854775807", "01", "#1");
        values("value01", "0", "1", "1", "0", "1", "0", "2", "-1", "abc", "");
        values(
                "at",
                "0",
                "1",
                "7",
                "8",
                "63",
                "#0",
                "#1",
                "#2",
                "#9",
                "100",
                "-1",
                "#-1",
                "#",
                "#abc",
                "4294967295999");
        values(
                "type", "u1", "u8", "u16", "u31", "u32", "u63", "i1", "i5", "i8", "i16", "i32", "i33", "i62", "i63",
                "i64");
        values("badType", "u64", "i65", "u0", "i0", "i", "u", "", "x8", "I8", "u8x", "u-1");
        values(
                "operand",
                "0",
                "1",
                "-1",
                "7",
                "127",
                "128",
                "-128",
                "-129",
                "255",
                "65536",
                "4294967295",
                "1000000007");
        exact(3, "SET {key} {value}");
        exact(1, "SET {number} {int}");
        exact(14, "SETBIT {key} {bit} {value01}");
        exact(1, "SETBIT {number} {bit} {value01}");
        exact(1, "(SETBIT {key} {badBit} 1|GETBIT {key} {badBit})");
        exact(6, "GETBIT {key} {bit}");
        exact(4, "GET {key}");
        exact(2, "STRLEN {key}");
        exact(5, "BITCOUNT {key} [{offset} {offset} [BYTE|BIT]]");
        exact(1, "BITCOUNT {key} {offset} {offset} (BYTE|BIT|nope)...");
        exact(7, "BITPOS {key} {value01} [{offset} [{offset} [BYTE|BIT]]]");
        exact(1, "BITPOS {key} {value01} {bit} {bit} (BYTE|BIT|nope)...");
        exact(5, "BITOP (AND|OR|XOR) {key} {key}...");
        exact(2, "BITOP NOT {key} {key}");
        exact(1, "BITOP (AND|OR|XOR|NOT|NOPE) {key} {key}...");
        exact(8, "BITFIELD {key} (GET {type} {at}|SET {type} {at} {operand}|INCRBY {type} {at} {operand})...");
        exact(
                8,
                "BITFIELD {key} (OVERFLOW (WRAP|SAT|FAIL) (SET {type} {at} {operand}|INCRBY {type} {at} {operand}))...");
        exact(4, "BITFIELD {key} OVERFLOW (WRAP|SAT|FAIL) (SET|INCRBY) {type} {at} {int} GET {type} {at}");
        exact(1, "BITFIELD {number} (GET {type} {at}|INCRBY {type} {at} {operand})...");
        exact(1, "BITFIELD {key} (GET {badType} {at}|SET u8 {badBit} 1|OVERFLOW (sat|nope)|NOPE|SET u8 0)...");
        exact(1, "BITFIELD {key}");
        exact(3, "BITFIELD_RO {key} (GET {type} {at})...");
        exact(1, "BITFIELD_RO {key} (GET {type} {at}|SET {type} {at} {operand}|OVERFLOW SAT)...");
        exact(1, "SETRANGE {key} {bit} {value}");
        exact(1, "APPEND {key} {value}");
        exact(1, "EXPIRE {key} {seconds}");
        compared(Comparison.SECONDS, 1, "TTL {key}");
        exact(2, "DEL {key}...");
        verbatim(2, "MULTI");
        verbatim(3, "(EXEC|EXEC|EXEC|DISCARD)");
    }
}
