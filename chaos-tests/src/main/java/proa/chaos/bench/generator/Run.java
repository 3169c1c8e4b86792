package proa.chaos.bench.generator;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One run: connections that wait for requests, or a connection for each request, at most so many at
 * a time. Everything happens on the event loop.
 *
 * <p>Kept connections are made before the first request is due or all at once, and take turns. The
 * first failure ends a run, and so does the end of a kept connection.
 */
final class Run implements Connection.Owner {

    /** Without an answer for this long after the last request was due, a request has failed. */
    static final int LATE_SECONDS = 30;

    /** A listener's queue of connections not accepted yet may be short. */
    private static final int CONNECTING_MAX = 128;

    private final Plan plan;
    private final EventLoop loop;
    private final Connector connector;
    private final Tally tally = new Tally();
    private final Set<Connection> living = new HashSet<>();
    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private @Nullable Arrivals arrivals;
    private String suite = "";
    private long start;
    private long last;
    private int made;
    private int unanswered;
    private boolean armed;
    private boolean over;

    Run(EventLoop loop, Plan plan, Connector connector) {
        this.plan = plan;
        this.loop = loop;
        this.connector = connector;
    }

    /** What came of it; connections are still open then. */
    CompletableFuture<Outcome> start() {
        loop.execute(
                () -> {
                    long limit = (long) (plan.seconds() + LATE_SECONDS);
                    loop.schedule(this::giveUp, limit, TimeUnit.SECONDS);
                    if (plan.perRequest() || plan.together()) {
                        begin();
                    } else {
                        prepare();
                    }
                });
        return outcome;
    }

    /** Ends what is left of the connections. */
    CompletableFuture<Void> close() {
        loop.execute(
                () -> {
                    over = true;
                    new ArrayList<>(living).forEach(Connection::close);
                    completeWhenClosed();
                });
        return closed;
    }

    private void prepare() {
        while (made < plan.connections() && made - free.size() < CONNECTING_MAX) {
            made++;
            living.add(connector.connect(this, Arrivals.NONE));
        }
        if (free.size() == plan.connections()) {
            begin();
        }
    }

    private void begin() {
        start = System.nanoTime();
        last = start;
        arrivals = new Arrivals(plan, start);
        pump();
    }

    /** Sends what is due as long as somebody can; ends the run when nothing more will come. */
    private void pump() {
        Arrivals due = arrivals;
        if (due == null || over) {
            return;
        }
        long now = System.nanoTime();
        for (long next = take(due, now); next != Arrivals.NONE; next = take(due, now)) {
            unanswered++;
            carry(next);
        }
        if (due.over(now) && unanswered == 0 && (!plan.perRequest() || living.isEmpty())) {
            finish();
        } else if (due.hasRate() && !armed && canCarry() && due.next() != Arrivals.NONE) {
            armed = true;
            loop.schedule(this::wake, due.next() - now, TimeUnit.NANOSECONDS);
        }
    }

    private long take(Arrivals due, long now) {
        return canCarry() ? due.take(now) : Arrivals.NONE;
    }

    private boolean canCarry() {
        return connects() || !free.isEmpty();
    }

    /** Whether the next request gets a connection of its own. */
    private boolean connects() {
        return plan.perRequest()
                ? living.size() < plan.connections()
                : plan.together() && made < plan.connections();
    }

    private void wake() {
        armed = false;
        pump();
    }

    private void carry(long due) {
        if (connects()) {
            made++;
            living.add(connector.connect(this, due));
        } else {
            free.removeFirst().send(due);
        }
    }

    @Override
    public void ready(Connection connection) {
        if (suite.isEmpty()) {
            suite = connection.suite();
        }
        if (!plan.perRequest() && !plan.together()) {
            free.addLast(connection);
            prepare();
        }
    }

    @Override
    public void answered(Connection connection, long due) {
        last = System.nanoTime();
        tally.answered(last - due);
        unanswered--;
        if (!plan.perRequest()) {
            free.addLast(connection);
            pump();
        }
    }

    @Override
    public void ended(Connection connection, Tally.@Nullable Failure why) {
        living.remove(connection);
        free.remove(connection);
        if (why != null && !over) {
            tally.failed(why);
        }
        if (why != null || !plan.perRequest()) {
            finish();
        }
        pump();
        completeWhenClosed();
    }

    private void giveUp() {
        if (!over) {
            tally.failed(Tally.Failure.LATE, Math.max(1, unanswered));
            finish();
        }
    }

    private void finish() {
        over = true;
        outcome.complete(tally.outcome(Math.max(1, last - start), suite));
    }

    private void completeWhenClosed() {
        if (over && living.isEmpty()) {
            closed.complete(null);
        }
    }
}
