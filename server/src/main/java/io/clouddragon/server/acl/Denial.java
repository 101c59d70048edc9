package io.clouddragon.server.acl;

/** Why a user was refused, in the words of Redis 7.0. In its order: of several the greatest is told. */
public enum Denial {
    COMMAND(
            "command",
            "run the '%s' command",
            "run the '%s' command",
            "no permission to execute the command or subcommand",
            "can't run this command or subcommand"),
    KEY(
            "key",
            "access one of the keys used as arguments",
            "access the '%s' key",
            "no permission to touch the specified keys",
            "can't access at least one of the keys mentioned in the command arguments"),
    /** The user's name or password is wrong, or the user is disabled. */
    AUTH("auth", "", "", "", ""),
    CHANNEL(
            "channel",
            "access one of the channels used as arguments",
            "access the '%s' channel",
            "no permission to access one of the channels used as argument to the command",
            "can't publish to the channel mentioned in the command");

    private final String word;
    private final String refused;
    private final String refusedByName;
    private final String refusedByExec;
    private final String refusedInScript;

    Denial(String word, String refused, String refusedByName, String refusedByExec, String refusedInScript) {
        this.word = word;
        this.refused = refused;
        this.refusedByName = refusedByName;
        this.refusedByExec = refusedByExec;
        this.refusedInScript = refusedInScript;
    }

    /** The reason in ACL LOG. */
    String word() {
        return word;
    }

    /** The error to a command. */
    public String error(String fullName) {
        return "NOPERM this user has no permissions to " + String.format(refused, fullName);
    }

    /** What ACL DRYRUN tells; {@code name} = the command, key or channel. */
    public String dryRun(String name) {
        return "This user has no permissions to " + String.format(refusedByName, name);
    }

    /** The error to a command that was allowed when it was queued. */
    public String errorInExec() {
        return "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This"
                + " command is no longer allowed for the following reason: " + refusedByExec;
    }

    /** The error to a command that a script calls. */
    public String errorInScript() {
        return "ERR The user executing the script " + refusedInScript;
    }
}
