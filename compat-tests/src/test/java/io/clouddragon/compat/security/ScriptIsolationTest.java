package io.clouddragon.compat.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.ServerExtension;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What one script does to the tables that it finds, no later script sees: scripts of all users share an interpreter. A script
 * takes hold of every table that it can reach by any function there is, and writes into it in every way there is.
 */
class ScriptIsolationTest {
    /** Calls {@code visit} with every table within reach of a script. */
    private static final String WALK = """
            local seen = {}
            local function walk(found, depth)
                if type(found) ~= 'table' or seen[found] or depth > 8 then return end
                seen[found] = true
                visit(found)
                for _, reach in ipairs {pairs, ipairs, next, getmetatable, unpack, rawget} do
                    local results = {pcall(reach, found, reach == rawget and '__index' or nil)}
                    for i = 2, 5 do walk(results[i], depth + 1) end
                end
                for _, name in ipairs {'__index', '__newindex', '__metatable', '_G', '_LOADED'} do
                    local ok, field = pcall(function() return found[name] end)
                    if ok then walk(field, depth + 1) end
                end
                for _, value in pairs(found) do walk(value, depth + 1) end
                pcall(table.foreach, found, function(_, value) walk(value, depth + 1) end)
            end
            for _, root in ipairs {_G, redis, cjson, cmsgpack, bit, struct, string, table, math, coroutine} do
                walk(root, 0)
            end
            for _, value in ipairs {'', 1, true, pairs, redis.call, cjson.null, coroutine.create(pairs)} do
                walk(getmetatable(value), 0)
            end
            return count
            """;

    private static final String PLANT = """
            local count = 0
            local function visit(found)
                count = count + 1
                pcall(function() found.planted = 1 end)
                pcall(rawset, found, 'planted', 1)
                pcall(table.insert, found, 'planted')
                pcall(setmetatable, found, {__index = {planted = 1}})
                pcall(table.foreach, found, function(key) found[key] = nil end)
                pcall(table.sort, found, function() found.planted = 1 end)
            end
            """;

    private static final String LOOK = """
            local count = 0
            local function visit(found)
                local ok, planted = pcall(function() return found.planted end)
                if ok and planted or rawget(found, 'planted') or rawget(found, 1) == 'planted' then
                    count = count + 1
                end
                for key, value in pairs(found) do
                    if key == 'planted' then count = count + 1 end
                end
            end
            """;

    @RegisterExtension
    static final ServerExtension dragon = ServerExtension.dragon();

    @RegisterExtension
    static final ServerExtension redis = ServerExtension.redis();

    private static RespConnection connection;

    @BeforeAll
    static void connect() {
        connection = dragon.connect();
        assertThat(send("FUNCTION", "LOAD", """
                #!lua name=walkers
                redis.register_function('plant', function() %s end)
                redis.register_function('look', function() %s end)
                redis.register_function('run', function(_, code) return loadstring(code[1])() end)
                """.formatted(PLANT + WALK, LOOK + WALK))
                        .toString())
                .contains("walkers");
    }

    @AfterAll
    static void disconnect() {
        connection.close();
    }

    private static RespValue send(String... words) {
        return sendTo(connection, words);
    }

    private static RespValue sendTo(RespConnection to, String... words) {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.ISO_8859_1);
        }
        return to.send(bytes);
    }

    @Test
    void whatAScriptOfEvalPlantsNoOtherFinds() {
        assertThat(send("EVAL", PLANT + WALK, "0").integer()).isGreaterThan(10);
        assertThat(send("EVAL", LOOK + WALK, "0").integer()).isZero();
    }

    @Test
    void whatAFunctionPlantsNoOtherFinds() {
        assertThat(send("FCALL", "plant", "0").integer()).isGreaterThan(10);
        assertThat(send("FCALL", "look", "0").integer()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local _, t = pairs(redis) t.call = function() return 'stolen' end",
                "local _, t = pairs(_G) t.redis = {call = function() return 'stolen' end}",
                "local _, t = pairs(getmetatable(_G)) t.__index = function() return 'stolen' end",
                "local _, t = pairs(getmetatable('')) t.__index = {upper = function() return 'stolen' end}",
                "local _, t = pairs(string) t.upper = function() return 'stolen' end",
                "local _, t = pairs(cjson) t.encode = function() return 'stolen' end",
                "local _, t = pairs(cmsgpack) t.pack = function() return 'stolen' end",
                "local _, t = pairs(table) t.concat = function() return 'stolen' end",
                "local _, t = pairs(math) t.floor = function() return 'stolen' end",
                "local _, t = pairs(_G) t.tostring = function() return 'stolen' end",
            })
    void nothingIsStolen(String attack) {
        String probe = "return table.concat({redis.call('PING').ok, ('a'):upper(), string.upper('a'), cjson.encode(1),"
                + " getmetatable('').__index.upper('a'), cmsgpack.pack(1), math.floor(1.5), tostring(1),"
                + " tostring((pcall(function() return planted end)))})";
        String untouched = "PONGAA1A\u0001" + "11false";
        send("EVAL", attack, "0");
        assertThat(send("EVAL", probe, "0").text()).isEqualTo(untouched);
        send("FCALL", "run", "0", attack);
        assertThat(send("FCALL", "run", "0", probe).text()).isEqualTo(untouched);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local n = 0 for k, v in pairs(%s) do if v == nil then error('nil') end n = n + 1 end return n > 2",
                "local f, _, c = pairs(%s) return {type(f), type(c), select('#', pairs(%1$s))}",
                "local f, t, c = pairs(%s) return {f(t, c) == next(t), f(t) ~= nil}",
                "local t = {} for k in pairs(%s) do t[#t + 1] = tostring(k == 'nonsense') end return t[1]",
            })
    void pairsGivesWhatItGivesInRedis(String code) {
        try (RespConnection oracle = redis.connect()) {
            for (String table : List.of("_G", "redis", "string", "cjson", "bit", "getmetatable('')", "{1, 2, 3}")) {
                String script = code.formatted(table);
                assertThat(send("EVAL", script, "0")).as(script).isEqualTo(sendTo(oracle, "EVAL", script, "0"));
            }
        }
    }

    /** Compiled code may do anything to the interpreter: it is read as text, wherever it comes in. */
    @Test
    void compiledCodeIsNotRun() {
        String compiled =
                send("EVAL", "return string.dump(loadstring('return 42'))", "0").text();
        try (RespConnection oracle = redis.connect()) {
            for (String[] words : List.of(
                    new String[] {"EVAL", compiled, "0"},
                    new String[] {"EVAL", "#!lua\n" + compiled, "0"},
                    new String[] {"SCRIPT", "LOAD", compiled},
                    new String[] {"FUNCTION", "LOAD", "#!lua name=compiled\n" + compiled},
                    new String[] {"EVAL", "return select(2, loadstring(ARGV[1], '=x'))", "0", compiled},
                    new String[] {
                        "EVAL",
                        "local c = ARGV[1] return select(2, load(function() local p = c c = nil return p end))",
                        "0",
                        compiled
                    })) {
                RespValue reply = send(words);
                assertThat(reply).isEqualTo(sendTo(oracle, words));
                assertThat(reply.toString()).contains("char(27)");
            }
        }
    }
}
