package io.clouddragon.server.script;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The library {@code cjson}, as lua-cjson 2.1.0 behaves with Redis' defaults. Its settings belong to one instance of it;
 * {@code cjson.new} makes another.
 */
final class JsonLibrary {
    private static final int DEFAULT_DEPTH = 1000;
    private static final int DEFAULT_PRECISION = 14;
    private static final int DEFAULT_SPARSE_RATIO = 2;
    private static final int DEFAULT_SPARSE_SAFE = 10;
    private static final int MAX_PRECISION = 14;
    private static final List<String> OFF_ON_NULL = List.of("off", "on", "null");
    private static final List<String> OFF_ON = List.of("off", "on");

    private final Interpreter interpreter;
    private final JsonEncoder encoder = new JsonEncoder(this);
    private final JsonDecoder decoder = new JsonDecoder(this);

    /** 0 = an error, 1 = written as JavaScript writes them, 2 = written as null. */
    int encodeInvalidNumbers;

    int decodeInvalidNumbers = 1;
    int encodeDepth = DEFAULT_DEPTH;
    int decodeDepth = DEFAULT_DEPTH;
    int precision = DEFAULT_PRECISION;
    int sparseConvert;
    int sparseRatio = DEFAULT_SPARSE_RATIO;
    int sparseSafe = DEFAULT_SPARSE_SAFE;
    private int keepBuffer = 1;

    JsonLibrary(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    Interpreter interpreter() {
        return interpreter;
    }

    Map<String, Object> functions() {
        Map<String, Object> functions = new LinkedHashMap<>();
        functions.put("_NAME", "cjson");
        functions.put("_VERSION", "2.1.0");
        functions.put("null", Interpreter.NULL);
        functions.put("encode", (LuaFunction) encoder::encode);
        functions.put("decode", (LuaFunction) decoder::decode);
        functions.put("encode_sparse_array", (LuaFunction) this::encodeSparseArray);
        functions.put("encode_max_depth", (LuaFunction) stack -> {
            arguments(stack, 1, "encode_max_depth");
            encodeDepth = integer(stack, 1, "encode_max_depth", encodeDepth, 1, Integer.MAX_VALUE);
            return 1;
        });
        functions.put("decode_max_depth", (LuaFunction) stack -> {
            arguments(stack, 1, "decode_max_depth");
            decodeDepth = integer(stack, 1, "decode_max_depth", decodeDepth, 1, Integer.MAX_VALUE);
            return 1;
        });
        functions.put("encode_number_precision", (LuaFunction) stack -> {
            arguments(stack, 1, "encode_number_precision");
            precision = integer(stack, 1, "encode_number_precision", precision, 1, MAX_PRECISION);
            return 1;
        });
        functions.put("encode_keep_buffer", (LuaFunction) stack -> {
            arguments(stack, 1, "encode_keep_buffer");
            keepBuffer = choice(stack, 1, "encode_keep_buffer", keepBuffer, OFF_ON);
            return 1;
        });
        functions.put("encode_invalid_numbers", (LuaFunction) stack -> {
            arguments(stack, 1, "encode_invalid_numbers");
            encodeInvalidNumbers = choice(stack, 1, "encode_invalid_numbers", encodeInvalidNumbers, OFF_ON_NULL);
            return 1;
        });
        functions.put("decode_invalid_numbers", (LuaFunction) stack -> {
            arguments(stack, 1, "decode_invalid_numbers");
            decodeInvalidNumbers = choice(stack, 1, "decode_invalid_numbers", decodeInvalidNumbers, OFF_ON);
            return 1;
        });
        functions.put("new", (LuaFunction) stack -> {
            interpreter.pushTable(new JsonLibrary(interpreter).functions());
            return 1;
        });
        return functions;
    }

    /** Fills up with nil. */
    private static void arguments(LuaStack stack, int most, String function) {
        if (stack.top() > most) {
            throw LuaError.ofArgument(most + 1, function, "found too many arguments");
        }
        stack.top(most);
    }

    private int encodeSparseArray(LuaStack stack) {
        arguments(stack, 3, "encode_sparse_array");
        sparseConvert = choice(stack, 1, "encode_sparse_array", sparseConvert, OFF_ON);
        sparseRatio = integer(stack, 2, "encode_sparse_array", sparseRatio, 0, Integer.MAX_VALUE);
        sparseSafe = integer(stack, 3, "encode_sparse_array", sparseSafe, 0, Integer.MAX_VALUE);
        return 3;
    }

    /** Pushes the setting as it is now, and returns it. */
    private static int integer(LuaStack stack, int index, String function, int present, int least, int most) {
        int value = present;
        if (stack.type(index) != LuaStack.NIL) {
            if (!stack.isNumeric(index)) {
                throw LuaError.ofArgument(index, function, "number expected, got " + stack.typeName(index));
            }
            long wanted = (long) stack.number(index);
            if (wanted < least || wanted > most) {
                throw LuaError.ofArgument(1, function, "expected integer between " + least + " and " + most);
            }
            value = (int) wanted;
        }
        stack.push((double) value);
        return value;
    }

    /** Pushes the setting as it is now, and returns its position among the words; true and false stand for on and off. */
    private static int choice(LuaStack stack, int index, String function, int present, List<String> words) {
        int value = present;
        int type = stack.type(index);
        if (type == LuaStack.BOOLEAN) {
            value = stack.bool(index) ? 1 : 0;
        } else if (type != LuaStack.NIL) {
            if (!stack.isText(index)) {
                throw LuaError.ofArgument(index, function, "string expected, got " + stack.typeName(index));
            }
            value = words.indexOf(stack.text(index));
            if (value < 0) {
                throw LuaError.ofArgument(index, function, "invalid option '" + stack.text(index) + "'");
            }
        }
        if (value < 2) {
            stack.push(value == 1);
        } else {
            stack.push(words.get(value));
        }
        return value;
    }
}
