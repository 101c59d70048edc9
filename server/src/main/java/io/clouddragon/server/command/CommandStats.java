package io.clouddragon.server.command;

/** What INFO commandstats tells of one command. Event loop only. */
public final class CommandStats {
    private long calls;
    private long nanos;
    private long rejected;
    private long failed;
    private LatencyHistogram latencies;

    void called(long tookNanos) {
        calls++;
        nanos += tookNanos;
    }

    void rejectedCall() {
        rejected++;
    }

    void failedCall() {
        failed++;
    }

    public long calls() {
        return calls;
    }

    public long nanos() {
        return nanos;
    }

    /** Refused before execution: arity, rights, memory. */
    public long rejected() {
        return rejected;
    }

    /** Answered with an error by the command itself. */
    public long failed() {
        return failed;
    }

    /** Adds to the histogram, which comes into being with the first call. */
    public void recordLatency(long tookNanos) {
        if (latencies == null) {
            latencies = new LatencyHistogram();
        }
        latencies.record(tookNanos);
    }

    /** Null when nothing was recorded. */
    public LatencyHistogram latencies() {
        return latencies;
    }

    public void reset() {
        latencies = null;
        calls = 0;
        nanos = 0;
        rejected = 0;
        failed = 0;
    }
}
