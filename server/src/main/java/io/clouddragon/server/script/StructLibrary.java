package io.clouddragon.server.script;

import java.util.Arrays;
import java.util.Map;

/** The library {@code struct}: values to and from the bytes of C structures, as lstruct 0.2 defines them. */
final class StructLibrary {
    /** Alignment that {@code !} alone stands for. */
    private static final int MAX_ALIGN = 8;

    private static final int MAX_INTEGER_BYTES = 32;
    private static final double TWO_TO_63 = 0x1p63;

    private final Interpreter interpreter;
    private final ByteOutput out = new ByteOutput();

    StructLibrary(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    Map<String, Object> functions() {
        return Map.of(
                "pack", (LuaFunction) this::pack,
                "unpack", (LuaFunction) StructLibrary::unpack,
                "size", (LuaFunction) StructLibrary::size);
    }

    /** Reads a format from left to right. */
    private static final class Format {
        private final byte[] text;
        private final String function;
        private int at;
        private boolean bigEndian;
        private int align = 1;

        Format(LuaStack stack, String function) {
            this.function = function;
            this.text = upToNul(textArgument(stack, 1, function));
        }

        private static byte[] upToNul(byte[] text) {
            for (int i = 0; i < text.length; i++) {
                if (text[i] == 0) {
                    return Arrays.copyOf(text, i);
                }
            }
            return text;
        }

        boolean hasMore() {
            return at < text.length;
        }

        char option() {
            return (char) (text[at++] & 0xFF);
        }

        private boolean isDigit() {
            return at < text.length && text[at] >= '0' && text[at] <= '9';
        }

        /** The number that stands here, or what stands for none. */
        int number(int none) {
            if (!isDigit()) {
                return none;
            }
            long number = 0;
            while (isDigit()) {
                if (number > Integer.MAX_VALUE / 10 || number * 10 > Integer.MAX_VALUE - (text[at] - '0')) {
                    throw new LuaError("integral size overflow");
                }
                number = number * 10 + text[at++] - '0';
            }
            return (int) number;
        }

        /** Bytes that an option takes; 0 when it takes none, or as many as there are. */
        int size(char option) {
            return switch (option) {
                case 'B', 'b', 'x' -> 1;
                case 'H', 'h' -> 2;
                case 'f' -> 4;
                case 'L', 'l', 'T', 'd' -> 8;
                case 'c' -> number(1);
                case 'i', 'I' -> {
                    int size = number(4);
                    if (size > MAX_INTEGER_BYTES) {
                        throw new LuaError("integral size " + size + " is larger than limit of " + MAX_INTEGER_BYTES);
                    }
                    yield size;
                }
                default -> 0;
            };
        }

        int padding(long position, char option, int size) {
            if (size == 0 || option == 'c') {
                return 0;
            }
            int unit = Math.min(size, align);
            return (int) (unit - (position & unit - 1) & unit - 1);
        }

        /** An option that is about the format itself. */
        void control(char option) {
            switch (option) {
                case ' ' -> {}
                case '>' -> bigEndian = true;
                case '<' -> bigEndian = false;
                case '!' -> {
                    int wanted = number(MAX_ALIGN);
                    if (wanted <= 0 || (wanted & wanted - 1) != 0) {
                        throw new LuaError("alignment " + wanted + " is not a power of 2");
                    }
                    align = wanted;
                }
                default -> throw LuaError.ofArgument(1, function, "invalid format option '" + option + "'");
            }
        }
    }

    private static byte[] textArgument(LuaStack stack, int index, String function) {
        if (!stack.isText(index)) {
            throw LuaError.ofArgument(index, function, "string expected, got " + stack.typeName(index));
        }
        return stack.bytes(index);
    }

    /** An argument that is missing counts as nil. */
    private static String typeName(LuaStack stack, int index) {
        return index > stack.top() ? "nil" : stack.typeName(index);
    }

    private static double numberArgument(LuaStack stack, int index, String function) {
        if (!stack.isNumeric(index)) {
            throw LuaError.ofArgument(index, function, "number expected, got " + typeName(stack, index));
        }
        return stack.number(index);
    }

    private static boolean isInteger(char option) {
        return "bBhHlLTiI".indexOf(option) >= 0;
    }

    private int pack(LuaStack stack) {
        out.clear(interpreter);
        Format format = new Format(stack, "pack");
        int argument = 2;
        while (format.hasMore()) {
            char option = format.option();
            int size = format.size(option);
            for (int i = format.padding(out.length(), option, size); i > 0; i--) {
                out.write(0);
            }
            if (isInteger(option)) {
                put(toBits(numberArgument(stack, argument++, "pack")), size, format);
            } else if (option == 'x') {
                out.write(0);
            } else if (option == 'f') {
                put(Float.floatToRawIntBits((float) numberArgument(stack, argument++, "pack")), size, format);
            } else if (option == 'd') {
                put(Double.doubleToRawLongBits(numberArgument(stack, argument++, "pack")), size, format);
            } else if (option == 'c' || option == 's') {
                byte[] text = textArgument(stack, argument++, "pack");
                int taken = size == 0 ? text.length : size;
                if (text.length < taken) {
                    throw LuaError.ofArgument(argument, "pack", "string too short");
                }
                out.write(text, 0, taken);
                if (option == 's') {
                    out.write(0);
                }
            } else {
                format.control(option);
            }
        }
        stack.push(out.array(), 0, out.length());
        return 1;
    }

    private void put(long bits, int size, Format format) {
        if (format.bigEndian) {
            out.bigEndian(bits, size);
        } else {
            out.littleEndian(bits, size);
        }
    }

    /** As C converts to unsigned 64 bits on the machines that matter. */
    private static long toBits(double number) {
        if (number < TWO_TO_63) {
            return number >= -TWO_TO_63 ? (long) number : Long.MIN_VALUE;
        }
        if (Double.isNaN(number)) {
            return Long.MIN_VALUE;
        }
        double rest = number - TWO_TO_63;
        return rest < TWO_TO_63 ? (long) rest ^ Long.MIN_VALUE : 0;
    }

    private static int unpack(LuaStack stack) {
        Format format = new Format(stack, "unpack");
        byte[] data = textArgument(stack, 2, "unpack");
        long position = 0;
        if (stack.top() >= 3 && stack.type(3) != LuaStack.NIL) {
            position = (long) numberArgument(stack, 3, "unpack") - 1;
            if (position == -1) {
                throw LuaError.ofArgument(3, "unpack", "offset must be 1 or greater");
            }
        }
        int results = 0;
        while (format.hasMore()) {
            char option = format.option();
            int size = format.size(option);
            position += format.padding(position, option, size);
            expect(data, position, size);
            if (!stack.hasRoom(2)) {
                throw new LuaError("stack overflow (too many results)");
            }
            int at = (int) position;
            int before = results++;
            if (isInteger(option)) {
                stack.push(integer(data, at, size, format.bigEndian, Character.isLowerCase(option)));
            } else if (option == 'f') {
                stack.push((double) Float.intBitsToFloat((int) bits(data, at, size, format.bigEndian)));
            } else if (option == 'd') {
                stack.push(Double.longBitsToDouble(bits(data, at, size, format.bigEndian)));
            } else if (option == 'c') {
                if (size == 0) {
                    if (before == 0 || !stack.isNumeric(-1)) {
                        throw new LuaError("format 'c0' needs a previous size");
                    }
                    double wanted = stack.number(-1);
                    stack.pop(1);
                    results--;
                    size = wanted >= 0 && wanted <= data.length ? (int) wanted : Integer.MAX_VALUE;
                    expect(data, position, size);
                }
                stack.push(data, at, size);
            } else if (option == 's') {
                size = zero(data, at) - at + 1;
                stack.push(data, at, size - 1);
            } else {
                results = before;
                if (option != 'x') {
                    format.control(option);
                }
            }
            position += size;
        }
        stack.push((double) (position + 1));
        return results + 1;
    }

    private static void expect(byte[] data, long position, long size) {
        if (position < 0 || size > data.length || position > data.length - size) {
            throw LuaError.ofArgument(2, "unpack", "data string too short");
        }
    }

    private static int zero(byte[] data, int from) {
        for (int i = from; i < data.length; i++) {
            if (data[i] == 0) {
                return i;
            }
        }
        throw new LuaError("unfinished string in data");
    }

    /** The last eight of so many bytes, as far as there are. */
    private static long bits(byte[] data, int at, int size, boolean bigEndian) {
        long bits = 0;
        for (int i = 0; i < size; i++) {
            bits = bits << 8 | data[bigEndian ? at + i : at + size - 1 - i] & 0xFF;
        }
        return bits;
    }

    private static double integer(byte[] data, int at, int size, boolean bigEndian, boolean signed) {
        long bits = bits(data, at, size, bigEndian);
        if (!signed) {
            // Halved with the lowest bit kept, an unsigned number rounds as the whole would.
            return bits >= 0 ? bits : (double) (bits >>> 1 | bits & 1) * 2;
        }
        long mask = -1L << size * 8 - 1;
        return (bits & mask) == 0 ? bits : bits | mask;
    }

    private static int size(LuaStack stack) {
        Format format = new Format(stack, "size");
        long position = 0;
        while (format.hasMore()) {
            char option = format.option();
            int size = format.size(option);
            position += format.padding(position, option, size);
            if (option == 's') {
                throw LuaError.ofArgument(1, "size", "option 's' has no fixed size");
            }
            if (option == 'c' && size == 0) {
                throw LuaError.ofArgument(1, "size", "option 'c0' has no fixed size");
            }
            if (!isAlphanumeric(option)) {
                format.control(option);
            }
            position += size;
        }
        stack.push((double) position);
        return 1;
    }

    private static boolean isAlphanumeric(char c) {
        return c < 0x80 && Character.isLetterOrDigit(c);
    }
}
