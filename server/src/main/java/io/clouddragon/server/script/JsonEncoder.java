package io.clouddragon.server.script;

import io.clouddragon.resp.RedisDoubles;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** cjson.encode: Lua values as JSON. A table whose keys are 1 to n is an array, an empty one an object. */
final class JsonEncoder {
    private static final int LIGHT_USERDATA = 2;
    private static final int SLOTS_A_LEVEL = 4;
    private static final byte[][] ESCAPES = escapes();

    private final JsonLibrary settings;
    private final ByteOutput out = new ByteOutput();

    JsonEncoder(JsonLibrary settings) {
        this.settings = settings;
    }

    private static byte[][] escapes() {
        byte[][] escapes = new byte[256][];
        for (int c = 0; c < ' '; c++) {
            escapes[c] = ascii("\\u" + HexFormat.of().toHexDigits((short) c));
        }
        escapes['\b'] = ascii("\\b");
        escapes['\t'] = ascii("\\t");
        escapes['\n'] = ascii("\\n");
        escapes['\f'] = ascii("\\f");
        escapes['\r'] = ascii("\\r");
        escapes['"'] = ascii("\\\"");
        escapes['\\'] = ascii("\\\\");
        escapes['/'] = ascii("\\/");
        escapes[127] = ascii("\\u007f");
        return escapes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    int encode(LuaStack stack) {
        if (stack.top() != 1) {
            throw LuaError.ofArgument(1, "encode", "expected 1 argument");
        }
        out.clear(settings.interpreter());
        value(stack, 0);
        stack.push(out.array(), 0, out.length());
        return 1;
    }

    /** Writes the value on top and leaves it there. */
    private void value(LuaStack stack, int depth) {
        switch (stack.type(-1)) {
            case LuaStack.STRING -> text(stack.bytes(-1));
            case LuaStack.NUMBER -> number(stack.number(-1));
            case LuaStack.BOOLEAN -> out.ascii(stack.bool(-1) ? "true" : "false");
            case LuaStack.TABLE -> table(stack, depth + 1);
            case LuaStack.NIL -> out.ascii("null");
            case LIGHT_USERDATA -> {
                if (stack.identity(-1) != 0) {
                    throw fail(stack, -1, "type not supported");
                }
                out.ascii("null");
            }
            default -> throw fail(stack, -1, "type not supported");
        }
    }

    private static LuaError fail(LuaStack stack, int index, String reason) {
        return new LuaError("Cannot serialise " + stack.typeName(index) + ": " + reason);
    }

    private void text(byte[] text) {
        out.write('"');
        int from = 0;
        for (int i = 0; i < text.length; i++) {
            byte[] escape = ESCAPES[text[i] & 0xFF];
            if (escape != null) {
                out.write(text, from, i - from);
                out.write(escape);
                from = i + 1;
            }
        }
        out.write(text, from, text.length - from);
        out.write('"');
    }

    private void number(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            switch (settings.encodeInvalidNumbers) {
                case 0 -> throw new LuaError("Cannot serialise number: must not be NaN or Inf");
                case 1 -> out.ascii(LuaStack.digits(number));
                default -> out.ascii("null");
            }
        } else {
            out.ascii(RedisDoubles.format(number, settings.precision));
        }
    }

    private void table(LuaStack stack, int depth) {
        if (depth > settings.encodeDepth || !stack.hasRoom(SLOTS_A_LEVEL)) {
            throw new LuaError("Cannot serialise, excessive depth (" + depth + ")");
        }
        int length = arrayLength(stack);
        if (length > 0) {
            array(stack, length, depth);
        } else {
            object(stack, depth);
        }
    }

    /** Elements, nil in between included; -1 when it is no array. */
    private int arrayLength(LuaStack stack) {
        double last = 0;
        int items = 0;
        stack.pushNil();
        while (stack.next(-2)) {
            stack.pop(1);
            double key = stack.type(-1) == LuaStack.NUMBER ? stack.number(-1) : 0;
            if (key < 1 || key != Math.floor(key)) {
                stack.pop(1);
                return -1;
            }
            last = Math.max(last, key);
            items++;
        }
        boolean sparse =
                settings.sparseRatio > 0 && last > (double) items * settings.sparseRatio && last > settings.sparseSafe;
        if (sparse && settings.sparseConvert == 0) {
            throw fail(stack, -1, "excessively sparse array");
        }
        return sparse ? -1 : (int) last;
    }

    private void array(LuaStack stack, int length, int depth) {
        out.write('[');
        for (int i = 1; i <= length; i++) {
            if (i > 1) {
                out.write(',');
            }
            stack.element(-1, i);
            value(stack, depth);
            stack.pop(1);
        }
        out.write(']');
    }

    private void object(LuaStack stack, int depth) {
        out.write('{');
        boolean first = true;
        stack.pushNil();
        while (stack.next(-2)) {
            if (!first) {
                out.write(',');
            }
            first = false;
            key(stack);
            out.write(':');
            value(stack, depth);
            stack.pop(1);
        }
        out.write('}');
    }

    private void key(LuaStack stack) {
        int type = stack.type(-2);
        if (type == LuaStack.NUMBER) {
            out.write('"');
            number(stack.number(-2));
            out.write('"');
        } else if (type == LuaStack.STRING) {
            text(stack.bytes(-2));
        } else {
            throw fail(stack, -2, "table key must be a number or string");
        }
    }
}
