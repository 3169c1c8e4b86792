package proa.node.listener;

import org.jspecify.annotations.Nullable;

import proa.config.FrontendConfig;
import proa.config.RateConfig;
import proa.node.exchange.Pace;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How often a listener takes a new connection. One that comes too early is closed, or accepting
 * pauses until the next turn, so that clients wait in the kernel's queue. Any thread.
 */
final class ConnectionPace {

    /** What has been accepted by the time that accepting stops is let in and counted. */
    private static final long ANY_WAIT = Long.MAX_VALUE;

    private final RateConfig.Connections rate;
    private final Pace pace;
    private final AtomicBoolean paused = new AtomicBoolean();

    private ConnectionPace(RateConfig.Connections rate) {
        this.rate = rate;
        this.pace = new Pace(rate.rate(), System.nanoTime());
    }

    /** That of a frontend, or null without a rate; it goes on where the one before is. */
    static @Nullable ConnectionPace of(FrontendConfig frontend, @Nullable ConnectionPace before) {
        RateConfig.Connections rate = frontend.limits().rates().connections().orElse(null);
        if (rate == null || before != null && before.rate.equals(rate)) {
            return rate == null ? null : before;
        }
        return new ConnectionPace(rate);
    }

    /** Counts a connection; false when it is to be closed. Accepting may pause. */
    boolean enter(Listener listener) {
        long now = System.nanoTime();
        if (!rate.waits()) {
            return pace.take(now);
        }
        pace.reserve(now, ANY_WAIT);
        if (pace.waitNanos(now) > 0) {
            pause(listener, pace.waitNanos(now));
        }
        return true;
    }

    private void pause(Listener listener, long nanos) {
        if (paused.compareAndSet(false, true)) {
            listener.adjust();
            listener.later(nanos, () -> goOn(listener));
        }
    }

    /** Others may have come in by the time that accepting had stopped: their turns come first. */
    private void goOn(Listener listener) {
        paused.set(false);
        long left = pace.waitNanos(System.nanoTime());
        if (left > 0) {
            pause(listener, left);
        } else {
            listener.adjust();
        }
    }

    /** Whether there is a turn now; asked when accepting pauses and when it may go on. */
    boolean accepts() {
        return !rate.waits() || pace.waitNanos(System.nanoTime()) == 0;
    }
}
