package io.clouddragon.http;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import java.io.IOException;

/** Reads the body of {@code POST /watch/{database}}. */
final class WatchReader extends BodyReader {
    /** Longest wait, seconds. */
    static final long MAX_WAIT_SECONDS = 300;

    private static final long DEFAULT_WAIT_MILLIS = 30_000;
    private static final int KEEP_BYTES = 64 << 10;
    private static final long FIELDS = Field.set(Field.ID, Field.VERSION, Field.WAIT);

    private final ByteSink texts = new ByteSink(256);

    /** The key that is watched. */
    final Bytes key = new Bytes();
    /** The version that the client knows. */
    long version;

    long waitMillis;

    WatchReader(HttpLimits limits, Answer answer) {
        super(limits, answer);
    }

    @Override
    void begin() {
        texts.clear(KEEP_BYTES);
        version = 0;
        waitMillis = DEFAULT_WAIT_MILLIS;
    }

    @Override
    long fields() {
        return FIELDS;
    }

    @Override
    ByteSink texts() {
        return texts;
    }

    @Override
    boolean readField(Field field) throws IOException {
        switch (field) {
            case ID:
                return string(key);
            case VERSION:
                if (!wholeNumber("a version, a whole number")) {
                    return false;
                }
                version = number();
                return version >= 0 || refuse(where() + "a version is 0 or more" + here());
            default:
                if (!seconds(false, MAX_WAIT_SECONDS)) {
                    return false;
                }
                waitMillis = millis();
                return true;
        }
    }

    @Override
    boolean check(long seen) {
        return Field.ID.isIn(seen) || refuse("ID, the key to watch, is missing");
    }
}
