package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;

/**
 * The bytes of effects: what a transaction did, as absolute values and absolute deadlines, never as the command that asked
 * for it. A log record's payload is the effects of one transaction; a snapshot item is one effect. Written here, read in
 * {@link Effect}; the two stand for the format together.
 *
 * <pre>
 *   PUT       1  keyspace  key  kind  deadline  value            version = the record's revision
 *   DELETE    2  keyspace  key
 *   EXTEND    3  keyspace  key  version  deadline                 the version stays (a lock keeps its handle)
 *   DATABASE  4  name  keys  locks  onceIds                       numbers of its keyspaces, from now on
 *   ENTRY     5  keyspace  key  kind  deadline  value  version    snapshot only
 *   SPLICE    6  keyspace  key  offset  bytes                     part of a string overwritten or appended
 * </pre>
 *
 * Numbers are varints, keys, names and values are length-prefixed. A deadline is written + 1, so that 0 is "none".
 */
final class Effects {
    static final int PUT = 1;
    static final int DELETE = 2;
    static final int EXTEND = 3;
    static final int DATABASE = 4;
    static final int ENTRY = 5;
    static final int SPLICE = 6;

    private Effects() {}

    static void put(
            ByteSink sink, int space, Bytes key, Kind kind, long deadline, byte[] value, int offset, int length) {
        header(sink, PUT, space, key);
        sink.u8(kind.ordinal());
        deadline(sink, deadline);
        sink.bytes(value, offset, length);
    }

    static void putNumber(ByteSink sink, int space, Bytes key, long deadline, long number) {
        header(sink, PUT, space, key);
        sink.u8(Kind.NUMBER.ordinal());
        deadline(sink, deadline);
        sink.varint(Long.BYTES);
        sink.i64(number);
    }

    static void delete(ByteSink sink, int space, Bytes key) {
        header(sink, DELETE, space, key);
    }

    static void extend(ByteSink sink, int space, Bytes key, long version, long deadline) {
        header(sink, EXTEND, space, key);
        sink.varint(version);
        deadline(sink, deadline);
    }

    static void splice(ByteSink sink, int space, Bytes key, int offset, Bytes part) {
        header(sink, SPLICE, space, key);
        sink.varint(offset);
        sink.bytes(part);
    }

    static void database(ByteSink sink, Database database) {
        database(
                sink,
                database.name(),
                database.keys().id(),
                database.locks().id(),
                database.onceIds().id());
    }

    static void database(ByteSink sink, String name, int keys, int locks, int onceIds) {
        sink.u8(DATABASE);
        sink.bytes(Bytes.of(name));
        sink.varint(keys);
        sink.varint(locks);
        sink.varint(onceIds);
    }

    static void entry(ByteSink sink, int space, Entry entry, Bytes key, Bytes value) {
        entry(sink, space, entry.key(key), entry.kind(), entry.deadline(), entry.stored(value), entry.version());
    }

    static void entry(ByteSink sink, int space, Bytes key, Kind kind, long deadline, Bytes stored, long version) {
        header(sink, ENTRY, space, key);
        sink.u8(kind.ordinal());
        deadline(sink, deadline);
        sink.bytes(stored);
        sink.varint(version);
    }

    private static void header(ByteSink sink, int opcode, int space, Bytes key) {
        sink.u8(opcode);
        sink.varint(space);
        sink.bytes(key);
    }

    private static void deadline(ByteSink sink, long deadline) {
        sink.varint(deadline == Entry.NO_DEADLINE ? 0 : deadline + 1);
    }

    static long readDeadline(long stored) {
        return stored == 0 ? Entry.NO_DEADLINE : stored - 1;
    }
}
