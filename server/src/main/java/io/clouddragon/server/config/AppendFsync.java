package io.clouddragon.server.config;

/** When what was appended to the log is synced to disk. */
public enum AppendFsync {
    /** Once a second: up to a second of acknowledged writes may be lost with the machine, none with the process. */
    EVERYSEC,
    /** Before anything that depends on it is answered. */
    ALWAYS,
    /** When the operating system does it by itself. */
    NO
}
