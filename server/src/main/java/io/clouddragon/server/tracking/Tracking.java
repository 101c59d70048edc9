package io.clouddragon.server.tracking;

import io.clouddragon.server.pubsub.Subscriber;
import io.clouddragon.storage.bytes.Bytes;
import java.util.List;

/** What one client has asked for by CLIENT TRACKING. Event loop only. */
public final class Tracking {
    /** Which keys it is told of. */
    public enum Mode {
        OFF,
        /** Those that it has read. */
        READS,
        /** Those read by the command, or the transaction, after CLIENT CACHING YES. */
        OPT_IN,
        /** Those read by any command but that after CLIENT CACHING NO. */
        OPT_OUT,
        /** All that begin with one of its prefixes. */
        BROADCAST
    }

    /** {@link #redirect} of who gets its messages itself. */
    public static final long NO_REDIRECT = 0;

    private Mode mode = Mode.OFF;
    private boolean noLoop;
    private boolean cachingSaid;
    private long redirect;
    private boolean redirectBroken;
    private List<Bytes> prefixes = List.of();
    /** Null once it has disconnected: what still knows of it then holds nothing but this object. */
    private Subscriber subscriber;

    public Tracking(Subscriber subscriber) {
        this.subscriber = subscriber;
    }

    void begin(Mode newMode, boolean withoutOwn, long redirectTo, List<Bytes> broadcastPrefixes) {
        mode = newMode;
        noLoop = withoutOwn;
        redirect = redirectTo;
        redirectBroken = false;
        prefixes = broadcastPrefixes;
    }

    void end() {
        mode = Mode.OFF;
        noLoop = false;
        cachingSaid = false;
        redirect = NO_REDIRECT;
        redirectBroken = false;
        prefixes = List.of();
    }

    void disconnected() {
        subscriber = null;
    }

    Subscriber subscriber() {
        return subscriber;
    }

    public Mode mode() {
        return mode;
    }

    public boolean isOn() {
        return mode != Mode.OFF;
    }

    /** Whether it is not told of its own changes. */
    public boolean isNoLoop() {
        return noLoop;
    }

    /** CLIENT CACHING: the next command, or transaction, is the exception. */
    public void sayCaching() {
        cachingSaid = true;
    }

    public boolean isCachingSaid() {
        return cachingSaid;
    }

    /** The command, or transaction, that CLIENT CACHING was said of has ended. */
    public void endCaching() {
        cachingSaid = false;
    }

    /** Id of the client that gets its messages, or {@link #NO_REDIRECT}. */
    public long redirect() {
        return redirect;
    }

    /** Whether that client was found to be gone. */
    public boolean isRedirectBroken() {
        return redirectBroken;
    }

    void breakRedirect() {
        redirectBroken = true;
    }

    /** What it has asked for by PREFIX; one empty prefix for all keys. */
    public List<Bytes> prefixes() {
        return prefixes;
    }

    /** Whether keys that it reads now are to be remembered. */
    boolean remembersReads() {
        return switch (mode) {
            case READS -> true;
            case OPT_IN -> cachingSaid;
            case OPT_OUT -> !cachingSaid;
            case OFF, BROADCAST -> false;
        };
    }
}
