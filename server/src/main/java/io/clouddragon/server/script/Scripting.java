package io.clouddragon.server.script;

import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.config.Settings;

/** Everything about scripts: who runs them, those of EVAL, and the libraries of functions. */
public final class Scripting {
    private final ScriptRunner runner;
    private final EvalScripts scripts;

    /** @param readSockets handles what is ready on the event loop's channels, without waiting */
    public Scripting(
            CommandExecutor executor, Sessions sessions, Settings settings, String redisVersion, Runnable readSockets) {
        runner = new ScriptRunner(executor, sessions, settings, readSockets);
        scripts = new EvalScripts(runner, redisVersion);
    }

    public ScriptRunner runner() {
        return runner;
    }

    public EvalScripts scripts() {
        return scripts;
    }

    /** Gives back the interpreters' memory. */
    public void close() {
        scripts.close();
    }
}
