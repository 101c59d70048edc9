package io.clouddragon.server.acl;

/** A rule that cannot be applied; the message is the reason that Redis gives (ACLSetUserStringError). */
public final class InvalidRuleException extends Exception {
    private static final long serialVersionUID = 1;

    static final String SYNTAX = "Syntax error";
    static final String UNKNOWN = "Unknown command or category name in ACL";
    static final String AFTER_ALL_KEYS = "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and"
            + " does not have any effect. Try 'resetkeys' to start with an empty list of patterns";
    static final String AFTER_ALL_CHANNELS = "Adding a pattern after the * pattern (or the 'allchannels' flag) is not"
            + " valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels";
    static final String NO_SUCH_PASSWORD = "The password you are trying to remove from the user does not exist";
    static final String NOT_A_HASH =
            "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters";
    static final String WORD_OF_SUBCOMMAND = "Allowing first-arg of a subcommand is not supported";

    InvalidRuleException(String reason) {
        super(reason);
    }
}
