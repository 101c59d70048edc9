package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;

/** Begins effects on parts of values, and leaves out the key where it is that of the effect before. */
final class PartEffects {
    private int keyAt;
    private int keyLength;
    private long keyspace;

    /** @param follows whether the effect before, in this very record, was one of these */
    void begin(ByteSink sink, int opcode, long space, Bytes key, boolean follows) {
        if (follows && space == keyspace && key.equalTo(sink.array(), keyAt, keyLength)) {
            sink.u8(opcode | Effects.SAME_KEY);
        } else {
            Effects.header(sink, opcode, space, key);
            keyAt = sink.size() - key.length();
            keyLength = key.length();
            keyspace = space;
        }
    }
}
