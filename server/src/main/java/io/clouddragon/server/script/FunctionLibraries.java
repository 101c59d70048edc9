package io.clouddragon.server.script;

import io.clouddragon.server.command.Call;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The libraries of FUNCTION. They last: the text of each is an entry of the database {@code :functions}, which no client can
 * name, so they are logged, snapshot, backed up and restored like everything else, and no FLUSHALL touches them. What is
 * compiled here follows from those entries. Event loop only.
 */
public final class FunctionLibraries {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionLibraries.class);

    /** Where their texts are, by name. */
    public static final String DATABASE = ":functions";

    private static final int KEYS_AT = 3;

    /** What FUNCTION RESTORE does with libraries that are there. */
    public enum Policy {
        FLUSH,
        APPEND,
        REPLACE
    }

    private final ScriptRunner runner;
    private final EngineLoop loop;
    private final Database database;
    private final String redisVersion;
    private Interpreter interpreter;
    /** Never changed, but replaced by another, so that a transaction that is taken back can put it back. */
    private Registry registry = new Registry();

    /** What there is at a time: libraries by name, functions by name in lower case. */
    private static final class Registry {
        private final Map<String, Library> libraries = new LinkedHashMap<>();
        private final Map<String, Library.Function> functions = new LinkedHashMap<>();

        Registry copy() {
            Registry copy = new Registry();
            copy.libraries.putAll(libraries);
            copy.functions.putAll(functions);
            return copy;
        }

        void remove(String name) {
            Library library = libraries.remove(name);
            if (library != null) {
                library.functions().keySet().forEach(function -> functions.remove(lower(function)));
            }
        }

        void add(Library library) throws ScriptError {
            for (String function : library.functions().keySet()) {
                if (functions.containsKey(lower(function))) {
                    throw new ScriptError("ERR Function " + function + " already exists");
                }
            }
            libraries.put(library.name(), library);
            library.functions().forEach((name, function) -> functions.put(lower(name), function));
        }

        private static String lower(String name) {
            return name.toLowerCase(Locale.ROOT);
        }
    }

    FunctionLibraries(ScriptRunner runner, EngineLoop loop, String redisVersion) {
        this.runner = runner;
        this.loop = loop;
        this.redisVersion = redisVersion;
        this.database = loop.engine().databases().get(DATABASE);
        database.retain();
    }

    /** Made when first needed: most servers have no functions. */
    private Interpreter interpreter() {
        if (interpreter == null) {
            interpreter = new Interpreter(
                    runner,
                    replies -> new RedisApi(runner, replies, redisVersion).ofFunctions(),
                    replies -> new RedisApi(runner, replies, redisVersion).whileLoading());
        }
        return interpreter;
    }

    // ---- at the start

    /** Compiles what the data directory holds. */
    public void load(Tx tx) {
        List<byte[]> codes = new ArrayList<>();
        Bytes value = new Bytes();
        long cursor = 0;
        do {
            cursor = tx.scan(
                    database,
                    Tx.Space.KEYS,
                    cursor,
                    entry -> codes.add(entry.stored(value).copy()));
        } while (cursor != 0);
        for (byte[] code : codes) {
            try {
                registry.add(compile(new Bytes(code)));
            } catch (ScriptError e) {
                LOG.error("A function library is on disk and cannot be loaded: {}", e.getMessage());
            }
        }
    }

    // ---- changing

    /**
     * FUNCTION LOAD.
     *
     * @return the library's name
     */
    public String load(Tx tx, Bytes code, boolean replace) throws ScriptError {
        String name = LibraryHeader.of(code).name();
        if (registry.libraries.containsKey(name) && !replace) {
            throw new ScriptError("ERR Library '" + name + "' already exists");
        }
        Library library = compile(code);
        Registry next = registry.copy();
        next.remove(name);
        try {
            next.add(library);
        } catch (ScriptError e) {
            release(library);
            throw e;
        }
        become(tx, next);
        return name;
    }

    /** FUNCTION DELETE; false when there is no such library. */
    public boolean delete(Tx tx, String name) {
        if (!registry.libraries.containsKey(name)) {
            return false;
        }
        Registry next = registry.copy();
        next.remove(name);
        become(tx, next);
        return true;
    }

    /** FUNCTION FLUSH. */
    public void flush(Tx tx) {
        become(tx, new Registry());
    }

    /** FUNCTION RESTORE: all of the libraries, or none. */
    public void restore(Tx tx, List<byte[]> codes, Policy policy) throws ScriptError {
        List<Library> restored = new ArrayList<>();
        Registry next = policy == Policy.FLUSH ? new Registry() : registry.copy();
        try {
            Registry alone = new Registry();
            for (byte[] code : codes) {
                Library library = compile(new Bytes(code));
                restored.add(library);
                if (alone.libraries.containsKey(library.name())) {
                    throw new ScriptError("ERR Library '" + library.name() + "' already exists");
                }
                alone.add(library);
            }
            for (Library library : restored) {
                if (next.libraries.containsKey(library.name())) {
                    if (policy == Policy.APPEND) {
                        throw new ScriptError("ERR Library " + library.name() + " already exists");
                    }
                    next.remove(library.name());
                }
            }
            for (Library library : restored) {
                next.add(library);
            }
        } catch (ScriptError e) {
            restored.forEach(this::release);
            throw e;
        }
        become(tx, next);
    }

    /** Makes this what there is: in memory at once, on disk with the transaction, and not at all if that is taken back. */
    private void become(Tx tx, Registry next) {
        Registry before = registry;
        registry = next;
        tx.onRollback(() -> registry = before);
        for (Library library : before.libraries.values()) {
            if (next.libraries.get(library.name()) != library) {
                tx.delete(database, Bytes.of(library.name()));
                // Later: until the transaction ends it may still come back.
                loop.execute(() -> releaseUnlessUsed(library));
            }
        }
        for (Library library : next.libraries.values()) {
            if (before.libraries.get(library.name()) != library) {
                tx.put(database, Bytes.of(library.name()), Kind.RAW, new Bytes(library.code()), Entry.NO_DEADLINE);
                loop.execute(() -> releaseUnlessUsed(library));
            }
        }
    }

    private void releaseUnlessUsed(Library library) {
        if (registry.libraries.get(library.name()) != library) {
            release(library);
        }
    }

    /** Once only, however often asked: what is given back twice would be given out twice. */
    private void release(Library library) {
        if (interpreter != null) {
            library.functions()
                    .values()
                    .forEach(function ->
                            interpreter.stack().release(function.script().code()));
            library.functions().clear();
        }
    }

    private Library compile(Bytes code) throws ScriptError {
        LibraryHeader header = LibraryHeader.of(code);
        Library library = new Library(header.name(), code.copy());
        byte[] body = new byte[code.length() - header.length()];
        System.arraycopy(code.array(), code.offset() + header.length(), body, 0, body.length);
        LuaStack stack = interpreter().stack();
        if (interpreter.load(body, "@user_function") != 0) {
            String message = stack.text(-1);
            stack.pop(1);
            throw new ScriptError("ERR Error compiling function: " + message);
        }
        String failure = runner.load(interpreter, new Registration(library));
        if (failure == null && library.functions().isEmpty()) {
            failure = "ERR No functions registered";
        }
        if (failure != null) {
            release(library);
            throw new ScriptError(failure);
        }
        return library;
    }

    // ---- using

    /** FCALL: runs the function of word 1 with the keys from word 3 on. */
    public void call(Call call, Library.Function function, int keys, boolean readOnly) throws ScriptError {
        runner.run(interpreter, function.script(), call, false, KEYS_AT, keys, readOnly);
    }

    /** Null when there is no such function. Letter case does not matter. */
    public Library.Function function(Bytes name) {
        return registry.functions.get(Registry.lower(name.toString()));
    }

    public Collection<Library> libraries() {
        return registry.libraries.values();
    }

    public int functionCount() {
        return registry.functions.size();
    }

    /** Bytes of the libraries' texts. */
    public long codeBytes() {
        return libraries().stream().mapToLong(library -> library.code().length).sum();
    }

    /** Bytes that the interpreter uses. */
    public long interpreterBytes() {
        return interpreter == null ? 0 : interpreter.memoryBytes();
    }

    void close() {
        if (interpreter != null) {
            interpreter.close();
        }
    }
}
