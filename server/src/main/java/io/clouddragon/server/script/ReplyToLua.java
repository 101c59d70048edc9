package io.clouddragon.server.script;

import io.clouddragon.storage.bytes.Decimal;
import java.nio.charset.StandardCharsets;

/**
 * Turns the reply of a command, as it would go over the wire, into a Lua value: the conversions of redis.call.
 *
 * <table>
 *   <caption>Conversions</caption>
 *   <tr><th>reply</th><th>Lua</th></tr>
 *   <tr><td>integer, bulk string, boolean (RESP3)</td><td>number, string, boolean</td></tr>
 *   <tr><td>null of RESP2; of RESP3</td><td>false; nil</td></tr>
 *   <tr><td>status, error</td><td>{ok=…}, {err=…}</td></tr>
 *   <tr><td>array</td><td>array</td></tr>
 *   <tr><td>map, set (RESP3)</td><td>{map={key=value…}}, {set={member=true…}}</td></tr>
 *   <tr><td>double, big number (RESP3)</td><td>{double=…}, {big_number=…}</td></tr>
 *   <tr><td>verbatim string (RESP3)</td><td>{verbatim_string={string=…, format=…}}</td></tr>
 * </table>
 */
final class ReplyToLua {
    private static final int SLOTS_A_LEVEL = 6;

    private final LuaStack stack;
    private byte[] reply;
    private int at;

    ReplyToLua(LuaStack stack) {
        this.stack = stack;
    }

    /** Pushes the one reply that begins at 0. */
    void push(byte[] bytes) {
        reply = bytes;
        at = 0;
        value();
        reply = null;
    }

    private void value() {
        if (!stack.hasRoom(SLOTS_A_LEVEL)) {
            throw new IllegalStateException("a reply nested too deeply for Lua");
        }
        byte type = reply[at++];
        switch (type) {
            case ':' -> stack.push((double) number());
            case '$' -> bulk(number());
            case '*', '>' -> array(number());
            case '+' -> field("ok");
            case '-' -> error();
            case '_' -> {
                line();
                stack.pushNil();
            }
            case '#' -> {
                stack.push(reply[at] == 't');
                line();
            }
            case ',' -> doubleValue();
            case '(' -> field("big_number");
            case '=' -> verbatim((int) number());
            case '%' -> map(number());
            case '~' -> set(number());
            default -> throw new IllegalStateException("not a reply: " + (char) type);
        }
    }

    /** Reads up to the line's end; leaves {@link #at} behind it. Returns where the text ends. */
    private int line() {
        int end = at;
        while (reply[end] != '\r') {
            end++;
        }
        at = end + 2;
        return end;
    }

    private long number() {
        int begin = at;
        int end = line();
        return Decimal.toLong(reply, begin, end - begin);
    }

    private void bulk(long length) {
        if (length < 0) {
            stack.push(false);
        } else {
            stack.push(reply, at, (int) length);
            at += (int) length + 2;
        }
    }

    private void array(long length) {
        if (length < 0) {
            stack.push(false);
            return;
        }
        stack.newTable((int) length, 0);
        for (int i = 1; i <= length; i++) {
            value();
            stack.setElement(-2, i);
        }
    }

    private void field(String name) {
        int begin = at;
        int end = line();
        stack.newTable(0, 1);
        stack.push(reply, begin, end - begin);
        stack.setField(-2, name);
    }

    private void error() {
        int begin = at;
        int end = line();
        pushError(stack, new String(reply, begin, end - begin, StandardCharsets.ISO_8859_1), true);
    }

    /**
     * Pushes an error as scripts see it.
     *
     * @param text a character a byte; without a code in front it gets ERR
     * @param counted the statistics know of it already
     */
    static void pushError(LuaStack stack, String text, boolean counted) {
        stack.newTable(0, 2);
        stack.push((text.indexOf(' ') < 0 ? "ERR " + text : text).getBytes(StandardCharsets.ISO_8859_1));
        stack.setField(-2, "err");
        if (counted) {
            stack.push(true);
            stack.setField(-2, "ignore_error_stats_update");
        }
    }

    private void doubleValue() {
        int begin = at;
        int end = line();
        String text = new String(reply, begin, end - begin, StandardCharsets.US_ASCII);
        stack.newTable(0, 1);
        stack.push(
                switch (text) {
                    case "inf" -> Double.POSITIVE_INFINITY;
                    case "-inf" -> Double.NEGATIVE_INFINITY;
                    case "nan" -> Double.NaN;
                    default -> Double.parseDouble(text);
                });
        stack.setField(-2, "double");
    }

    private void verbatim(int length) {
        int begin = at;
        at += length + 2;
        stack.newTable(0, 1);
        stack.newTable(0, 2);
        stack.push(reply, begin + 4, length - 4);
        stack.setField(-2, "string");
        stack.push(reply, begin, 3);
        stack.setField(-2, "format");
        stack.setField(-2, "verbatim_string");
    }

    private void map(long pairs) {
        stack.newTable(0, 1);
        stack.newTable(0, (int) pairs);
        for (long i = 0; i < pairs; i++) {
            value();
            value();
            stack.rawSet(-3);
        }
        stack.setField(-2, "map");
    }

    private void set(long members) {
        stack.newTable(0, 1);
        stack.newTable(0, (int) members);
        for (long i = 0; i < members; i++) {
            value();
            stack.push(true);
            stack.rawSet(-3);
        }
        stack.setField(-2, "set");
    }
}
