package io.clouddragon.server.script;

import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.config.Settings;
import io.clouddragon.storage.engine.EngineLoop;

/** Everything about scripts: who runs them, those of EVAL, and the libraries of functions. */
public final class Scripting {
    private final ScriptRunner runner;
    private final EvalScripts scripts;
    private final FunctionLibraries functions;

    public Scripting(
            EngineLoop loop, CommandExecutor executor, Sessions sessions, Settings settings, String redisVersion) {
        runner = new ScriptRunner(executor, sessions, settings);
        scripts = new EvalScripts(runner, redisVersion);
        functions = new FunctionLibraries(runner, loop, redisVersion);
        loop.transact(functions::load);
    }

    public ScriptRunner runner() {
        return runner;
    }

    public EvalScripts scripts() {
        return scripts;
    }

    public FunctionLibraries functions() {
        return functions;
    }

    /** Gives back the interpreters' memory. */
    public void close() {
        scripts.close();
        functions.close();
    }
}
