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
 *   ADD       7  keyspace  key  element                           put into a hash, set, sorted set; appended to a list
 *   REMOVE    8  keyspace  key  name                              of a hash, set, sorted set
 *   INSERT    9  keyspace  key  index  element                    of a list: before that index
 *   SET      10  keyspace  key  index  element                    of a list
 *   CUT      11  keyspace  key  index  count                      of a list: so many elements from there on go
 *   RENAME   12  keyspace  key  new keyspace  new key             a value with a body, moved with its deadline
 * </pre>
 *
 * With 128 added to its number an effect has no keyspace and key: they are those of the effect before in the same record.
 * In a snapshot a value with a body is an ENTRY with just the value's head, followed by items of ADDs or SPLICEs. Numbers are varints, keys, names and values are length-prefixed. A deadline is written + 1, so that 0 is "none".
 */
final class Effects {
    static final int PUT = 1;
    static final int DELETE = 2;
    static final int EXTEND = 3;
    static final int DATABASE = 4;
    static final int ENTRY = 5;
    static final int SPLICE = 6;
    static final int ADD = 7;
    static final int REMOVE = 8;
    static final int INSERT = 9;
    static final int SET = 10;
    static final int CUT = 11;
    static final int RENAME = 12;

    /** Flag of an effect whose keyspace and key are those of the effect before. */
    static final int SAME_KEY = 0x80;

    private Effects() {}

    static void put(
            ByteSink sink, long space, Bytes key, Kind kind, long deadline, byte[] value, int offset, int length) {
        header(sink, PUT, space, key);
        sink.u8(kind.ordinal());
        deadline(sink, deadline);
        sink.bytes(value, offset, length);
    }

    static void putNumber(ByteSink sink, long space, Bytes key, long deadline, long number) {
        header(sink, PUT, space, key);
        sink.u8(Kind.NUMBER.ordinal());
        deadline(sink, deadline);
        sink.varint(Long.BYTES);
        sink.i64(number);
    }

    static void delete(ByteSink sink, long space, Bytes key) {
        header(sink, DELETE, space, key);
    }

    static void extend(ByteSink sink, long space, Bytes key, long version, long deadline) {
        header(sink, EXTEND, space, key);
        sink.varint(version);
        deadline(sink, deadline);
    }

    static void rename(ByteSink sink, long space, Bytes key, long newSpace, Bytes newKey) {
        header(sink, RENAME, space, key);
        sink.varint(newSpace);
        sink.bytes(newKey);
    }

    static void database(ByteSink sink, Database database) {
        database(
                sink,
                database.name(),
                database.keys().id(),
                database.locks().id(),
                database.onceIds().id());
    }

    static void database(ByteSink sink, String name, long keys, long locks, long onceIds) {
        sink.u8(DATABASE);
        sink.bytes(Bytes.of(name));
        sink.varint(keys);
        sink.varint(locks);
        sink.varint(onceIds);
    }

    /** An ENTRY up to its value; value and version follow. */
    static void entry(ByteSink sink, long space, Bytes key, Kind kind, long deadline) {
        header(sink, ENTRY, space, key);
        sink.u8(kind.ordinal());
        deadline(sink, deadline);
    }

    static void header(ByteSink sink, int opcode, long space, Bytes key) {
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
