package io.clouddragon.bench.jmh;

import io.clouddragon.storage.memory.Timer;
import io.clouddragon.storage.memory.TimerWheel;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The timer wheel with many leases outstanding, as a lock server has. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class TimerWheelBenchmark {
    private static final int LEASE_MILLIS = 30_000;

    /** Takes a new lease whenever the old one ends. */
    private final class Lease extends Timer {
        @Override
        protected void fire(long nowMillis) {
            wheel.schedule(this, nowMillis + 1 + random.nextInt(LEASE_MILLIS));
        }
    }

    @Param({"1000", "1000000"})
    private int timers;

    private final SplittableRandom random = new SplittableRandom(1);
    private TimerWheel wheel;
    private Lease[] leases;
    private long now;

    @Setup
    public void fill() {
        now = 1_700_000_000_000L;
        wheel = new TimerWheel(now);
        leases = new Lease[timers];
        for (int i = 0; i < timers; i++) {
            leases[i] = new Lease();
            wheel.schedule(leases[i], now + 1 + random.nextInt(LEASE_MILLIS));
        }
    }

    /** A lease is extended: the commonest operation. */
    @Benchmark
    public void reschedule() {
        wheel.schedule(leases[random.nextInt(timers)], now + 1 + random.nextInt(LEASE_MILLIS));
    }

    @Benchmark
    public boolean cancelAndSchedule() {
        Lease lease = leases[random.nextInt(timers)];
        boolean cancelled = wheel.cancel(lease);
        wheel.schedule(lease, now + LEASE_MILLIS);
        return cancelled;
    }

    /** One timer's whole way: cascade, fire, schedule anew. */
    @Benchmark
    public long fireNext() {
        while (wheel.advance(now, 1) == 0) {
            now = Math.max(now, wheel.nextDeadline());
        }
        return now;
    }

    @Benchmark
    public long nextDeadline() {
        return wheel.nextDeadline();
    }
}
