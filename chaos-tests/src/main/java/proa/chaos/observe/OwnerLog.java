package proa.chaos.observe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which hardware address answered which ARP request for one address: who owned it when, and for how
 * long two did at once. Safe from any thread.
 *
 * <p>Two owners: the same request answered by both, or an old owner that answers again within
 * {@value #RETURN_MILLIS} ms after the new one did, and as long as it goes on with that. A later
 * return is a move back.
 */
final class OwnerLog {

    private static final int RETURN_MILLIS = 1_000;

    /** Requests are answered in this order, but for a few. */
    private static final int DISORDER_MILLIS = 500;

    /** The oldest are forgotten beyond this. */
    private static final int OWNERSHIPS_MAX = 10_000;

    private final double intervalMillis;
    private final List<Run> runs = new ArrayList<>();

    /** Consecutive requests answered by one hardware address. */
    private static final class Run {
        private final String mac;
        private final long firstRequest;
        private final long firstNanos;
        private long lastRequest;
        private long lastNanos;

        Run(String mac, long request, long nanos) {
            this.mac = mac;
            this.firstRequest = request;
            this.firstNanos = nanos;
            this.lastRequest = request;
            this.lastNanos = nanos;
        }
    }

    /**
     * @param intervalMillis between two requests: the resolution
     */
    OwnerLog(double intervalMillis) {
        this.intervalMillis = intervalMillis;
    }

    /**
     * One answer.
     *
     * @param request number of the request it answers; never lower than an earlier one by more than
     *     a few
     * @param sentNanos when that request was sent
     */
    synchronized void answer(String mac, long request, long sentNanos) {
        Run last = runs.isEmpty() ? null : runs.getLast();
        if (last != null && last.mac.equals(mac)) {
            last.lastRequest = request;
            last.lastNanos = sentNanos;
        } else {
            if (runs.size() == OWNERSHIPS_MAX) {
                runs.removeFirst();
            }
            runs.add(new Run(mac, request, sentNanos));
        }
    }

    /** Who owned the address in a period, and the overlaps in it. */
    synchronized Ownership between(long fromNanos, long toNanos) {
        List<Run> within =
                runs.stream()
                        .filter(run -> run.lastNanos >= fromNanos && run.firstNanos <= toNanos)
                        .toList();
        double overlap = 0;
        long looked = Long.MIN_VALUE;
        Set<String> before = new HashSet<>();
        for (int at = 1; at < within.size(); at++) {
            Run taker = within.get(at);
            boolean another = before.add(within.get(at - 1).mac);
            if (within.get(at - 1).lastRequest == taker.firstRequest) {
                overlap = Math.max(overlap, intervalMillis);
            }
            if (another || taker.firstNanos > looked) { // else it is a part of what was seen
                looked = latestOf(before, within, at);
                overlap = Math.max(overlap, (looked - taker.firstNanos) / 1e6);
            }
        }
        return new Ownership(
                within.stream()
                        .map(run -> new Ownership.Period(run.mac, run.firstNanos, run.lastNanos))
                        .toList(),
                overlap);
    }

    /**
     * Until when earlier owners went on answering after a run had begun. A stranger who answers
     * beside the owner makes two runs of each request: only those that can count are looked at.
     */
    private static long latestOf(Set<String> before, List<Run> within, int taker) {
        long latest = within.get(taker).firstNanos;
        double since = 0;
        for (int later = taker + 1;
                later < within.size() && since <= RETURN_MILLIS + DISORDER_MILLIS;
                later++) {
            Run run = within.get(later);
            since = (run.firstNanos - latest) / 1e6;
            if (before.contains(run.mac) && since <= RETURN_MILLIS) {
                latest = Math.max(latest, run.firstNanos);
            }
        }
        return latest;
    }
}
