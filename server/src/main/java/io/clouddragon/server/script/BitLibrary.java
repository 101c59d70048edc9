package io.clouddragon.server.script;

import java.util.LinkedHashMap;
import java.util.Map;

/** The library {@code bit}: operations on 32-bit integers, as LuaBitOp 1.0.2 defines them. */
final class BitLibrary {
    /** Added to a double, it leaves the number's integer in the low bits, rounded: 2^52 + 2^51. */
    private static final double TO_INTEGER = 6755399441055744.0;

    private static final int MAX_DIGITS = 8;

    private BitLibrary() {}

    @FunctionalInterface
    private interface Operation {
        int apply(int a, int b);
    }

    static Map<String, Object> functions() {
        Map<String, Object> functions = new LinkedHashMap<>();
        functions.put("tobit", unary("tobit", (a, b) -> a));
        functions.put("bnot", unary("bnot", (a, b) -> ~a));
        functions.put("bswap", unary("bswap", (a, b) -> Integer.reverseBytes(a)));
        functions.put("band", folding("band", (a, b) -> a & b));
        functions.put("bor", folding("bor", (a, b) -> a | b));
        functions.put("bxor", folding("bxor", (a, b) -> a ^ b));
        functions.put("lshift", shift("lshift", (a, b) -> a << b));
        functions.put("rshift", shift("rshift", (a, b) -> a >>> b));
        functions.put("arshift", shift("arshift", (a, b) -> a >> b));
        functions.put("rol", shift("rol", Integer::rotateLeft));
        functions.put("ror", shift("ror", Integer::rotateRight));
        functions.put("tohex", (LuaFunction) BitLibrary::toHex);
        return functions;
    }

    private static int argument(LuaStack stack, int index, String function) {
        if (!stack.isNumeric(index)) {
            throw LuaError.ofArgument(index, function, "number expected, got " + stack.typeName(index));
        }
        return (int) Double.doubleToRawLongBits(stack.number(index) + TO_INTEGER);
    }

    private static LuaFunction unary(String name, Operation operation) {
        return stack -> {
            stack.push((double) operation.apply(argument(stack, 1, name), 0));
            return 1;
        };
    }

    private static LuaFunction folding(String name, Operation operation) {
        return stack -> {
            int result = argument(stack, 1, name);
            for (int i = stack.top(); i > 1; i--) {
                result = operation.apply(result, argument(stack, i, name));
            }
            stack.push((double) result);
            return 1;
        };
    }

    private static LuaFunction shift(String name, Operation operation) {
        return stack -> {
            int value = argument(stack, 1, name);
            stack.push((double) operation.apply(value, argument(stack, 2, name) & 31));
            return 1;
        };
    }

    private static int toHex(LuaStack stack) {
        int value = argument(stack, 1, "tohex");
        int digits = stack.top() < 2 ? MAX_DIGITS : argument(stack, 2, "tohex");
        String all = String.format(digits < 0 ? "%08X" : "%08x", value);
        int shown = digits == Integer.MIN_VALUE ? MAX_DIGITS : Math.min(MAX_DIGITS, Math.abs(digits));
        stack.push(all.substring(MAX_DIGITS - shown));
        return 1;
    }
}
