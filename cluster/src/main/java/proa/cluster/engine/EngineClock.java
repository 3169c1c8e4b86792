package proa.cluster.engine;

import proa.cluster.sessions.SessionStamp;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The hybrid clock of this member's session writes. Wall time is read at the start; from then on
 * the monotonic clock counts, drawn towards the wall by at most half a millisecond a second, so
 * that a wall that jumps does not reorder writes or end sessions. Safe from any thread.
 */
final class EngineClock {

    /** How fast the clock follows a wall that has moved. */
    private static final long SLEW_PARTS_PER_MILLION = 500;

    private final int node;
    private final LongSupplier wallMillis;
    private final LongSupplier nanos;
    private final AtomicLong lastTime = new AtomicLong();
    private final AtomicLong correctionNanos = new AtomicLong();
    private final AtomicLong correctedAtNanos;
    private final long startNanos;
    private final long startMillis;

    EngineClock(int node) {
        this(node, System::currentTimeMillis, System::nanoTime);
    }

    EngineClock(int node, LongSupplier wallMillis, LongSupplier nanos) {
        this.node = node;
        this.wallMillis = wallMillis;
        this.nanos = nanos;
        startNanos = nanos.getAsLong();
        startMillis = wallMillis.getAsLong();
        correctedAtNanos = new AtomicLong(startNanos);
    }

    /** Milliseconds since 1970, never going back. */
    long nowMillis() {
        long now = nanos.getAsLong();
        correct(now);
        return atMillis(now);
    }

    /** A stamp later than every stamp this clock has given or seen. */
    SessionStamp next() {
        long now = nowMillis();
        return new SessionStamp(
                lastTime.updateAndGet(last -> SessionStamp.timeAfter(last, now)), node);
    }

    /** Another member's stamp has this time: the next ones here will be later. */
    void observe(long time) {
        lastTime.accumulateAndGet(time, Math::max);
    }

    private long atMillis(long now) {
        return startMillis
                + TimeUnit.NANOSECONDS.toMillis(now - startNanos + correctionNanos.get());
    }

    private void correct(long now) {
        long since = correctedAtNanos.get();
        long elapsed = now - since;
        if (elapsed < TimeUnit.SECONDS.toNanos(1) || !correctedAtNanos.compareAndSet(since, now)) {
            return;
        }
        long most = elapsed / 1_000_000 * SLEW_PARTS_PER_MILLION;
        long wanted = TimeUnit.MILLISECONDS.toNanos(wallMillis.getAsLong() - atMillis(now));
        correctionNanos.addAndGet(Math.clamp(wanted, -most, most));
    }
}
