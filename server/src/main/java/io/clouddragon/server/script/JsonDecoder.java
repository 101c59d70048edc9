package io.clouddragon.server.script;

import java.nio.charset.StandardCharsets;

/** cjson.decode: JSON as Lua values. Null becomes cjson.null, which is no nil, so that it can stand in a table. */
final class JsonDecoder {
    private enum Token {
        OBJ_BEGIN,
        OBJ_END,
        ARR_BEGIN,
        ARR_END,
        STRING,
        NUMBER,
        BOOLEAN,
        NULL,
        COLON,
        COMMA,
        END,
        ERROR
    }

    private static final int SLOTS_A_LEVEL = 4;

    private final JsonLibrary settings;
    private final ByteOutput text = new ByteOutput();
    private byte[] json;
    private int at;

    // The token that was read last.
    private Token token;
    private int tokenAt;
    private double number;
    private boolean bool;
    private String problem;

    JsonDecoder(JsonLibrary settings) {
        this.settings = settings;
    }

    int decode(LuaStack stack) {
        if (stack.top() != 1) {
            throw LuaError.ofArgument(1, "decode", "expected 1 argument");
        }
        if (!stack.isText(1)) {
            throw LuaError.ofArgument(1, "decode", "string expected, got " + stack.typeName(1));
        }
        json = stack.bytes(1);
        at = 0;
        if (json.length >= 2 && (json[0] == 0 || json[1] == 0)) {
            throw new LuaError("JSON parser does not support UTF-16 or UTF-32");
        }
        next();
        value(stack, 0);
        next();
        if (token != Token.END) {
            throw expected("the end");
        }
        json = null;
        return 1;
    }

    private LuaError expected(String what) {
        String found = token == Token.ERROR ? problem : "T_" + token;
        return new LuaError("Expected " + what + " but found " + found + " at character " + (tokenAt + 1));
    }

    private void value(LuaStack stack, int depth) {
        switch (token) {
            case STRING -> stack.push(text.array(), 0, text.length());
            case NUMBER -> stack.push(number);
            case BOOLEAN -> stack.push(bool);
            case OBJ_BEGIN -> object(stack, depth + 1);
            case ARR_BEGIN -> array(stack, depth + 1);
            case NULL -> stack.pushNull();
            default -> throw expected("value");
        }
    }

    private void descend(LuaStack stack, int depth) {
        if (depth > settings.decodeDepth || !stack.hasRoom(SLOTS_A_LEVEL)) {
            throw new LuaError("Found too many nested data structures (" + depth + ") at character " + at);
        }
        stack.newTable(0, 0);
        next();
    }

    private void object(LuaStack stack, int depth) {
        descend(stack, depth);
        if (token == Token.OBJ_END) {
            return;
        }
        while (true) {
            if (token != Token.STRING) {
                throw expected("object key string");
            }
            stack.push(text.array(), 0, text.length());
            next();
            if (token != Token.COLON) {
                throw expected("colon");
            }
            next();
            value(stack, depth);
            stack.rawSet(-3);
            next();
            if (token == Token.OBJ_END) {
                return;
            }
            if (token != Token.COMMA) {
                throw expected("comma or object end");
            }
            next();
        }
    }

    private void array(LuaStack stack, int depth) {
        descend(stack, depth);
        if (token == Token.ARR_END) {
            return;
        }
        for (int i = 1; ; i++) {
            value(stack, depth);
            stack.setElement(-2, i);
            next();
            if (token == Token.ARR_END) {
                return;
            }
            if (token != Token.COMMA) {
                throw expected("comma or array end");
            }
            next();
        }
    }

    // ---- tokens

    /** The byte there; 0 beyond the end, as C finds it. */
    private int peek(int ahead) {
        return at + ahead < json.length ? json[at + ahead] & 0xFF : 0;
    }

    private void next() {
        while (peek(0) == ' ' || peek(0) == '\t' || peek(0) == '\n' || peek(0) == '\r') {
            at++;
        }
        tokenAt = at;
        int c = peek(0);
        switch (c) {
            case '{' -> single(Token.OBJ_BEGIN);
            case '}' -> single(Token.OBJ_END);
            case '[' -> single(Token.ARR_BEGIN);
            case ']' -> single(Token.ARR_END);
            case ',' -> single(Token.COMMA);
            case ':' -> single(Token.COLON);
            case 0 -> token = Token.END;
            case '"' -> string();
            case '+', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                if (settings.decodeInvalidNumbers == 0 && isInvalidNumber()) {
                    error("invalid number");
                } else {
                    number();
                }
            }
            default -> word(c);
        }
    }

    private void single(Token of) {
        token = of;
        at++;
    }

    private void error(String what) {
        token = Token.ERROR;
        tokenAt = at;
        problem = what;
    }

    private void word(int c) {
        if (startsWith("true") || startsWith("false")) {
            token = Token.BOOLEAN;
            bool = c == 't';
            at += bool ? 4 : 5;
        } else if (startsWith("null")) {
            token = Token.NULL;
            at += 4;
        } else if ("iInN".indexOf(c) >= 0 && settings.decodeInvalidNumbers == 1 && isInvalidNumber()) {
            number();
        } else {
            error("invalid token");
        }
    }

    private boolean startsWith(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (peek(i) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean startsWithIgnoringCase(int ahead, String lower) {
        for (int i = 0; i < lower.length(); i++) {
            if ((peek(ahead + i) | 0x20) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** Hexadecimal, a leading zero, infinity, not a number: what C reads as a number and JSON does not know. */
    private boolean isInvalidNumber() {
        int sign = peek(0) == '+' || peek(0) == '-' ? 1 : 0;
        int first = peek(sign);
        if (first == '0') {
            int second = peek(sign + 1);
            return (second | 0x20) == 'x' || isDigit(second);
        }
        return !isDigit(first) && (startsWithIgnoringCase(sign, "inf") || startsWithIgnoringCase(sign, "nan"));
    }

    /** As C's strtod reads it. */
    private void number() {
        int sign = peek(0) == '+' || peek(0) == '-' ? 1 : 0;
        boolean negative = peek(0) == '-';
        int end;
        double magnitude;
        if (startsWithIgnoringCase(sign, "nan")) {
            end = sign + 3;
            magnitude = Double.NaN;
        } else if (startsWithIgnoringCase(sign, "inf")) {
            end = sign + (startsWithIgnoringCase(sign, "infinity") ? 8 : 3);
            magnitude = Double.POSITIVE_INFINITY;
        } else {
            boolean hex = peek(sign) == '0'
                    && (peek(sign + 1) | 0x20) == 'x'
                    && (isHexDigit(peek(sign + 2)) || peek(sign + 2) == '.' && isHexDigit(peek(sign + 3)));
            end = hex ? endOfNumber(sign + 2, true) : endOfNumber(sign, false);
            if (end == sign) {
                error("invalid number");
                return;
            }
            String digits = new String(json, at + sign, end - sign, StandardCharsets.US_ASCII);
            boolean bare = hex && digits.indexOf('p') < 0 && digits.indexOf('P') < 0;
            magnitude = Double.parseDouble(bare ? digits + "p0" : digits);
        }
        token = Token.NUMBER;
        number = negative ? -magnitude : magnitude;
        at += end;
    }

    private static boolean isHexDigit(int c) {
        return isDigit(c) || (c | 0x20) >= 'a' && (c | 0x20) <= 'f';
    }

    /** Where digits, a fraction and an exponent end that begin {@code from} bytes ahead; {@code from} when there are none. */
    private int endOfNumber(int from, boolean hex) {
        int i = from;
        int digits = 0;
        for (; isDigit(peek(i)) || hex && isHexDigit(peek(i)); i++) {
            digits++;
        }
        if (peek(i) == '.') {
            i++;
            for (; isDigit(peek(i)) || hex && isHexDigit(peek(i)); i++) {
                digits++;
            }
        }
        if (digits == 0) {
            return from;
        }
        if ((peek(i) | 0x20) == (hex ? 'p' : 'e')) {
            int exponent = i + 1;
            if (peek(exponent) == '+' || peek(exponent) == '-') {
                exponent++;
            }
            if (isDigit(peek(exponent))) {
                i = exponent;
                while (isDigit(peek(i))) {
                    i++;
                }
            }
        }
        return i;
    }

    private void string() {
        at++;
        text.clear();
        while (true) {
            int c = peek(0);
            if (c == '"') {
                at++;
                token = Token.STRING;
                return;
            }
            if (c == 0) {
                error("unexpected end of string");
                return;
            }
            if (c != '\\') {
                text.write(c);
                at++;
            } else if (!escape()) {
                return;
            }
        }
    }

    private boolean escape() {
        int c = peek(1);
        int meant = switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'f' -> '\f';
            case 'r' -> '\r';
            case 'u' -> 'u';
            default -> -1;
        };
        if (meant < 0) {
            error("invalid escape code");
            return false;
        }
        if (meant != 'u') {
            text.write(meant);
            at += 2;
            return true;
        }
        if (!unicode()) {
            error("invalid unicode escape code");
            return false;
        }
        return true;
    }

    private int hex4(int ahead) {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int c = peek(ahead + i);
            if (!isHexDigit(c)) {
                return -1;
            }
            value = value << 4 | Character.digit(c, 16);
        }
        return value;
    }

    private boolean unicode() {
        int codepoint = hex4(2);
        int length = 6;
        if (codepoint < 0) {
            return false;
        }
        if (Character.isSurrogate((char) codepoint)) {
            int low = peek(6) == '\\' && peek(7) == 'u' ? hex4(8) : -1;
            if (!Character.isHighSurrogate((char) codepoint) || low < 0 || !Character.isLowSurrogate((char) low)) {
                return false;
            }
            codepoint = Character.toCodePoint((char) codepoint, (char) low);
            length = 12;
        }
        text.write(new String(Character.toChars(codepoint)).getBytes(StandardCharsets.UTF_8));
        at += length;
        return true;
    }
}
