package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.node.exchange.Destination;
import proa.node.exchange.Later;
import proa.node.exchange.Server;
import proa.node.exchange.Waiter;
import proa.node.message.Edits;
import proa.node.message.FormScanner;
import proa.node.record.BackendCounters;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A choice of servers that begins later: a request that waits for its turn, and then perhaps in the
 * line of its backend. Used by one event loop; its turn comes on any thread.
 */
final class PacedDestination implements Destination {

    private final Destination inner;
    private final long dueNanos;
    private final LongSupplier nanoTime;
    private final Later later;
    private final AtomicInteger waiting;
    private @Nullable Turn turn;
    private boolean begun;

    /**
     * A choice that begins at a time.
     *
     * @param dueNanos that time, by {@code nanoTime}
     * @param waiting counts those that wait
     */
    PacedDestination(
            Destination inner,
            long dueNanos,
            LongSupplier nanoTime,
            Later later,
            AtomicInteger waiting) {
        this.inner = inner;
        this.dueNanos = dueNanos;
        this.nanoTime = nanoTime;
        this.later = later;
        this.waiting = waiting;
    }

    @Override
    public BackendCounters counters() {
        return inner.counters();
    }

    @Override
    public BackendConfig backend() {
        return inner.backend();
    }

    @Override
    public @Nullable FormScanner form() {
        return inner.form();
    }

    @Override
    public @Nullable Server next() {
        begun = begun || nanoTime.getAsLong() - dueNanos >= 0;
        return begun ? inner.next() : null;
    }

    @Override
    public Line joinLine(Waiter waiter) {
        if (begun) {
            return inner.joinLine(waiter);
        }
        begun = true; // whoever is asked to look again has its turn, whatever the clock says
        Turn mine = new Turn(waiter);
        turn = mine;
        waiting.incrementAndGet();
        later.in(Math.max(0, dueNanos - nanoTime.getAsLong()), mine::comes);
        return Line.JOINED;
    }

    @Override
    public void leaveLine() {
        Turn left = turn;
        turn = null;
        if (left == null || !left.end()) {
            inner.leaveLine();
        }
    }

    @Override
    public void answered(Server server) {
        inner.answered(server);
    }

    @Override
    public @Nullable Edits edits(@Nullable Edits ofRules) {
        return inner.edits(ofRules);
    }

    @Override
    public @Nullable String hiddenCookie() {
        return inner.hiddenCookie();
    }

    @Override
    public @Nullable String setCookieFor(Server server) {
        return inner.setCookieFor(server);
    }

    /** A turn that comes, or that somebody did not wait for. */
    private final class Turn {
        private final Waiter waiter;
        private final AtomicBoolean over = new AtomicBoolean();

        Turn(Waiter waiter) {
            this.waiter = waiter;
        }

        void comes() {
            if (end()) {
                waiter.askAgain();
            }
        }

        /** Of two that end it, one succeeds. */
        boolean end() {
            boolean first = over.compareAndSet(false, true);
            if (first) {
                waiting.decrementAndGet();
            }
            return first;
        }
    }
}
