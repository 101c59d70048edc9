package io.clouddragon.storage.log;

/** What a record of the log is; the numbers stand in the files, see {@link RecordFormat}. */
public enum RecordKind {
    TRANSACTION(RecordFormat.DATA),
    IDLE_MARK(RecordFormat.IDLE_MARK),
    SHUTDOWN_MARK(RecordFormat.CLEAN_MARK),
    SEGMENT_END(RecordFormat.SEGMENT_END),
    REPAIR_MARK(RecordFormat.REPAIR_MARK);

    private static final RecordKind[] ALL = values();

    private final int number;

    RecordKind(int number) {
        this.number = number;
    }

    /** Null for a number that stands for nothing. */
    static RecordKind of(int number) {
        for (RecordKind kind : ALL) {
            if (kind.number == number) {
                return kind;
            }
        }
        return null;
    }
}
