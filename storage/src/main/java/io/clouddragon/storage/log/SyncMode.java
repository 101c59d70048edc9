package io.clouddragon.storage.log;

/** When an appended record may be acknowledged, as Redis' {@code appendfsync} has it. */
public enum SyncMode {
    /** Once it is on disk. */
    ALWAYS,
    /** Once the operating system has it; somebody calls {@link Log#force} every second. */
    EVERYSEC,
    /** Once the operating system has it; the operating system decides when it goes to disk. */
    NO
}
