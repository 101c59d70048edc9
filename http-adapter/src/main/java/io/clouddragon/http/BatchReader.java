package io.clouddragon.http;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.keyspace.Kind;
import java.io.IOException;
import java.util.Base64;

/**
 * Reads the body of {@code POST /db/{database}} into a {@link BatchRequest}. To add a field: name it in {@link Field}, list
 * it in the set of its object here, read it in that object's switch.
 */
final class BatchReader extends BodyReader {
    /** Longest lease, seconds: a day. */
    static final long MAX_LEASE_SECONDS = 24 * 60 * 60;

    /** Longest wait for a lock, seconds: no lease lasts longer. */
    static final long MAX_LOCK_WAIT_SECONDS = MAX_LEASE_SECONDS;

    private static final long DEFAULT_LEASE_MILLIS = 30_000;
    private static final long DEFAULT_ID_TTL_MILLIS = 86_400_000;

    private static final long BATCH_FIELDS = Field.set(
            Field.LOCK_ID,
            Field.LOCK_DUR,
            Field.LOCK_WAIT,
            Field.UNLOCK_ID,
            Field.UNLOCK,
            Field.IDEMPOTENCY_IDS,
            Field.IDEMPOTENCY_TTL,
            Field.ATOMIC,
            Field.KV_GET,
            Field.KV_SET);
    private static final long COUNTER_FIELDS = Field.set(Field.KEY, Field.ADD, Field.SET, Field.IF_EQ);
    private static final long READ_FIELDS = Field.set(Field.KEY);
    private static final long WRITE_FIELDS =
            Field.set(Field.KEY, Field.VALUE, Field.BASE64, Field.DELETE, Field.IF_VERSION, Field.TTL);

    private final Step readId = this::readId;
    private final Step readCounter = this::readCounter;
    private final Step readRead = this::readRead;
    private final Step readWrite = this::readWrite;
    private final Members counterMember = this::counterMember;
    private final Members readMember = this::readMember;
    private final Members writeMember = this::writeMember;

    private BatchRequest batch = new BatchRequest();
    private BatchRequest.Counter counter;
    private BatchRequest.Write write;
    private Bytes read;

    BatchReader(HttpLimits limits, Answer answer) {
        super(limits, answer);
    }

    /** What was read last. */
    BatchRequest batch() {
        return batch;
    }

    @Override
    void begin() {
        if (batch.isOutgrown()) {
            batch = new BatchRequest();
        }
        batch.clear();
        batch.leaseMillis = DEFAULT_LEASE_MILLIS;
        batch.idTtlMillis = DEFAULT_ID_TTL_MILLIS;
    }

    @Override
    long fields() {
        return BATCH_FIELDS;
    }

    @Override
    ByteSink texts() {
        return batch.texts;
    }

    @Override
    boolean readField(Field field) throws IOException {
        switch (field) {
            case LOCK_ID:
                batch.locks = true;
                return name(batch.lockId);
            case LOCK_DUR:
                return seconds(true, MAX_LEASE_SECONDS) && lease(millis());
            case LOCK_WAIT:
                return seconds(false, MAX_LOCK_WAIT_SECONDS) && lockWait(millis());
            case UNLOCK_ID:
                batch.unlocks = true;
                return name(batch.unlockId);
            case UNLOCK:
                return readHandle();
            case IDEMPOTENCY_IDS:
                return each(readId);
            case IDEMPOTENCY_TTL:
                return seconds(true, MAX_SECONDS) && idTtl(millis());
            case ATOMIC:
                return each(readCounter);
            case KV_GET:
                return each(readRead);
            default:
                return each(readWrite);
        }
    }

    @Override
    boolean check(long seen) {
        if (Field.UNLOCK_ID.isIn(seen) != Field.UNLOCK.isIn(seen)) {
            return refuse("UnlockID and Unlock, the lock's handle, go together; "
                    + (Field.UNLOCK.isIn(seen) ? "UnlockID" : "Unlock") + " is missing");
        }
        return true;
    }

    private boolean lease(long millis) {
        batch.leaseMillis = millis;
        return true;
    }

    private boolean lockWait(long millis) {
        batch.lockWaitMillis = millis;
        return true;
    }

    private boolean idTtl(long millis) {
        batch.idTtlMillis = millis;
        return true;
    }

    private boolean readHandle() throws IOException {
        if (!isString()) {
            if (!wholeNumber("a lock's handle, a number")) {
                return false;
            }
            batch.handle = number();
            return true;
        }
        Bytes digits = new Bytes();
        if (!string(digits)) {
            return false;
        }
        if (!Decimal.isLong(digits)) {
            return expected("a lock's handle, a number");
        }
        batch.handle = Decimal.toLong(digits);
        return true;
    }

    private boolean readId() throws IOException {
        return name(batch.ids.next());
    }

    // ---- Atomic

    private boolean readCounter() throws IOException {
        counter = batch.counters.next();
        counter.hasIfEq = false;
        if (!object(COUNTER_FIELDS, counterMember)) {
            return false;
        }
        if (!Field.KEY.isIn(seen())) {
            return missing("Key");
        }
        if (Field.ADD.isIn(seen()) == Field.SET.isIn(seen())) {
            return refuse(where() + "either Add or Set must be there");
        }
        if (counter.hasIfEq && !counter.sets) {
            return refuse(where() + "IfEq goes with Set only");
        }
        return true;
    }

    private boolean counterMember(Field field) throws IOException {
        if (field == Field.KEY) {
            return string(counter.key);
        }
        if (!wholeNumber("a whole number")) {
            return false;
        }
        if (field == Field.IF_EQ) {
            counter.hasIfEq = true;
            counter.ifEq = number();
        } else {
            counter.sets = field == Field.SET;
            counter.operand = number();
        }
        return true;
    }

    // ---- KVGet

    private boolean readRead() throws IOException {
        read = batch.reads.next();
        if (isString()) {
            return string(read);
        }
        if (!isStructure()) {
            return expected("a key or an object");
        }
        return object(READ_FIELDS, readMember) && (Field.KEY.isIn(seen()) || missing("Key"));
    }

    private boolean readMember(Field field) throws IOException {
        return string(read);
    }

    // ---- KVSet

    private boolean readWrite() throws IOException {
        write = batch.writes.next();
        write.deletes = false;
        write.ifVersion = BatchRequest.ANY_VERSION;
        write.ttlMillis = BatchRequest.NO_TTL;
        if (!object(WRITE_FIELDS, writeMember)) {
            return false;
        }
        if (!Field.KEY.isIn(seen())) {
            return missing("Key");
        }
        int contents =
                (Field.VALUE.isIn(seen()) ? 1 : 0) + (Field.BASE64.isIn(seen()) ? 1 : 0) + (write.deletes ? 1 : 0);
        if (contents != 1) {
            return refuse(where() + "one of Value, Base64 and \"Delete\": true must be there");
        }
        if (write.deletes && write.ttlMillis != BatchRequest.NO_TTL) {
            return refuse(where() + "TTL does not go with Delete");
        }
        return true;
    }

    private boolean writeMember(Field field) throws IOException {
        switch (field) {
            case KEY:
                return string(write.key);
            case VALUE:
                write.kind = isString() ? Kind.RAW : Kind.JSON;
                return isString() ? string(write.value) : json(write.value);
            case BASE64:
                return readBase64();
            case DELETE:
                write.deletes = isTrue();
                return trueOrFalse();
            case IF_VERSION:
                return readIfVersion();
            default:
                return seconds(true, MAX_SECONDS) && ttl(millis());
        }
    }

    private boolean readBase64() throws IOException {
        if (!string(write.value)) {
            return false;
        }
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(write.value.copy());
        } catch (IllegalArgumentException e) {
            return expected("Base64 (RFC 4648)");
        }
        write.value.set(decoded, 0, decoded.length);
        write.kind = Kind.RAW;
        return true;
    }

    private boolean readIfVersion() throws IOException {
        if (!wholeNumber("a version, a whole number")) {
            return false;
        }
        write.ifVersion = number();
        return write.ifVersion >= 0 || refuse(where() + "a version is 0 or more" + here());
    }

    private boolean ttl(long millis) {
        write.ttlMillis = millis;
        return true;
    }

    private boolean missing(String field) {
        return refuse(where() + field + " is missing" + here());
    }
}
