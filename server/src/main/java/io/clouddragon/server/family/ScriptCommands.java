package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.command.KeySpec;
import io.clouddragon.server.script.EvalScripts;
import io.clouddragon.server.script.ScriptError;
import io.clouddragon.server.script.Scripting;
import java.util.Set;
import java.util.function.Predicate;

/** EVAL, EVALSHA, their read-only forms, and SCRIPT. */
final class ScriptCommands {
    private final Scripting scripting;
    private final EvalScripts scripts;

    ScriptCommands(ServerContext context) {
        scripting = context.scripting();
        scripts = scripting.scripts();
    }

    /** Runs a script with so many keys. */
    private interface Runner {
        void run(Call call, int keys) throws ScriptError;
    }

    void declare(CommandTable table) {
        runs(
                        table.command("EVAL", call -> run(call, (c, keys) -> scripts.eval(c, keys, false))),
                        "script",
                        false,
                        this::saysNoWrites)
                .summary("Execute a Lua script server side")
                .since("2.6.0");
        runs(table.command("EVALSHA", call -> runSha(call, false)), "sha1", false, this::saysNoWritesBySha)
                .summary("Execute a Lua script server side")
                .since("2.6.0");
        runs(
                        table.command("EVAL_RO", call -> run(call, (c, keys) -> scripts.eval(c, keys, true))),
                        "script",
                        true,
                        this::saysNoWrites)
                .summary("Execute a read-only Lua script server side")
                .since("7.0.0");
        runs(table.command("EVALSHA_RO", call -> runSha(call, true)), "sha1", true, this::saysNoWritesBySha)
                .summary("Execute a read-only Lua script server side")
                .since("7.0.0");
        declareScript(table);
    }

    /** What all commands have in common that run a script or a function. */
    static Command runs(Command command, String what, boolean readOnly, Predicate<Call> saysNoWrites) {
        command.flags(readOnly ? Flag.READONLY : Flag.MAY_REPLICATE);
        Set<KeyFlag> use =
                readOnly ? Set.of(KeyFlag.RO, KeyFlag.ACCESS) : Set.of(KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE);
        return command.group(Group.SCRIPTING)
                .complexity("Depends on the script that is executed.")
                .flags(Flag.NOSCRIPT, Flag.STALE, Flag.SKIP_MONITOR, Flag.NO_MANDATORY_KEYS)
                .args(
                        string(what),
                        integer("numkeys"),
                        key("key").maybe().many(),
                        string("arg").maybe().many())
                .keys(new KeySpec(use, 2, 0, 1, true))
                .runsScripts(saysNoWrites);
    }

    private boolean saysNoWrites(Call call) {
        return scripts.saysNoWrites(call.arg(1));
    }

    private boolean saysNoWritesBySha(Call call) {
        return scripts.saysNoWritesBySha(call.arg(1));
    }

    private void runSha(Call call, boolean readOnly) {
        if (call.arg(1).length() != EvalScripts.SHA_LENGTH) {
            call.error(EvalScripts.NO_SCRIPT);
        } else {
            run(call, (c, keys) -> scripts.evalSha(c, keys, readOnly));
        }
    }

    private static void run(Call call, Runner runner) {
        if (!call.integer(2)) {
            return;
        }
        if (call.number() > call.count() - 3) {
            call.error("ERR Number of keys can't be greater than number of args");
        } else if (call.number() < 0) {
            call.error("ERR Number of keys can't be negative");
        } else {
            try {
                runner.run(call, (int) call.number());
            } catch (ScriptError e) {
                call.error(e.getMessage());
            }
        }
    }

    private void declareScript(CommandTable table) {
        Command script = table.container("SCRIPT")
                .group(Group.SCRIPTING)
                .summary("A container for Lua scripts management commands")
                .since("2.6.0")
                .complexity("Depends on subcommand.");
        script.subcommand("LOAD", this::load)
                .summary("Load the specified Lua script into the script cache.")
                .complexity("O(N) with N being the length in bytes of the script body.")
                .flags(Flag.NOSCRIPT, Flag.STALE)
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .args(string("script"));
        script.subcommand("EXISTS", this::exists)
                .summary("Check existence of scripts in the script cache.")
                .complexity("O(N) with N being the number of scripts to check (so checking a single script is an O(1)"
                        + " operation).")
                .flags(Flag.NOSCRIPT)
                .tips("request_policy:all_shards", "response_policy:agg_logical_and")
                .args(string("sha1").many());
        script.subcommand("FLUSH", this::flush)
                .summary("Remove all the scripts from the script cache.")
                .complexity("O(N) with N being the number of scripts in cache")
                .flags(Flag.NOSCRIPT)
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .args(oneOf("async", word("ASYNC"), word("SYNC")).since("6.2.0").maybe());
        script.subcommand("KILL", this::kill)
                .summary("Kill the script currently in execution.")
                .complexity("O(1)")
                .flags(Flag.NOSCRIPT, Flag.ALLOW_BUSY)
                .tips("request_policy:all_shards", "response_policy:one_succeeded");
        script.subcommand("DEBUG", ScriptCommands::debug)
                .summary("Set the debug mode for executed scripts.")
                .since("3.2.0")
                .complexity("O(1)")
                .flags(Flag.NOSCRIPT)
                .args(oneOf("mode", word("YES"), word("SYNC"), word("NO")));
        Help.declare(script, "5.0.0", HELP);
    }

    private void load(Call call) {
        try {
            call.reply().bulk(scripts.load(call.arg(2)));
        } catch (ScriptError e) {
            call.error(e.getMessage());
        }
    }

    private void exists(Call call) {
        call.reply().array(call.count() - 2);
        for (int i = 2; i < call.count(); i++) {
            call.reply().integer(scripts.exists(call.arg(i)) ? 1 : 0);
        }
    }

    private void flush(Call call) {
        if (call.count() > 2 && !(call.count() == 3 && (call.isWord(2, "SYNC") || call.isWord(2, "ASYNC")))) {
            call.error("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
            return;
        }
        scripts.flush();
        call.reply().ok();
    }

    private void kill(Call call) {
        String refusal = scripting.runner().kill(true);
        if (refusal == null) {
            call.reply().ok();
        } else {
            call.error(refusal);
        }
    }

    private static void debug(Call call) {
        if (call.isWord(2, "NO")) {
            call.reply().ok();
        } else if (call.isWord(2, "YES") || call.isWord(2, "SYNC")) {
            call.error("ERR The Lua debugger is not supported");
        } else {
            call.error("ERR Use SCRIPT DEBUG YES/SYNC/NO");
        }
    }

    private static final String[] HELP = {
        "DEBUG (YES|SYNC|NO)",
        "    Set the debug mode for subsequent scripts executed.",
        "EXISTS <sha1> [<sha1> ...]",
        "    Return information about the existence of the scripts in the script cache.",
        "FLUSH [ASYNC|SYNC]",
        "    Flush the Lua scripts cache. Very dangerous on replicas.",
        "    When called without the optional mode argument, the behavior is determined by the",
        "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
        "    * ASYNC: Asynchronously flush the scripts cache.",
        "    * SYNC: Synchronously flush the scripts cache.",
        "KILL",
        "    Kill the currently executing Lua script.",
        "LOAD <script>",
        "    Load a script into the scripts cache without executing it.",
    };
}
