package io.clouddragon.server.command;

import io.clouddragon.resp.RawText;
import io.clouddragon.resp.RedisDoubles;
import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.resp.Request;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.engine.Waiter;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.keyspace.ListView;
import java.util.Arrays;

/**
 * What a command's function works with: its words, the session, the running transaction, the reply, and scratch objects
 * so that nothing need be allocated. There is one per server, reused for every command: nothing of it may be kept (a
 * parked command copies what it needs). Event loop only.
 */
public final class Call {
    /** What a key held when a type of value was asked for. */
    public enum Found {
        /** That type. */
        VALUE,
        NOTHING,
        /** Another type: the error has been written. */
        WRONG_TYPE
    }

    private static final int LAST_REDACTED_BIT = 63;

    private final EngineLoop loop;
    private final CommandExecutor executor;
    private final Entry entry = new Entry();
    private final Entry otherEntry = new Entry();
    private final Bytes value = new Bytes();
    private final Bytes otherValue = new Bytes();
    private final KeyedView keyed = new KeyedView();
    private final ListView list = new ListView();
    private Bytes[] words = new Bytes[16];
    private int count;
    private int filled;
    private Request request;
    private Session session;
    private Command command;
    private Tx tx;
    private boolean mayBlock;
    private boolean failed;
    private int positionInExec;
    private String abortText;
    private long number;
    private long redacted;

    Call(EngineLoop loop, CommandExecutor executor) {
        this.loop = loop;
        this.executor = executor;
        for (int i = 0; i < words.length; i++) {
            words[i] = new Bytes();
        }
    }

    void prepare(Session newSession, Command newCommand, Request newRequest, boolean blockingAllowed) {
        session = newSession;
        command = newCommand;
        request = newRequest;
        count = newRequest.count();
        filled = 0;
        mayBlock = blockingAllowed;
        failed = false;
        positionInExec = 0;
        redacted = 0;
    }

    void positionInExec(int position) {
        positionInExec = position;
    }

    void tx(Tx running) {
        tx = running;
    }

    // ---- words

    /** Words, the command's name included. */
    public int count() {
        return count;
    }

    /** Word {@code i}; 0 is the command's name. Valid during the call; not to be changed. */
    public Bytes arg(int i) {
        while (filled <= i) {
            if (filled == words.length) {
                growWords();
            }
            words[filled].set(request.array(), request.offset(filled), request.length(filled));
            filled++;
        }
        return words[i];
    }

    private void growWords() {
        int before = words.length;
        words = Arrays.copyOf(words, before * 2);
        for (int i = before; i < words.length; i++) {
            words[i] = new Bytes();
        }
    }

    /** After a call with very many words the views are given back. */
    void trim() {
        if (words.length > 1 << 12) {
            words = Arrays.copyOf(words, 16);
        }
    }

    /** Whether word {@code i} is this (given in upper case), letter case ignored. */
    public boolean isWord(int i, String upper) {
        return arg(i).isWord(upper);
    }

    public Request request() {
        return request;
    }

    /** Word {@code i} is a secret, to be shown by no log. */
    public void redact(int i) {
        redacted |= 1L << Math.min(i, LAST_REDACTED_BIT);
    }

    /** Whether {@link #redact} was said of word {@code i}; beyond 63 words, of any of them. */
    public boolean isRedacted(int i) {
        return (redacted & 1L << Math.min(i, LAST_REDACTED_BIT)) != 0;
    }

    /** Bytes of all words. */
    public long wordBytes() {
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += request.length(i);
        }
        return bytes;
    }

    /**
     * Reads word {@code i} as a 64-bit integer into {@link #number}.
     *
     * @return false when it is none: the error has been written
     */
    public boolean integer(int i) {
        return integer(i, Errors.NOT_AN_INTEGER);
    }

    public boolean integer(int i, String errorText) {
        Bytes word = arg(i);
        if (!Decimal.isLong(word)) {
            error(errorText);
            return false;
        }
        number = Decimal.toLong(word);
        return true;
    }

    /** As {@link #integer(int, String)}, for a number that may not be less than {@code least}. */
    public boolean integer(int i, long least, String errorText) {
        if (!integer(i, errorText)) {
            return false;
        }
        if (number < least) {
            error(errorText);
        }
        return number >= least;
    }

    /** Reads word {@code i} as milliseconds to wait, as {@link #integer} does; they may not be negative. */
    public boolean timeoutMillis(int i) {
        if (!integer(i, Errors.TIMEOUT_NOT_INTEGER)) {
            return false;
        }
        if (number < 0) {
            error(Errors.TIMEOUT_NEGATIVE);
        }
        return number >= 0;
    }

    /**
     * Reads word {@code i} as seconds to wait, as {@link #integer} does: {@link #number} is then milliseconds, rounded up, or
     * {@link Waiter#FOR_EVER} for 0.
     */
    public boolean timeoutSeconds(int i) {
        Bytes word = arg(i);
        double millis = Math.ceil(RedisDoubles.parse(word.array(), word.offset(), word.length()) * 1000);
        if (Double.isNaN(millis)) {
            error(Errors.TIMEOUT_NOT_FLOAT);
        } else if (millis < 0 || millis >= Long.MAX_VALUE) {
            // What does not fit has become negative when Redis looks at it.
            error(Errors.TIMEOUT_NEGATIVE);
        } else {
            number = millis == 0 ? Waiter.FOR_EVER : (long) millis;
            return true;
        }
        return false;
    }

    /** The number that {@link #integer} read. */
    public long number() {
        return number;
    }

    // ---- context

    public Session session() {
        return session;
    }

    public Database db() {
        return session.db();
    }

    public Command command() {
        return command;
    }

    public Tx tx() {
        return tx;
    }

    public EngineLoop loop() {
        return loop;
    }

    public CommandExecutor executor() {
        return executor;
    }

    /** Unix milliseconds, the same for the whole turn. */
    public long now() {
        return tx.now();
    }

    public Entry entry() {
        return entry;
    }

    /** A second view, where two entries are looked at together. */
    public Entry otherEntry() {
        return otherEntry;
    }

    public Bytes value() {
        return value;
    }

    public Bytes otherValue() {
        return otherValue;
    }

    // ---- replies

    public ReplyWriter reply() {
        return session.reply();
    }

    /** Answers with an error: its prefix, a space, and the text. */
    public void error(String text) {
        failed = true;
        executor.countError(text);
        reply().error(text);
    }

    /**
     * Answers with an error of any bytes.
     *
     * @param counted whether the statistics are to know of it
     */
    public void error(byte[] text, boolean counted) {
        failed = true;
        if (counted) {
            executor.countError(RawText.of(text));
        }
        reply().error(text);
    }

    public void syntaxError() {
        error(Errors.SYNTAX);
    }

    /** Whether an error has been written. */
    public boolean hasFailed() {
        return failed;
    }

    /** Writes the value of {@link #entry} (a string of any kind) as a bulk string. */
    public void replyValue() {
        if (entry.isNumber()) {
            reply().bulkInteger(entry.number());
        } else {
            entry.stored(value);
            reply().bulk(value.array(), value.offset(), value.length());
        }
    }

    public void replyBytes(Bytes bytes) {
        reply().bulk(bytes.array(), bytes.offset(), bytes.length());
    }

    /** 1 for the first command inside EXEC, and so on; 0 outside. */
    public int positionInExec() {
        return positionInExec;
    }

    /** Whether a script gave this command. */
    public boolean isInScript() {
        return !mayBlock && positionInExec == 0;
    }

    /** Nothing of the transaction is to happen: EXEC as a whole answers with this error. */
    public void abortExec(String errorText) {
        abortText = errorText;
        tx.abort();
    }

    public String abortText() {
        return abortText;
    }

    // ---- common steps

    /** Publishes a keyspace event of a key of the session's database: see {@link Tx#event} for who tells what. */
    public void notify(KeyspaceEvent type, String event, Bytes key) {
        tx.event(db(), type, event, key);
    }

    /** Reads the key at word {@code i} into {@link #entry}, expecting a string ({@link Tx#get}). */
    public Found string(int i) {
        return value(i, Kind.Type.STRING);
    }

    /** As {@link #string}, to change it ({@link Tx#peek}). */
    public Found stringToChange(int i) {
        return valueToChange(i, Kind.Type.STRING);
    }

    /** Reads the key at word {@code i} into {@link #entry}, expecting a value of this type ({@link Tx#get}). */
    public Found value(int i, Kind.Type type) {
        return tx.get(db(), arg(i), entry) ? found(type) : Found.NOTHING;
    }

    /** As {@link #value(int, Kind.Type)}, to change it ({@link Tx#peek}). */
    public Found valueToChange(int i, Kind.Type type) {
        return tx.peek(db(), arg(i), entry) ? found(type) : Found.NOTHING;
    }

    private Found found(Kind.Type type) {
        if (entry.type() != type) {
            error(Errors.WRONG_TYPE);
            return Found.WRONG_TYPE;
        }
        return Found.VALUE;
    }

    /** The hash, set or sorted set that {@link #entry} shows; a view of the call's, for one at a time. */
    public KeyedView keyed() {
        return keyed.open(entry);
    }

    /** The list that {@link #entry} shows; a view of the call's, for one at a time. */
    public ListView list() {
        return list.open(entry);
    }

    /** False inside MULTI and scripts, where a command that would wait answers as if its time were up. */
    public boolean mayBlock() {
        return mayBlock;
    }

    /**
     * Parks this call: no reply is written now, and the session reads nothing more until it is served.
     *
     * @param waitMillis how long at most, or {@link Waiter#FOR_EVER}
     */
    public void block(BlockedCall blocked, Waiter.Kind kind, long waitMillis, Bytes... keys) {
        session.blockedOn(blocked);
        loop.park(blocked, db(), kind, waitMillis, keys);
    }
}
