package io.clouddragon.server.script;

import io.clouddragon.server.command.Call;
import io.clouddragon.storage.bytes.Bytes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The scripts of EVAL and SCRIPT LOAD: compiled once, found by their SHA-1 or by their text. They are a cache, in memory
 * only, as in Redis: gone after a restart and after {@link #flush}. Of those that came by EVAL, whose texts clients may make
 * up anew for each call, only the last {@value #EVAL_SCRIPTS} that were used are kept, as in Redis 7.4. Event loop only.
 */
public final class EvalScripts {
    /** Characters of a script's name. */
    public static final int SHA_LENGTH = Sha1.HEX_LENGTH;

    public static final String NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";

    /** Most scripts of EVAL that are kept. */
    private static final int EVAL_SCRIPTS = 500;

    /** Estimated heap bytes of a script besides its text. */
    private static final int OVERHEAD_BYTES = 200;

    private final ScriptRunner runner;
    private final String redisVersion;
    private final Map<Bytes, Script> bySha = new HashMap<>();
    private final Map<Bytes, Script> byText = new HashMap<>();
    /** Texts by name, of those that came by EVAL and were never loaded: who was used least recently is first. */
    private final Map<String, Bytes> passing = new LinkedHashMap<>(16, 0.75f, true);

    private Interpreter interpreter;
    private long textBytes;

    public EvalScripts(ScriptRunner runner, String redisVersion) {
        this.runner = runner;
        this.redisVersion = redisVersion;
    }

    /** Made when first needed: who has no scripts starts sooner. */
    private Interpreter interpreter() {
        if (interpreter == null) {
            interpreter = new Interpreter(runner, replies -> new RedisApi(runner, replies, redisVersion).ofScripts());
        }
        return interpreter;
    }

    /** The script of that SHA-1, in any letter case; null when there is none. */
    private Script find(Bytes sha) {
        Script script = bySha.get(sha);
        return script == null && sha.length() == Sha1.HEX_LENGTH
                ? bySha.get(Bytes.of(sha.toString().toLowerCase(Locale.ROOT)))
                : script;
    }

    /** Whether the script of that text says that it does not write, known or not. */
    public boolean saysNoWrites(Bytes text) {
        Script known = byText.get(text);
        if (known != null) {
            return saysNoWrites(known);
        }
        try {
            Set<ScriptFlag> flags = Shebang.ofScript(text).flags();
            return flags != null && flags.contains(ScriptFlag.NO_WRITES);
        } catch (ScriptError e) {
            return false;
        }
    }

    /** Whether there is a script of that SHA-1 which says that it does not write. */
    public boolean saysNoWritesBySha(Bytes sha) {
        Script script = find(sha);
        return script != null && saysNoWrites(script);
    }

    private static boolean saysNoWrites(Script script) {
        return script.isDeclared() && script.has(ScriptFlag.NO_WRITES);
    }

    public boolean exists(Bytes sha) {
        return find(sha) != null;
    }

    /**
     * SCRIPT LOAD: compiles a script, unless that has been done before, and keeps it until {@link #flush}.
     *
     * @return its SHA-1
     */
    public String load(Bytes text) throws ScriptError {
        Script known = byText.get(text);
        Script script = known == null ? compile(text.owned()) : known;
        passing.remove(script.name());
        return script.name();
    }

    private Script compile(Bytes text) throws ScriptError {
        Shebang shebang = Shebang.ofScript(text);
        byte[] code = new byte[text.length() - shebang.length()];
        System.arraycopy(text.array(), text.offset() + shebang.length(), code, 0, code.length);
        LuaStack stack = interpreter().stack();
        if (interpreter.load(code, "@user_script") != 0) {
            String message = stack.text(-1);
            stack.pop(1);
            throw new ScriptError("ERR Error compiling script (new function): " + message);
        }
        Script script = new Script(Sha1.hex(text.array(), text.offset(), text.length()), stack.keep(), shebang.flags());
        bySha.put(Bytes.of(script.name()), script);
        byText.put(text, script);
        textBytes += text.length();
        return script;
    }

    /** EVAL: runs the script of word 1 with the keys from word 3 on. */
    public void eval(Call call, int keys, boolean readOnly) throws ScriptError {
        Script script = byText.get(call.arg(1));
        if (script == null) {
            Bytes text = call.arg(1).owned();
            script = compile(text);
            passing.put(script.name(), text);
            if (passing.size() > EVAL_SCRIPTS) {
                forgetLeastUsed();
            }
        }
        run(script, call, keys, readOnly);
    }

    private void forgetLeastUsed() {
        Map.Entry<String, Bytes> least = passing.entrySet().iterator().next();
        Script script = byText.remove(least.getValue());
        bySha.remove(Bytes.of(script.name()));
        passing.remove(script.name());
        textBytes -= least.getValue().length();
        interpreter.stack().release(script.code());
    }

    /** EVALSHA. */
    public void evalSha(Call call, int keys, boolean readOnly) throws ScriptError {
        Script script = find(call.arg(1));
        if (script == null) {
            throw new ScriptError(NO_SCRIPT);
        }
        run(script, call, keys, readOnly);
    }

    private void run(Script script, Call call, int keys, boolean readOnly) throws ScriptError {
        // Asking makes it the one that was used last.
        passing.get(script.name());
        runner.run(interpreter, script, call, true, 3, keys, readOnly);
    }

    /** SCRIPT FLUSH: the next script finds an interpreter as new. */
    public void flush() {
        close();
        bySha.clear();
        byText.clear();
        passing.clear();
        textBytes = 0;
    }

    public void close() {
        if (interpreter != null) {
            interpreter.close();
            interpreter = null;
        }
    }

    // ---- figures

    public int count() {
        return bySha.size();
    }

    /** Bytes that the interpreter uses. */
    public long interpreterBytes() {
        return interpreter == null ? 0 : interpreter.memoryBytes();
    }

    /** Estimated bytes of the cached texts. */
    public long cacheBytes() {
        return textBytes + (long) OVERHEAD_BYTES * count();
    }
}
