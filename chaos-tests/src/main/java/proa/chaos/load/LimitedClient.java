package proa.chaos.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One source that asks for more than its rate limit admits, at the floating address and at every
 * node in turn: the limit is the cluster's, not a node's. A dead node's refusals do not count.
 */
final class LimitedClient {

    private static final double REQUESTS_PER_SECOND = 40;

    private final LoadPlan plan;
    private final Pace pace;
    private final InetAddress source;
    private final List<InetSocketAddress> targets = new ArrayList<>();

    /** Admitted ones that ended within the last window, in the order they ended. */
    private final Deque<Admitted> window = new ArrayDeque<>();

    private int next;
    private long offered;
    private long admitted;
    private long denied;
    private int admittedInWindow;

    LimitedClient(LoadPlan plan, Pace pace) {
        this.plan = plan;
        this.pace = pace;
        this.source = new Sources(plan.sources().limited(), 1).at(0);
        targets.add(plan.vip(plan.ports().http()));
        plan.nodes()
                .keySet()
                .forEach(node -> targets.add(plan.node(node, plan.ports().nodeLimited())));
    }

    void start() {
        if (plan.hasLimit()) {
            pace.run("limited", REQUESTS_PER_SECOND, 0, this::request);
        }
    }

    private void request() {
        InetSocketAddress target = targets.get(next++ % targets.size());
        // An own thread, so that a target that hangs does not slow the offer down.
        Thread.ofVirtual().start(() -> ask(target));
    }

    private void ask(InetSocketAddress target) {
        long begun = System.nanoTime();
        try (HttpConnection connection =
                HttpConnection.open(source, target).named(plan.asked().host())) {
            int status = connection.get("/limited", "", true).status();
            count(status, begun, System.nanoTime());
        } catch (IOException _) {
            // Nobody there: neither admitted nor denied.
        }
    }

    /** An answer; admitted at some moment between its begin and its end, nobody knows at which. */
    synchronized void count(int status, long begunNanos, long endedNanos) {
        offered++;
        switch (status) {
            case 200 -> admit(begunNanos, endedNanos);
            case 429 -> denied++;
            default -> {}
        }
    }

    /**
     * Only what was surely admitted within one window counts: a request that was under way when a
     * node began to hang is admitted when it goes on.
     */
    private void admit(long begunNanos, long endedNanos) {
        admitted++;
        long latest =
                window.isEmpty() ? endedNanos : Math.max(endedNanos, window.getLast().endedNanos);
        window.add(new Admitted(begunNanos, latest));
        long opened = latest - windowNanos();
        while (!window.isEmpty() && window.getFirst().endedNanos <= opened) {
            window.removeFirst();
        }
        admittedInWindow = Math.max(admittedInWindow, within(opened));
    }

    private int within(long openedNanos) {
        return (int) window.stream().filter(each -> each.begunNanos > openedNanos).count();
    }

    private long windowNanos() {
        return TimeUnit.MILLISECONDS.toNanos(plan.limitWindowMillis());
    }

    private record Admitted(long begunNanos, long endedNanos) {}

    /** Counts anew; requests of the window that is open still count. */
    synchronized void forget() {
        offered = 0;
        admitted = 0;
        denied = 0;
        admittedInWindow =
                window.isEmpty() ? 0 : within(window.getLast().endedNanos - windowNanos());
    }

    synchronized LoadReport.Limited report() {
        return new LoadReport.Limited(plan.limit(), offered, admitted, denied, admittedInWindow);
    }
}
