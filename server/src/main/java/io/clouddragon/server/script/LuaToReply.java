package io.clouddragon.server.script;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Connection;
import java.util.Arrays;

/**
 * Writes what a script returned as its reply: the way back from {@link ReplyToLua}. A number loses its fraction, an array
 * ends before its first nil, and what no reply stands for (a function) is a null.
 */
final class LuaToReply {
    private static final int SLOTS_A_LEVEL = 6;
    /** Tables in tables; Java's stack holds some thousands. */
    private static final int MAX_NESTING = 1000;

    private static final int FORMAT_BYTES = 3;

    private final LuaStack stack;
    // Names of fields, as Lua has them: looked for in every table.
    private final int errName;
    private final int ignoreErrorStatsUpdateName;
    private final int okName;
    private final int doubleName;
    private final int bigNumberName;
    private final int verbatimStringName;
    private final int mapName;
    private final int setName;
    private final int formatName;
    private final int stringName;
    private ReplyWriter reply;
    private Call call;
    private boolean scriptSpeaksResp3;
    private long end;
    private int nesting;
    private String refusal;

    LuaToReply(LuaStack stack) {
        this.stack = stack;
        errName = stack.keep("err");
        ignoreErrorStatsUpdateName = stack.keep("ignore_error_stats_update");
        okName = stack.keep("ok");
        doubleName = stack.keep("double");
        bigNumberName = stack.keep("big_number");
        verbatimStringName = stack.keep("verbatim_string");
        mapName = stack.keep("map");
        setName = stack.keep("set");
        formatName = stack.keep("format");
        stringName = stack.keep("string");
    }

    /**
     * Pops the value on top. A few tables that hold one another may stand for a reply without end: one that is nested too
     * deeply or larger than {@code mostBytes} becomes an error.
     */
    void write(Call of, boolean resp3InScript, long mostBytes) {
        call = of;
        reply = of.reply();
        scriptSpeaksResp3 = resp3InScript;
        int begin = connection().mark();
        end = mostBytes > Long.MAX_VALUE - begin ? Long.MAX_VALUE : begin + mostBytes;
        nesting = 0;
        refusal = null;
        value();
        if (refusal != null) {
            connection().rewind(begin);
            call.error(refusal);
        }
        call = null;
        reply = null;
    }

    private Connection connection() {
        return call.session().connection();
    }

    /** Whether one more value may be written. */
    private boolean hasRoom() {
        if (nesting > MAX_NESTING || !stack.hasRoom(SLOTS_A_LEVEL)) {
            refusal = "ERR reached lua stack limit";
        } else if (connection().mark() > end) {
            refusal = "ERR the reply of the script is larger than lua-max-memory";
        }
        return refusal == null;
    }

    private void value() {
        if (!hasRoom()) {
            stack.pop(1);
            return;
        }
        switch (stack.type(-1)) {
            case LuaStack.STRING -> reply.bulk(stack.bytes(-1));
            case LuaStack.BOOLEAN -> bool(stack.bool(-1));
            case LuaStack.NUMBER -> reply.integer(integer(stack.number(-1)));
            case LuaStack.TABLE -> {
                nesting++;
                table();
                nesting--;
            }
            default -> reply.nullBulk();
        }
        stack.pop(1);
    }

    private void bool(boolean value) {
        if (scriptSpeaksResp3) {
            reply.bool(value);
        } else if (value) {
            reply.integer(1);
        } else {
            reply.nullBulk();
        }
    }

    /** As C converts on the machines that matter: what does not fit is the least number. */
    static long integer(double number) {
        return number >= -0x1p63 && number < 0x1p63 ? (long) number : Long.MIN_VALUE;
    }

    private void table() {
        if (has(errName, LuaStack.STRING)) {
            byte[] text = upToNul(stack.bytes(-1));
            stack.pop(1);
            boolean counted = has(ignoreErrorStatsUpdateName, LuaStack.BOOLEAN) && popBool();
            call.error(text, !counted);
        } else if (has(okName, LuaStack.STRING)) {
            reply.simpleString(upToNul(stack.bytes(-1)));
            stack.pop(1);
        } else if (has(doubleName, LuaStack.NUMBER)) {
            reply.doubleValue(stack.number(-1));
            stack.pop(1);
        } else if (has(bigNumberName, LuaStack.STRING)) {
            reply.bigNumber(stack.bytes(-1));
            stack.pop(1);
        } else if (has(verbatimStringName, LuaStack.TABLE)) {
            verbatim();
        } else if (has(mapName, LuaStack.TABLE)) {
            map();
            stack.pop(1);
        } else if (has(setName, LuaStack.TABLE)) {
            set();
            stack.pop(1);
        } else {
            array();
        }
    }

    /** Pushes the field of the table on top when it is of that type. */
    private boolean has(int name, int type) {
        stack.pushKept(name);
        stack.rawGet(-2);
        if (stack.type(-1) == type) {
            return true;
        }
        stack.pop(1);
        return false;
    }

    private boolean popBool() {
        boolean value = stack.bool(-1);
        stack.pop(1);
        return value;
    }

    private static byte[] upToNul(byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (text[i] == 0) {
                return Arrays.copyOf(text, i);
            }
        }
        return text;
    }

    private void verbatim() {
        if (has(formatName, LuaStack.STRING)) {
            byte[] format = upToNul(stack.bytes(-1));
            stack.pop(1);
            if (has(stringName, LuaStack.STRING)) {
                char[] padded = {' ', ' ', ' '};
                for (int i = 0; i < Math.min(format.length, FORMAT_BYTES); i++) {
                    padded[i] = (char) format[i];
                }
                reply.verbatim(new String(padded), stack.bytes(-1));
                stack.pop(2);
                return;
            }
        }
        stack.pop(1);
        array();
    }

    private int count() {
        int pairs = 0;
        stack.pushNil();
        while (stack.next(-2)) {
            stack.pop(1);
            pairs++;
        }
        return pairs;
    }

    private void map() {
        reply.map(count());
        stack.pushNil();
        while (stack.next(-2)) {
            stack.pushCopy(-2);
            value();
            value();
        }
    }

    private void set() {
        reply.set(count());
        stack.pushNil();
        while (stack.next(-2)) {
            stack.pop(1);
            stack.pushCopy(-1);
            value();
        }
    }

    private void array() {
        int length = 0;
        boolean more = true;
        while (more) {
            stack.element(-1, length + 1);
            more = stack.type(-1) != LuaStack.NIL;
            stack.pop(1);
            length += more ? 1 : 0;
        }
        reply.array(length);
        for (int i = 1; i <= length; i++) {
            stack.element(-1, i);
            value();
        }
    }
}
