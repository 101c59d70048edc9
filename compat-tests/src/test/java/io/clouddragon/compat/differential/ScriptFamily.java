package io.clouddragon.compat.differential;

/** EVAL, EVALSHA, SCRIPT, FUNCTION and FCALL: scripts put together at random from expressions, most of them odd. */
final class ScriptFamily extends Family {
    private static final String[] EXPRESSIONS = {
        "nil",
        "true",
        "false",
        "0",
        "-0",
        "1.5",
        "-2.9",
        "1e100",
        "0/0",
        "1/0",
        "2^53",
        "3e9",
        "''",
        "'text'",
        "'\\0\\255'",
        "{}",
        "{1,2,3}",
        "{1,nil,3}",
        "{{1},{'a',{}}}",
        "{ok='fine'}",
        "{err='ERR no'}",
        "{err='x'}",
        "{a=1}",
        "{double=2.5}",
        "{big_number='99'}",
        "{map={a=1}}",
        "{set={a=true}}",
        "{verbatim_string={format='txt',string='v'}}",
        "KEYS",
        "ARGV",
        "#KEYS",
        "#ARGV",
        "KEYS[1]",
        "ARGV[1]",
        "ARGV[2]",
        "nosuch",
        "redis.nosuch",
        "print",
        "cjson.null",
        "redis.call('get',KEYS[1])",
        "redis.pcall('get',KEYS[1])",
        "redis.call('incr',KEYS[1])",
        "redis.pcall('incr',KEYS[1])",
        "redis.call('set',KEYS[1],ARGV[1])",
        "redis.call('del',KEYS[1],KEYS[2])",
        "redis.call('mget',KEYS[1],'none')",
        "redis.call('exists',unpack(KEYS))",
        "redis.call(unpack(ARGV))",
        "redis.pcall(unpack(ARGV))",
        "redis.call('append',KEYS[1],1.5)",
        "redis.call('type',KEYS[1])",
        "redis.call('getrange',KEYS[1],0,-1)",
        "redis.pcall('set',KEYS[1])",
        "redis.pcall('nosuch')",
        "redis.pcall()",
        "redis.pcall({})",
        "redis.call('multi')",
        "redis.error_reply('A b')",
        "redis.error_reply('-X y')",
        "redis.status_reply('S')",
        "redis.status_reply(1)",
        "redis.sha1hex(ARGV[1])",
        "redis.sha1hex()",
        "pcall(redis.call,'nosuch')",
        "select(2,pcall(error,'e'))",
        "select(2,pcall(error,{err='e'}))",
        "error('e')",
        "error({err='E e'})",
        "error()",
        "tostring(ARGV[1])",
        "tonumber(ARGV[1])",
        "string.format('%s',ARGV[1])",
        "string.rep('x',3)",
        "table.concat(ARGV,',')",
        "loadstring('return 1')()",
        "loadstring('return x')",
        "cjson.encode(ARGV)",
        "cjson.encode({KEYS[1]})",
        "cjson.decode('[1,[],{}]')",
        "cjson.decode(ARGV[1])",
        "cjson.encode({[1]=1,[4]=2})",
        "cmsgpack.pack(ARGV)",
        "cmsgpack.unpack(cmsgpack.pack(KEYS))",
        "cmsgpack.unpack(ARGV[1])",
        "struct.pack('>I2s',#ARGV,ARGV[1])",
        "struct.unpack('b',ARGV[1])",
        "bit.band(#ARGV,3)",
        "bit.tohex(-1)",
        "bit.lshift(ARGV[1],2)",
        "next({})",
        "next(redis) ~= nil",
        "type(redis)",
        "rawget(_G,'x')",
        "_G.x",
        "(pairs(nil))",
        "pairs(nil)",
        "setmetatable({},{})",
        "getmetatable('').__index == string",
        "coroutine.wrap(function() return redis.call('ping') end)()",
    };

    private static final String[] STATEMENTS = {
        "",
        "local a = 1 ",
        "redis.call('set',KEYS[1],'s') ",
        "redis.pcall('incr',KEYS[1]) ",
        "redis.setresp(3) ",
        "redis.setresp(2) ",
        "redis.setresp(4) ",
        "redis.log(1,'x') ",
        "redis.log(9,'x') ",
        "redis.set_repl(redis.REPL_ALL) ",
        "redis.replicate_commands() ",
        "x = 1 ",
        "redis.x = 1 ",
        "KEYS[1] = 'k2' ",
        "table.insert(ARGV,'more') ",
        "table.insert(redis,1) ",
        "rawset(_G,'x',1) ",
        "string.x = 1 ",
        "if redis.call('exists',KEYS[1]) == 1 then return 'there' end ",
        "for i=1,3 do redis.call('append',KEYS[1],i) end ",
        "local t = {} for i,k in ipairs(KEYS) do t[i] = k end ",
        "redis.call('select',1) ",
        "\\n",
        "syntax error ",
    };

    ScriptFamily() {
        super("scripts", 2);
        values("script", scripts());
        values("library", libraries());
        values(
                "sha",
                "a42059b356c875f0717db19a51f6aaca9ae659ea",
                "e0e1f9fabfc9d4800c877a703b823ac0578ff8db",
                "x",
                "0000000000000000000000000000000000000000");
        values("count", "0", "1", "2", "3", "-1", "x");
        values("function", "f", "g", "F", "nosuch");
        exact(30, "EVAL {script} 2 {key} {key} {value}...");
        exact(6, "EVAL {script} 1 {number} [{value}]...");
        exact(4, "EVAL {script} {count} {key} {value} [SET {key} {value}]");
        exact(4, "EVAL {script} 1 {key} (GET {key}|SET {key} {value}|INCR {number}|NOSUCH {key}|EVAL x 0|SUBSCRIBE c)");
        exact(5, "EVAL_RO {script} 2 {key} {key} {value}...");
        exact(4, "(EVALSHA|EVALSHA_RO) {sha} {count} {key} {value}");
        exact(3, "SCRIPT LOAD {script}");
        exact(2, "SCRIPT EXISTS {sha}...");
        exact(1, "SCRIPT FLUSH [ASYNC|SYNC|X]");
        exact(1, "(SCRIPT|FUNCTION) KILL");
        exact(6, "FUNCTION LOAD [REPLACE] {library}");
        exact(8, "(FCALL|FCALL_RO) {function} {count} {key} {value}...");
        exact(1, "FUNCTION (DELETE (a|b|nosuch)|FLUSH|STATS)");
        exact(1, "FUNCTION LIST LIBRARYNAME (a|b|c*) [WITHCODE]");
        exact(3, "SET {key} {value}");
        exact(2, "GET {key}");
        exact(2, "MULTI");
        exact(3, "EXEC");
        exact(1, "DISCARD");
        exact(1, "WATCH {key}");
        compared(Comparison.KIND, 2, "HELLO [2|3]");
    }

    private static String[] scripts() {
        String[] scripts = new String[STATEMENTS.length * EXPRESSIONS.length];
        for (int i = 0; i < scripts.length; i++) {
            String expression = EXPRESSIONS[i % EXPRESSIONS.length];
            scripts[i] = unescape(STATEMENTS[i / EXPRESSIONS.length] + "return " + expression);
        }
        return scripts;
    }

    private static String[] libraries() {
        String[] libraries = new String[EXPRESSIONS.length * 3];
        for (int i = 0; i < libraries.length; i++) {
            String expression =
                    EXPRESSIONS[i % EXPRESSIONS.length].replace("KEYS", "keys").replace("ARGV", "args");
            String body = "function(keys, args) return " + expression + " end";
            libraries[i] = unescape(
                    switch (i / EXPRESSIONS.length) {
                        case 0 -> "#!lua name=a\\nredis.register_function('f', " + body + ")";
                        case 1 ->
                            "#!lua name=b\\nredis.register_function{function_name='g', callback=" + body
                                    + ", flags={'no-writes'}}";
                        default -> "#!lua name=c\\nredis.register_function('f', " + expression + ")";
                    });
        }
        return libraries;
    }

    /** A line break is written as Lua writes it: the text must not have one before it is put together. */
    private static String unescape(String text) {
        return text.replace("\\n", "\n");
    }
}
