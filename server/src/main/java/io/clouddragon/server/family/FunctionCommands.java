package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.script.FunctionLibraries;
import io.clouddragon.server.script.FunctionPayload;
import io.clouddragon.server.script.Library;
import io.clouddragon.server.script.ScriptError;
import io.clouddragon.server.script.ScriptFlag;
import io.clouddragon.server.script.ScriptRunner;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.bytes.Glob;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** FCALL, FCALL_RO, and FUNCTION. */
final class FunctionCommands {
    private final FunctionLibraries libraries;
    private final ScriptRunner runner;

    FunctionCommands(ServerContext context) {
        libraries = context.scripting().functions();
        runner = context.scripting().runner();
    }

    void declare(CommandTable table) {
        ScriptCommands.runs(table.command("FCALL", call -> call(call, false)), "function", false, this::saysNoWrites)
                .summary("Invoke a function")
                .since("7.0.0")
                .complexity("Depends on the function that is executed.");
        ScriptCommands.runs(table.command("FCALL_RO", call -> call(call, true)), "function", true, this::saysNoWrites)
                .summary("Invoke a read-only function")
                .since("7.0.0")
                .complexity("Depends on the function that is executed.");
        Command function = table.container("FUNCTION")
                .group(Group.SCRIPTING)
                .summary("A container for function commands")
                .since("7.0.0")
                .complexity("Depends on subcommand.");
        declareChanges(function);
        declareQuestions(function);
        Help.declare(function, "7.0.0", HELP);
    }

    private void declareChanges(Command function) {
        String[] tips = {"request_policy:all_shards", "response_policy:all_succeeded"};
        function.subcommand("LOAD", this::load)
                .summary("Create a function with the given arguments (name, code, description)")
                .complexity("O(1) (considering compilation time is redundant)")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.NOSCRIPT)
                .tips(tips)
                .args(word("REPLACE").maybe(), string("function-code"));
        function.subcommand("DELETE", this::delete)
                .summary("Delete a function by name")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.NOSCRIPT)
                .tips(tips)
                .args(string("library-name"));
        function.subcommand("FLUSH", this::flush)
                .summary("Deleting all functions")
                .complexity("O(N) where N is the number of functions deleted")
                .flags(Flag.WRITE, Flag.NOSCRIPT)
                .tips(tips)
                .args(oneOf("async", word("ASYNC"), word("SYNC")).maybe());
        function.subcommand("RESTORE", this::restore)
                .summary("Restore all the functions on the given payload")
                .complexity("O(N) where N is the number of functions on the payload")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.NOSCRIPT)
                .tips(tips)
                .args(
                        string("serialized-value"),
                        oneOf("policy", word("FLUSH"), word("APPEND"), word("REPLACE"))
                                .maybe());
        function.subcommand("KILL", this::kill)
                .summary("Kill the function currently in execution.")
                .complexity("O(1)")
                .flags(Flag.NOSCRIPT, Flag.ALLOW_BUSY)
                .tips("request_policy:all_shards", "response_policy:one_succeeded");
    }

    private void declareQuestions(Command function) {
        function.subcommand("DUMP", this::dump)
                .summary("Dump all functions into a serialized binary payload")
                .complexity("O(N) where N is the number of functions")
                .flags(Flag.NOSCRIPT);
        function.subcommand("LIST", this::list)
                .summary("List information about all the functions")
                .complexity("O(N) where N is the number of functions")
                .flags(Flag.NOSCRIPT)
                .tips("nondeterministic_output_order")
                .args(
                        string("library-name-pattern").after("LIBRARYNAME").maybe(),
                        word("WITHCODE").maybe());
        function.subcommand("STATS", this::stats)
                .summary("Return information about the function currently running (name, description, duration)")
                .complexity("O(1)")
                .flags(Flag.NOSCRIPT, Flag.ALLOW_BUSY)
                .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special");
    }

    private boolean saysNoWrites(Call call) {
        Library.Function function = libraries.function(call.arg(1));
        return function != null && function.flags().contains(ScriptFlag.NO_WRITES);
    }

    private void call(Call call, boolean readOnly) {
        Library.Function function = libraries.function(call.arg(1));
        if (function == null) {
            call.error("ERR Function not found");
            return;
        }
        if (!Decimal.isLong(call.arg(2))) {
            call.error("ERR Bad number of keys provided");
            return;
        }
        long keys = Decimal.toLong(call.arg(2));
        if (keys > call.count() - 3) {
            call.error("ERR Number of keys can't be greater than number of args");
        } else if (keys < 0) {
            call.error("ERR Number of keys can't be negative");
        } else {
            try {
                libraries.call(call, function, (int) keys, readOnly);
            } catch (ScriptError e) {
                call.error(e.getMessage());
            }
        }
    }

    private void load(Call call) {
        int last = call.count() - 1;
        boolean replace = false;
        for (int i = 2; i < last; i++) {
            if (!call.isWord(i, "REPLACE")) {
                call.error("ERR Unknown option given: "
                        + Errors.shown(call.arg(i), call.arg(i).length()));
                return;
            }
            replace = true;
        }
        try {
            call.reply().bulk(libraries.load(call.tx(), call.arg(last), replace));
        } catch (ScriptError e) {
            call.error(e.getMessage());
        }
    }

    private void delete(Call call) {
        if (libraries.delete(call.tx(), call.arg(2).toString())) {
            call.reply().ok();
        } else {
            call.error("ERR Library not found");
        }
    }

    private void flush(Call call) {
        if (call.count() > 3) {
            call.error(Errors.subcommandSyntax(call));
        } else if (call.count() == 3 && !call.isWord(2, "SYNC") && !call.isWord(2, "ASYNC")) {
            call.error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
        } else {
            libraries.flush(call.tx());
            call.reply().ok();
        }
    }

    private void kill(Call call) {
        String refusal = runner.kill(false);
        if (refusal == null) {
            call.reply().ok();
        } else {
            call.error(refusal);
        }
    }

    private void dump(Call call) {
        call.reply().bulk(FunctionPayload.of(libraries.libraries()));
    }

    private void restore(Call call) {
        if (call.count() > 4) {
            call.error(Errors.subcommandSyntax(call));
            return;
        }
        FunctionLibraries.Policy policy = FunctionLibraries.Policy.APPEND;
        if (call.count() == 4) {
            policy = policy(call);
            if (policy == null) {
                call.error("ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
                return;
            }
        }
        try {
            libraries.restore(call.tx(), FunctionPayload.read(call.arg(2).copy()), policy);
            call.reply().ok();
        } catch (ScriptError e) {
            call.error(e.getMessage());
        }
    }

    private static FunctionLibraries.Policy policy(Call call) {
        for (FunctionLibraries.Policy policy : FunctionLibraries.Policy.values()) {
            if (call.isWord(3, policy.name())) {
                return policy;
            }
        }
        return null;
    }

    // ---- LIST

    private void list(Call call) {
        boolean withCode = false;
        Bytes pattern = null;
        for (int i = 2; i < call.count(); i++) {
            if (!withCode && call.isWord(i, "WITHCODE")) {
                withCode = true;
            } else if (pattern == null && call.isWord(i, "LIBRARYNAME")) {
                if (i == call.count() - 1) {
                    call.error("ERR library name argument was not given");
                    return;
                }
                i++;
                pattern = call.arg(i);
            } else {
                call.error("ERR Unknown argument " + Errors.shown(call.arg(i)));
                return;
            }
        }
        Bytes wanted = pattern;
        List<Library> shown = libraries.libraries().stream()
                .filter(library -> wanted == null || Glob.matches(wanted, Bytes.of(library.name()), true))
                .toList();
        call.reply().array(shown.size());
        for (Library library : shown) {
            describe(call.reply(), library, withCode);
        }
    }

    private static void describe(ReplyWriter reply, Library library, boolean withCode) {
        reply.map(withCode ? 4 : 3);
        reply.bulk("library_name");
        reply.bulk(library.name());
        reply.bulk("engine");
        reply.bulk(Library.ENGINE);
        reply.bulk("functions");
        reply.array(library.functions().size());
        library.functions().forEach((name, function) -> {
            reply.map(3);
            reply.bulk("name");
            reply.bulk(name);
            reply.bulk("description");
            if (function.description() == null) {
                reply.nullBulk();
            } else {
                reply.bulk(function.description().getBytes(StandardCharsets.ISO_8859_1));
            }
            reply.bulk("flags");
            Set<ScriptFlag> flags = function.flags();
            reply.set(flags.size());
            flags.forEach(flag -> reply.simpleString(flag.word()));
        });
        if (withCode) {
            reply.bulk("library_code");
            reply.bulk(library.code());
        }
    }

    // ---- STATS

    private void stats(Call call) {
        if (runner.isEval()) {
            call.error(runner.refusalWhileBusy());
            return;
        }
        ReplyWriter reply = call.reply();
        reply.map(2);
        reply.bulk("running_script");
        if (runner.running() == null) {
            reply.nullBulk();
        } else {
            reply.map(3);
            reply.bulk("name");
            reply.bulk(runner.running());
            reply.bulk("command");
            Call running = runner.runningCall();
            reply.array(running.count());
            for (int i = 0; i < running.count(); i++) {
                Bytes word = running.arg(i);
                reply.bulk(word.array(), word.offset(), word.length());
            }
            reply.bulk("duration_ms");
            reply.integer(runner.runMillis());
        }
        reply.bulk("engines");
        reply.map(1);
        reply.bulk(Library.ENGINE);
        reply.map(2);
        reply.bulk("libraries_count");
        reply.integer(libraries.libraries().size());
        reply.bulk("functions_count");
        reply.integer(libraries.functionCount());
    }

    private static final String[] HELP = {
        "LOAD [REPLACE] <FUNCTION CODE>",
        "    Create a new library with the given library name and code.",
        "DELETE <LIBRARY NAME>",
        "    Delete the given library.",
        "LIST [LIBRARYNAME PATTERN] [WITHCODE]",
        "    Return general information on all the libraries:",
        "    * Library name",
        "    * The engine used to run the Library",
        "    * Library description",
        "    * Functions list",
        "    * Library code (if WITHCODE is given)",
        "    It also possible to get only function that matches a pattern using LIBRARYNAME argument.",
        "STATS",
        "    Return information about the current function running:",
        "    * Function name",
        "    * Command used to run the function",
        "    * Duration in MS that the function is running",
        "    If no function is running, return nil",
        "    In addition, returns a list of available engines.",
        "KILL",
        "    Kill the current running function.",
        "FLUSH [ASYNC|SYNC]",
        "    Delete all the libraries.",
        "    When called without the optional mode argument, the behavior is determined by the",
        "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
        "    * ASYNC: Asynchronously flush the libraries.",
        "    * SYNC: Synchronously flush the libraries.",
        "DUMP",
        "    Return a serialized payload representing the current libraries, can be restored using FUNCTION RESTORE command",
        "RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
        "    Restore the libraries represented by the given payload, it is possible to give a restore policy to",
        "    control how to handle existing libraries (default APPEND):",
        "    * FLUSH: delete all existing libraries.",
        "    * APPEND: appends the restored libraries to the existing libraries. On collision, abort.",
        "    * REPLACE: appends the restored libraries to the existing libraries, On collision, replace the old",
        "      libraries with the new libraries (notice that even on this option there is a chance of failure",
        "      in case of functions name collision with another library).",
    };
}
