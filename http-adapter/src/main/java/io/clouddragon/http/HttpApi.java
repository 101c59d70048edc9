package io.clouddragon.http;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.NotEnoughMemoryException;
import io.clouddragon.storage.engine.Waiter;
import io.clouddragon.storage.engine.WritesRefusedException;
import io.clouddragon.storage.log.LogFailedException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP door: JSON batches, watches and health over the engine.
 *
 * <p>A request's way: {@link RequestDecoder} (bytes to HTTP) → {@link HttpConnection} (body, order, time limits) →
 * {@link Gate} (who may come in) → {@link BatchReader} or {@link WatchReader} (JSON to what is asked) → {@link Batch} or
 * {@link Watch} (one transaction, its answer written on the way) → back to the connection, which lets the answer go once
 * everything it tells is durable. Who must wait becomes a {@link LongPoll} in the engine.
 *
 * <p>All of it runs on the one event loop that the engine runs on; every channel given to {@link #init} must be registered
 * there. Nothing here is synchronised.
 */
public final class HttpApi {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "'Date: 'EEE, dd MMM yyyy HH:mm:ss 'GMT\r\n'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);

    /** When who came while the data was loaded, or while the server was full, should ask again. */
    static final int RETRY_SECONDS = 1;

    /** Whether requests are held back for a while. */
    public interface Pause {
        /** @param writing whether it is one that may write; else any */
        boolean holds(boolean writing);
    }

    private final HttpOptions options;
    private final Gate gate;
    private final Exchange direct;
    /** For those who are served inside another request's transaction. */
    private final Exchange woken;

    private EngineLoop loop;
    private boolean stopping;
    private Pause pause = writing -> false;
    private final Set<HttpConnection> connections = new HashSet<>();
    private long dateSecond = -1;
    private byte[] date;

    /**
     * @param loop the engine; null while it is loading: until {@link #serve} everything is answered with 503
     */
    public HttpApi(EngineLoop loop, HttpOptions options) {
        this.loop = loop;
        this.options = options;
        this.gate = new Gate(options, () -> this.loop == null);
        this.direct = new Exchange(options);
        this.woken = new Exchange(options);
    }

    /** The engine is loaded. Event loop only. */
    public void serve(EngineLoop loaded) {
        loop = loaded;
    }

    /** Sets up a connection that was accepted. */
    public void init(Channel channel) {
        // Who has said all still hears the answer: `printf … | nc`.
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        RequestDecoder decoder = new RequestDecoder(options.limits());
        HttpConnection connection = new HttpConnection(this, decoder, null);
        channel.pipeline().addLast(decoder, connection);
        connections.add(connection);
        channel.closeFuture().addListener(closed -> connections.remove(connection));
    }

    /** Answers a connection that was accepted with 503, whatever it wants, and closes it. */
    public void refuse(Channel channel, String reason) {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        RequestDecoder decoder = new RequestDecoder(options.limits());
        channel.pipeline().addLast(decoder, new HttpConnection(this, decoder, reason));
    }

    /** How many are open, those refused not counted. Event loop only. */
    public int connections() {
        return connections.size();
    }

    /** Closes the connections on which nothing has come or gone for longer than so many milliseconds. Event loop only. */
    public void closeIdle(long millis) {
        long now = System.nanoTime();
        for (HttpConnection connection : List.copyOf(connections)) {
            connection.closeIfIdle(now, TimeUnit.MILLISECONDS.toNanos(millis));
        }
    }

    /** What may hold requests back from now on; {@link #resume} is to be called at its end. Event loop only. */
    public void pausedBy(Pause held) {
        pause = held;
    }

    /** A pause has ended: what was held back runs. Event loop only. */
    public void resume() {
        for (HttpConnection connection : List.copyOf(connections)) {
            connection.resume();
        }
    }

    /** The server is stopping: who waits is told so, and nobody is served any more. Event loop only. */
    public void stop() {
        stopping = true;
        for (HttpConnection connection : List.copyOf(connections)) {
            connection.stopWaiting();
        }
    }

    /** Turns a connection away for the given reason. */
    void turnAway(HttpConnection connection, String reason) {
        Request request = Request.unreadable(HttpError.UNAVAILABLE, reason);
        request.refuse(direct.answer);
        connection.answer(direct.answer, request, 0);
    }

    HttpLimits limits() {
        return options.limits();
    }

    Gate gate() {
        return gate;
    }

    /** Null while loading. */
    EngineLoop loop() {
        return loop;
    }

    /** The header line {@code Date}. */
    byte[] date() {
        long second = System.currentTimeMillis() / 1000;
        if (second != dateSecond) {
            dateSecond = second;
            date = Answer.ascii(DATE.format(Instant.ofEpochSecond(second)));
        }
        return date;
    }

    /** Runs a request: answers on its connection, or leaves it waiting there. */
    void run(HttpConnection connection, Request request) {
        Answer answer = direct.answer;
        long dependency = 0;
        if (request.isRefused()) {
            request.refuse(answer);
        } else if (stopping) {
            answer.refuse(HttpError.UNAVAILABLE, EngineLoop.STOPPING);
        } else if (loop.hasFailed()) {
            answer.refuse(HttpError.UNAVAILABLE, "the log has failed: nothing can be made durable");
        } else if (loop.isBusy()) {
            answer.refuse(HttpError.UNAVAILABLE, "a script keeps the server busy");
            answer.retryAfter(RETRY_SECONDS);
        } else if (request.target == Request.Target.HEALTH) {
            answer.ok().openObject().closeObject();
        } else if (pause.holds(false)) {
            connection.postpone(request);
        } else {
            dependency = runSafely(connection, request);
        }
        if (!connection.isWaiting()) {
            connection.answer(answer, request, dependency);
        }
    }

    /**
     * What goes wrong here must not reach the caller: that may be the engine's loop on its way through other connections'
     * answers.
     *
     * @return the revision that the answer depends on
     */
    private long runSafely(HttpConnection connection, Request request) {
        try {
            return runInEngine(connection, request);
        } catch (RuntimeException e) {
            refuse(direct.answer, e);
        } catch (OutOfMemoryError e) {
            refuse(direct.answer, new NotEnoughMemoryException(e));
        }
        return 0;
    }

    /** Answers a request whose transaction threw. */
    static void refuse(Answer answer, RuntimeException failure) {
        if (failure instanceof WritesRefusedException || failure instanceof LogFailedException) {
            answer.refuse(HttpError.UNAVAILABLE, failure.getMessage());
        } else if (failure instanceof NotEnoughMemoryException) {
            LOG.error("a request needs more memory than there is; nothing of it was done");
            answer.refuse(HttpError.UNAVAILABLE, failure.getMessage());
        } else {
            LOG.error("a request failed; nothing of it was done", failure);
            answer.refuse(HttpError.UNAVAILABLE, "an internal error; see the server's log");
        }
    }

    private long runInEngine(HttpConnection connection, Request request) {
        // Time moves before anything is read: what is due may answer others.
        loop.enter();
        Database db = loop.engine().databases().get(request.database);
        if (db == null) {
            direct.answer.refuse(HttpError.UNAVAILABLE, "there are as many databases as there may be");
            return 0;
        }
        return request.target == Request.Target.WATCH ? watch(connection, request, db) : batch(connection, request, db);
    }

    /** Answers a request that has waited, and will not be served. */
    void refuseStopping(HttpConnection connection, Request request) {
        direct.answer.refuse(HttpError.UNAVAILABLE, EngineLoop.STOPPING);
        request.closeAfterwards();
        connection.answer(direct.answer, request, 0);
    }

    private long batch(HttpConnection connection, Request request, Database db) {
        if (!direct.batchReader.read(request.body, request.bodyLength)) {
            return 0;
        }
        BatchRequest asked = direct.batchReader.batch();
        if (asked.mayWrite() && pause.holds(true)) {
            connection.postpone(request);
            return 0;
        }
        Batch batch = direct.batch.of(db, asked, request.user);
        long dependency = loop.transact(batch);
        if (batch.mustWait()) {
            LongPoll waiter = new LongPoll.ForLock(connection, request, db, woken, asked.lockId);
            park(connection, waiter, Waiter.Kind.LOCK, asked.lockWaitMillis, asked.lockId);
        } else if (direct.answer.isOk()) {
            // A batch that changed nothing tells how new what it saw was, at least, as far as that is on disk.
            long asOf = Math.max(dependency, loop.engine().log().durable());
            direct.answer.revision(batch.revision(asOf));
            connection.granted(db, asked.lockId, batch.granted());
        }
        return dependency;
    }

    private long watch(HttpConnection connection, Request request, Database db) {
        WatchReader asked = direct.watchReader;
        if (!asked.read(request.body, request.bodyLength)) {
            return 0;
        }
        long dependency = loop.transact(direct.watch.of(db, asked.key, asked.version, request.user));
        if (!direct.watch.differs()) {
            if (asked.waitMillis == 0) {
                direct.answer.noContent();
                return dependency;
            }
            LongPoll waiter = new LongPoll.ForKey(connection, request, db, woken, asked.key, asked.version);
            park(connection, waiter, Waiter.Kind.KEY, asked.waitMillis, asked.key);
        }
        return dependency;
    }

    private void park(HttpConnection connection, LongPoll waiter, Waiter.Kind kind, long waitMillis, Bytes key) {
        if (loop.engine().parkedWaiters() >= options.limits().waiters()) {
            direct.answer.refuse(HttpError.TOO_MANY_REQUESTS, "too many requests wait already");
            return;
        }
        loop.park(waiter, waiter.db, kind, waitMillis, key);
        connection.waitsFor(waiter);
    }
}
