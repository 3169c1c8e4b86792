package proa.chaos.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A source that nobody has seen asks one node after the other, slowly enough for each to know of
 * what the others admitted: the cluster's sum then is exact.
 */
final class ExactLimit {

    /** More than replication takes. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(35);

    /**
     * Before what has to be denied: on a machine with other things to do replication takes longer,
     * and the sum is promised for when it is over.
     */
    private static final long QUIET_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    /** Of the window; the rest is for the requests. */
    private static final int QUIET_PART = 8;

    /** So many sources before one comes again, whose window is over by then. */
    private static final int SOURCES = 200;

    private static final int BEYOND = 15;

    private final LoadPlan plan;
    private int measured;
    private FutureTask<LoadReport.Exact> latest = new FutureTask<>(this::measure);

    ExactLimit(LoadPlan plan) {
        this.plan = plan;
    }

    /** Begins with a source of its own; what was begun before is given up. */
    void begin() {
        latest.cancel(true);
        latest = new FutureTask<>(this::measure);
        Thread.ofVirtual().start(latest);
    }

    /** What was begun last, when it is over. */
    LoadReport.Exact await() throws IOException {
        try {
            return latest.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** What is not asked within one window of the limit counts as failed: it would be of two. */
    private LoadReport.Exact measure() {
        if (!plan.hasLimit()) {
            return new LoadReport.Exact(0, 0, 0, 1);
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(plan.limitWindowMillis());
        InetAddress source =
                new Sources(plan.sources().limited(), SOURCES + 2).at(2 + measured++ % SOURCES);
        List<InetSocketAddress> targets =
                plan.nodes().keySet().stream()
                        .sorted()
                        .map(node -> plan.node(node, plan.ports().nodeLimited()))
                        .toList();
        int offered = plan.limit() + BEYOND;
        int admitted = 0;
        int failed = 0;
        for (int number = 0; number < offered; number++) {
            if (System.nanoTime() >= end || Thread.currentThread().isInterrupted()) {
                failed += offered - number;
                break;
            }
            InetSocketAddress target = targets.get(number % targets.size());
            try (HttpConnection connection =
                    HttpConnection.open(source, target).named(plan.asked().host())) {
                int status = connection.get("/limited", "", true).status();
                admitted += status == 200 ? 1 : 0;
                failed += status == 200 || status == 429 ? 0 : 1;
            } catch (IOException _) {
                failed++;
            }
            LockSupport.parkNanos(number == plan.limit() - 1 ? quietNanos() : PAUSE_NANOS);
        }
        return new LoadReport.Exact(plan.limit(), offered, admitted, failed);
    }

    private long quietNanos() {
        long window = TimeUnit.MILLISECONDS.toNanos(plan.limitWindowMillis());
        return Math.clamp(window / QUIET_PART, PAUSE_NANOS, QUIET_NANOS_MAX);
    }
}
