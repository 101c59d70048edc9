package io.clouddragon.server.script;

import java.util.LinkedHashMap;
import java.util.Map;

/** The library {@code cmsgpack}: values to and from MessagePack, as lua-cmsgpack 0.4.0 writes and reads it. */
final class MessagePackLibrary {
    /** Tables nested more deeply are written as nil. */
    private static final int MAX_NESTING = 16;

    private static final int NIL = 0xC0;
    private static final int SLOTS_A_LEVEL = 6;

    private final Interpreter interpreter;
    private final ByteOutput out = new ByteOutput();
    private byte[] data;
    private int at;

    MessagePackLibrary(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    Map<String, Object> functions() {
        Map<String, Object> functions = new LinkedHashMap<>();
        functions.put("_NAME", "cmsgpack");
        functions.put("_VERSION", "lua-cmsgpack 0.4.0");
        functions.put("_COPYRIGHT", "Copyright (C) 2012, Salvatore Sanfilippo");
        functions.put("_DESCRIPTION", "MessagePack C implementation for Lua");
        functions.put("pack", (LuaFunction) this::pack);
        functions.put("unpack", (LuaFunction) stack -> unpack(stack, "unpack", 0, 0));
        functions.put("unpack_one", (LuaFunction) this::unpackOne);
        functions.put("unpack_limit", (LuaFunction) this::unpackLimit);
        return functions;
    }

    // ---- writing

    private int pack(LuaStack stack) {
        int arguments = stack.top();
        if (arguments == 0) {
            throw LuaError.ofArgument(0, "pack", "MessagePack pack needs input.");
        }
        out.clear(interpreter);
        for (int i = 1; i <= arguments; i++) {
            stack.pushCopy(i);
            write(stack, 0);
        }
        stack.push(out.array(), 0, out.length());
        return 1;
    }

    /** Pops the value on top. */
    private void write(LuaStack stack, int level) {
        if (!stack.hasRoom(SLOTS_A_LEVEL)) {
            throw new LuaError("stack overflow (in function mp_encode_lua_type)");
        }
        switch (stack.type(-1)) {
            case LuaStack.STRING -> writeText(stack.bytes(-1));
            case LuaStack.BOOLEAN -> out.write(stack.bool(-1) ? 0xC3 : 0xC2);
            case LuaStack.NUMBER -> writeNumber(stack.number(-1));
            case LuaStack.TABLE -> {
                if (level == MAX_NESTING) {
                    out.write(NIL);
                } else {
                    writeTable(stack, level + 1);
                }
            }
            default -> out.write(NIL);
        }
        stack.pop(1);
    }

    private void writeText(byte[] text) {
        if (text.length < 32) {
            out.write(0xA0 | text.length);
        } else if (text.length < 1 << 8) {
            header(0xD9, text.length, 1);
        } else if (text.length < 1 << 16) {
            header(0xDA, text.length, 2);
        } else {
            header(0xDB, text.length, 4);
        }
        out.write(text);
    }

    private void header(int type, long value, int bytes) {
        out.write(type);
        out.bigEndian(value, bytes);
    }

    private void writeNumber(double number) {
        long integer = LuaToReply.integer(number);
        if (integer == number) {
            writeInteger(integer);
        } else if ((float) number == number) {
            header(0xCA, Float.floatToRawIntBits((float) number), 4);
        } else {
            header(0xCB, Double.doubleToRawLongBits(number), 8);
        }
    }

    private void writeInteger(long n) {
        if (n >= 0) {
            if (n < 1 << 7) {
                out.write((int) n);
            } else if (n < 1 << 8) {
                header(0xCC, n, 1);
            } else if (n < 1 << 16) {
                header(0xCD, n, 2);
            } else if (n < 1L << 32) {
                header(0xCE, n, 4);
            } else {
                header(0xCF, n, 8);
            }
        } else if (n >= -32) {
            out.write((int) n);
        } else if (n >= Byte.MIN_VALUE) {
            header(0xD0, n, 1);
        } else if (n >= Short.MIN_VALUE) {
            header(0xD1, n, 2);
        } else if (n >= Integer.MIN_VALUE) {
            header(0xD2, n, 4);
        } else {
            header(0xD3, n, 8);
        }
    }

    private void writeTable(LuaStack stack, int level) {
        int entries = 0;
        boolean array = true;
        double last = 0;
        stack.pushNil();
        while (stack.next(-2)) {
            stack.pop(1);
            entries++;
            double key = stack.type(-1) == LuaStack.NUMBER ? stack.number(-1) : -1;
            array &= key > 0 && key == (int) key;
            last = Math.max(last, key);
        }
        if (array && last == entries) {
            count(0x90, 0xDC, entries);
            for (int i = 1; i <= entries; i++) {
                stack.element(-1, i);
                write(stack, level);
            }
            return;
        }
        count(0x80, 0xDE, entries);
        stack.pushNil();
        while (stack.next(-2)) {
            stack.pushCopy(-2);
            write(stack, level);
            write(stack, level);
        }
    }

    private void count(int small, int large, int entries) {
        if (entries < 16) {
            out.write(small | entries);
        } else if (entries < 1 << 16) {
            header(large, entries, 2);
        } else {
            header(large + 1, entries, 4);
        }
    }

    // ---- reading

    private int unpackOne(LuaStack stack) {
        return unpack(stack, "unpack_one", 1, integer(stack, 2, "unpack_one", true));
    }

    private int unpackLimit(LuaStack stack) {
        int limit = integer(stack, 2, "unpack_limit", false);
        return unpack(stack, "unpack_limit", limit, integer(stack, 3, "unpack_limit", true));
    }

    private static int integer(LuaStack stack, int index, String function, boolean optional) {
        if (optional && (stack.top() < index || stack.type(index) == LuaStack.NIL)) {
            return 0;
        }
        if (!stack.isNumeric(index)) {
            throw LuaError.ofArgument(index, function, "number expected, got " + stack.typeName(index));
        }
        return (int) (long) stack.number(index);
    }

    /** With neither limit nor offset all there is, else first where to go on, -1 for the end. */
    private int unpack(LuaStack stack, String function, int limit, int offset) {
        if (!stack.isText(1)) {
            throw LuaError.ofArgument(1, function, "string expected, got " + stack.typeName(1));
        }
        data = stack.bytes(1);
        if (offset < 0 || limit < 0) {
            throw new LuaError(
                    "Invalid request to unpack with offset of " + offset + " and limit of " + data.length + ".");
        }
        if (offset > data.length) {
            throw new LuaError("Start offset " + offset + " greater than input length " + data.length + ".");
        }
        boolean all = limit == 0 && offset == 0;
        stack.top(1);
        at = offset;
        int values = 0;
        while (at < data.length && (all || values < limit)) {
            value(stack);
            values++;
        }
        if (!all) {
            stack.push(at == data.length ? -1 : at);
            stack.insert(2);
            values++;
        }
        data = null;
        return values;
    }

    private void value(LuaStack stack) {
        if (!stack.hasRoom(SLOTS_A_LEVEL)) {
            throw new LuaError(
                    "stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)");
        }
        int type = (int) number(1);
        if (type < 0x80) {
            stack.push((double) type);
        } else if (type < 0x90) {
            map(stack, type & 0xF);
        } else if (type < 0xA0) {
            array(stack, type & 0xF);
        } else if (type < 0xC0) {
            text(stack, type & 0x1F);
        } else if (type >= 0xE0) {
            stack.push((double) (byte) type);
        } else {
            longForm(stack, type);
        }
    }

    private void longForm(LuaStack stack, int type) {
        switch (type) {
            case NIL -> stack.pushNil();
            case 0xC2 -> stack.push(false);
            case 0xC3 -> stack.push(true);
            case 0xC4, 0xD9 -> text(stack, number(1));
            case 0xC5, 0xDA -> text(stack, number(2));
            case 0xC6, 0xDB -> text(stack, number(4));
            case 0xCA -> stack.push((double) Float.intBitsToFloat((int) number(4)));
            case 0xCB -> stack.push(Double.longBitsToDouble(number(8)));
            case 0xCC -> stack.push((double) number(1));
            case 0xCD -> stack.push((double) number(2));
            case 0xCE -> stack.push((double) number(4));
            case 0xD0 -> stack.push((double) (byte) number(1));
            case 0xD1 -> stack.push((double) (short) number(2));
            case 0xD2 -> stack.push((double) (int) number(4));
            case 0xCF, 0xD3 -> stack.push((double) number(8));
            case 0xDC -> array(stack, number(2));
            case 0xDD -> array(stack, number(4));
            case 0xDE -> map(stack, number(2));
            case 0xDF -> map(stack, number(4));
            default -> throw new LuaError("Bad data format in input.");
        }
    }

    private long number(int bytes) {
        expect(bytes);
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number = number << 8 | data[at++] & 0xFF;
        }
        return number;
    }

    private void expect(long bytes) {
        if (bytes > data.length - at) {
            throw new LuaError("Missing bytes in input.");
        }
    }

    private void text(LuaStack stack, long length) {
        expect(length);
        stack.push(data, at, (int) length);
        at += (int) length;
    }

    private void array(LuaStack stack, long length) {
        // The length is not to be trusted with room in advance: nested arrays can each promise all that is left.
        stack.newTable(0, 0);
        for (int i = 1; i <= length; i++) {
            value(stack);
            stack.setElement(-2, i);
        }
    }

    private void map(LuaStack stack, long pairs) {
        stack.newTable(0, 0);
        for (long i = 0; i < pairs; i++) {
            value(stack);
            if (stack.type(-1) == LuaStack.NIL || stack.type(-1) == LuaStack.NUMBER && Double.isNaN(stack.number(-1))) {
                throw LuaError.withoutPlace(
                        stack.type(-1) == LuaStack.NIL ? "table index is nil" : "table index is NaN");
            }
            value(stack);
            stack.rawSet(-3);
        }
    }
}
