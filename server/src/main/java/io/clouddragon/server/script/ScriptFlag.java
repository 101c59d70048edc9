package io.clouddragon.server.script;

/** What a script or function says of itself, in its first line or when it is registered. In Redis' order. */
public enum ScriptFlag {
    /** It calls no command that may change keys. */
    NO_WRITES("no-writes"),
    /** It may run when memory is used up. */
    ALLOW_OOM("allow-oom"),
    ALLOW_STALE("allow-stale"),
    NO_CLUSTER("no-cluster"),
    ALLOW_CROSS_SLOT_KEYS("allow-cross-slot-keys");

    private final String word;

    ScriptFlag(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    /** Null when there is none of that name. */
    static ScriptFlag of(String word) {
        for (ScriptFlag flag : values()) {
            if (flag.word.equals(word)) {
                return flag;
            }
        }
        return null;
    }
}
