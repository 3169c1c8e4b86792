package proa.chaos.demo;

import proa.chaos.load.LoadReport;
import proa.chaos.load.LoadReport.Limited;
import proa.chaos.load.LoadReport.LongEcho;
import proa.chaos.load.LoadReport.ReadBack;
import proa.chaos.load.LoadReport.RequestFact;
import proa.chaos.load.LoadReport.Writer;

import java.util.List;
import java.util.Map;

/**
 * Everything a demo found out; the file of {@code --json} is this record. Times in milliseconds.
 *
 * @param gapMillis the longest time without an answer after any kill, as a 1 ms prober saw it
 * @param owner of the address, before the first and after the last kill
 * @param overlapMillis the longest that two nodes answered ARP for the address; negative: ARP was
 *     not asked
 * @param requests of all HTTP clients
 * @param sessions acknowledged writes
 * @param sticky clients with a server
 * @param rateLimit of one source over all nodes
 * @param kills each kill
 * @param startMillis of each node, from its start to ready
 * @param writers of sessions, each
 * @param longEcho one long proxied connection, which is expected to end
 * @param verdicts what had to hold, and whether it did
 * @param passed whether all did
 */
public record Facts(
        double gapMillis,
        Owner owner,
        double overlapMillis,
        Requests requests,
        Sessions sessions,
        Sticky sticky,
        RateLimit rateLimit,
        List<Kill> kills,
        Map<String, Long> startMillis,
        List<Writer> writers,
        LongEcho longEcho,
        List<Verdict> verdicts,
        boolean passed) {

    public Facts {
        kills = List.copyOf(kills);
        writers = List.copyOf(writers);
        verdicts = List.copyOf(verdicts);
    }

    /** Names of nodes; empty: nobody. */
    public record Owner(String before, String after) {}

    /**
     * Requests of all HTTP clients.
     *
     * @param inFlight begun before a kill and not answered at it, over all kills
     * @param resent on a new connection, because an idle one had died before the request
     * @param moved answered by another server than the cookie names
     * @param failures each failed one, kill by kill, with times since its kill; of one kill at most
     *     {@value LoadReport#LISTED_MAX}
     * @param inFlightAtKill each of those in flight at a kill, and what became of it; likewise
     */
    public record Requests(
            long sent,
            long failed,
            long inFlight,
            long resent,
            double perSecond,
            long moved,
            double slowestMillis,
            List<RequestFact> failures,
            List<RequestFact> inFlightAtKill) {
        public Requests {
            failures = List.copyOf(failures);
            inFlightAtKill = List.copyOf(inFlightAtKill);
        }
    }

    /**
     * Acknowledged session writes.
     *
     * @param before acknowledged before the first kill
     * @param acknowledged in all
     * @param lost not readable afterwards through one of the survivors, the most of any
     * @param waitMaxMillis the longest that a write waited for its acknowledgement after a kill
     * @param readBack through each survivor
     */
    public record Sessions(
            long before,
            long acknowledged,
            long lost,
            double waitMaxMillis,
            List<ReadBack> readBack) {
        public Sessions {
            readBack = List.copyOf(readBack);
        }
    }

    /** Sticky clients, and how many had another server afterwards, the most of any survivor. */
    public record Sticky(long before, long moved) {}

    /** The limit of one window, and the most that was admitted in one. */
    public record RateLimit(int limit, int admitted, long offered, long denied) {
        static RateLimit of(Limited limited) {
            return new RateLimit(
                    limited.limit(),
                    limited.admittedInWindow(),
                    limited.offered(),
                    limited.denied());
        }
    }

    /**
     * One kill.
     *
     * @param gapMillis without an answer
     * @param beganMillis from the kill to the beginning of that silence
     * @param over whether the service answered again
     * @param overlapMillis of two owners; negative: ARP was not asked
     * @param slowestMillis the longest that an answered probe waited
     * @param observerLateMillis the longest between two probes: the observer's own share of the gap
     * @param stolen share of the processors that the hypervisor took meanwhile, 0 to 1
     * @param failed requests, since the kill before
     * @param listed of those, what {@link Requests#failures} lists
     * @param failedAfterAnswer of those listed, begun after the address had answered again
     * @param inFlight requests begun before the kill and not answered at it
     */
    public record Kill(
            String before,
            String after,
            double gapMillis,
            double beganMillis,
            boolean over,
            double overlapMillis,
            double slowestMillis,
            double observerLateMillis,
            double stolen,
            long failed,
            long listed,
            long failedAfterAnswer,
            long inFlight) {}

    /** One thing that had to hold. */
    public record Verdict(String what, boolean holds, String found) {}
}
