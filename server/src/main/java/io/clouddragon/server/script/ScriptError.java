package io.clouddragon.server.script;

/** A text that cannot become a script, or a script that may not run; the message is the error reply. Costs no stack trace. */
public final class ScriptError extends Exception {
    private static final long serialVersionUID = 1;

    ScriptError(String reply) {
        super(reply, null, false, false);
    }
}
