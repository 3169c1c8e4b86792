package proa.cluster.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.sessions.SessionStamp;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The clocks of this member's session writes. Wall time is read at the start; from then on the
 * monotonic clock counts, drawn towards the wall by at most half a millisecond a second, so that a
 * wall that jumps does not reorder writes or end sessions.
 *
 * <p>There are two of them. The one of <em>stamps</em> never does anything else. The one of
 * <em>expiry</em> steps to the wall when both have been apart for {@link #APART_NANOS}: a guest
 * that was suspended for minutes, or a node that started before its wall was set, would otherwise
 * write sessions for days that are over already for everybody else. Safe from any thread.
 */
final class EngineClock {

    /** How far the wall may be away before expiry follows it at one go. */
    static final long APART_MILLIS = 2_000;

    /** For how long; a wall that somebody corrects by hand and back again is not followed. */
    static final long APART_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final Logger LOG = LoggerFactory.getLogger(EngineClock.class);

    /** How fast the clocks follow a wall that has moved. */
    private static final long SLEW_PARTS_PER_MILLION = 500;

    private static final long CORRECT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int node;
    private final long stepsNanos;
    private final LongSupplier wallMillis;
    private final LongSupplier nanos;
    private final AtomicLong lastTime = new AtomicLong();
    private final AtomicLong correctedAtNanos;
    private final AtomicLong stampCorrectionNanos = new AtomicLong();
    private final AtomicLong expiryCorrectionNanos = new AtomicLong();
    private final long startNanos;
    private final long startMillis;

    /** Whether the wall was far away at the last look, and when it was first seen there. */
    private volatile boolean apart;

    private volatile long apartAtNanos;

    EngineClock(int node) {
        this(node, System::currentTimeMillis, System::nanoTime);
    }

    EngineClock(int node, LongSupplier wallMillis, LongSupplier nanos) {
        this(node, Long.MAX_VALUE, wallMillis, nanos);
    }

    /**
     * @param stepsNanos expiry steps for so long
     */
    EngineClock(int node, long stepsNanos, LongSupplier wallMillis, LongSupplier nanos) {
        this.node = node;
        this.stepsNanos = stepsNanos;
        this.wallMillis = wallMillis;
        this.nanos = nanos;
        startNanos = nanos.getAsLong();
        startMillis = wallMillis.getAsLong();
        correctedAtNanos = new AtomicLong(startNanos);
    }

    /**
     * What expiry is judged by: milliseconds since 1970. Goes back only when it steps to a wall
     * that was set back.
     */
    long nowMillis() {
        return shownBy(expiryCorrectionNanos);
    }

    /** What a stamp says now, unless later ones have been seen: milliseconds, never going back. */
    long stampMillis() {
        return shownBy(stampCorrectionNanos);
    }

    /** A stamp later than every stamp this clock has given or seen. */
    SessionStamp next() {
        long now = stampMillis();
        return new SessionStamp(
                lastTime.updateAndGet(last -> SessionStamp.timeAfter(last, now)), node);
    }

    /** Another member's stamp has this time: the next ones here will be later. */
    void observe(long time) {
        lastTime.accumulateAndGet(time, Math::max);
    }

    /**
     * What is due is corrected first: who is told a time of before a correction hears an earlier
     * one next, by half a millisecond for each second that nobody asked, and what had expired is
     * there again.
     */
    private long shownBy(AtomicLong correctionNanos) {
        long now = corrected();
        return atMillis(correctionNanos.get(), now);
    }

    private long atMillis(long correctionNanos, long now) {
        return startMillis + TimeUnit.NANOSECONDS.toMillis(now - startNanos + correctionNanos);
    }

    /** Now, by the monotonic clock; once a second both clocks are corrected first. */
    private long corrected() {
        long now = nanos.getAsLong();
        long since = correctedAtNanos.get();
        long elapsed = now - since;
        if (elapsed >= CORRECT_NANOS && correctedAtNanos.compareAndSet(since, now)) {
            long most = elapsed / 1_000_000 * SLEW_PARTS_PER_MILLION;
            long wall = wallMillis.getAsLong();
            slew(stampCorrectionNanos, awayNanos(stampCorrectionNanos, wall, now), most);
            long away = awayNanos(expiryCorrectionNanos, wall, now);
            if (lastingly(away, now) && now - startNanos < stepsNanos) {
                step(away);
            } else {
                slew(expiryCorrectionNanos, away, most);
            }
        }
        return now;
    }

    private long awayNanos(AtomicLong correctionNanos, long wall, long now) {
        return TimeUnit.MILLISECONDS.toNanos(wall - atMillis(correctionNanos.get(), now));
    }

    private static void slew(AtomicLong correctionNanos, long away, long most) {
        correctionNanos.addAndGet(Math.clamp(away, -most, most));
    }

    /** Whether the wall is far away and has been, each time somebody looked, for long enough. */
    private boolean lastingly(long awayNanos, long now) {
        boolean away = Math.abs(awayNanos) > TimeUnit.MILLISECONDS.toNanos(APART_MILLIS);
        if (away && !apart) {
            apartAtNanos = now;
        }
        apart = away;
        return away && now - apartAtNanos >= APART_NANOS;
    }

    private void step(long away) {
        expiryCorrectionNanos.addAndGet(away);
        apart = false;
        LOG.warn(
                "sessions: this node's wall has been {} ms away for {} s; expiry follows it from"
                        + " now on. Was this machine suspended, or its clock set?",
                TimeUnit.NANOSECONDS.toMillis(away),
                TimeUnit.NANOSECONDS.toSeconds(APART_NANOS));
    }
}
