package proa.chaos.load;

import proa.chaos.history.Guilt;

import java.util.List;

/**
 * What the clients have seen so far. Times are milliseconds; "since" is since the fault.
 *
 * @param requests HTTP requests with their cookies
 * @param limited the client over its limit
 * @param writers each session writer
 * @param sessions session reads beside the writes
 * @param sticky connections of sticky clients during the load
 * @param longEcho one long TCP connection
 */
public record LoadReport(
        Requests requests,
        Limited limited,
        List<Writer> writers,
        Reads sessions,
        Sticky sticky,
        LongEcho longEcho) {

    /**
     * More requests than this are counted but not listed: some times what a kill under load costs.
     */
    public static final int LISTED_MAX = 500;

    public LoadReport {
        writers = List.copyOf(writers);
    }

    /**
     * HTTP requests.
     *
     * @param sent begun
     * @param failed without a complete expected answer
     * @param resent on a new connection, because an idle one had died before the request
     * @param perSecond begun a second, over the last five
     * @param moved answered by another server than the cookie names
     * @param inFlight those begun before the fault and not answered at it
     * @param failures the latest failed ones, at most {@value #LISTED_MAX}, in the order they began
     */
    public record Requests(
            long sent,
            long failed,
            long resent,
            double perSecond,
            long moved,
            double slowestMillis,
            List<RequestFact> inFlight,
            List<RequestFact> failures) {
        public Requests {
            inFlight = List.copyOf(inFlight);
            failures = List.copyOf(failures);
        }
    }

    /**
     * One request.
     *
     * @param begunMillis since the fault; negative before it
     * @param connection {@code new} or {@code reused}
     * @param outcome {@code answered}, or why not
     */
    public record RequestFact(
            long id,
            String client,
            String request,
            String connection,
            double begunMillis,
            double tookMillis,
            String outcome) {}

    /**
     * The client over its limit, over all nodes.
     *
     * @param admittedInWindow the most that were admitted in any window of the limit's length
     */
    public record Limited(
            int limit, long offered, long admitted, long denied, int admittedInWindow) {}

    /**
     * One session writer.
     *
     * @param target {@code vip} or a node's name
     * @param acknowledged writes that were confirmed
     * @param errors error replies and broken connections since the fault
     * @param lastError the last of them
     * @param waitMaxMillis the longest from the first attempt to the confirmation, since the fault,
     *     or to now where there is none yet
     * @param waitedAtNanos when that one began, of the clock of the machine
     * @param gaveUp writes without a confirmation after many attempts
     */
    public record Writer(
            String target,
            long acknowledged,
            long errors,
            String lastError,
            double waitMaxMillis,
            long waitedAtNanos,
            long gaveUp) {}

    /** Session reads: how many, and how many did not return what was acknowledged. */
    public record Reads(long reads, long wrong) {}

    /** Sticky connections: how many, and how many reached another server than before. */
    public record Sticky(long connections, long moved, long failed) {}

    /**
     * The long connection.
     *
     * @param echoes answered
     * @param ended how often it ended and was opened again
     * @param wrong how often because other octets came back than were sent
     * @param how what ended it last, empty when nothing did
     * @param endedMillis when, since the fault
     * @param endedSilentMillis how long nothing had come back on it by then
     * @param open whether there is one now on which something came back
     * @param silentMillis since the latest octet came back on it; 0 when it is not open
     */
    public record LongEcho(
            long echoes,
            long ended,
            long wrong,
            String how,
            double endedMillis,
            double endedSilentMillis,
            boolean open,
            double silentMillis) {

        /** There was none. */
        public static final LongEcho NONE = new LongEcho(0, 0, 0, "", 0, 0, false, 0);
    }

    /** Answer to a fill: what was written before the fault. */
    public record Filled(int sessions, int sticky, int failed, String lastError, double millis) {}

    /**
     * What one node still knew.
     *
     * @param sessions acknowledged writes whose answer was seen
     * @param lost of those, not readable or different
     * @param sticky sources that connected
     * @param moved of those, by another server than before, or none
     * @param sessionsUnasked acknowledged writes that the client's own time did not suffice for
     * @param stickyUnasked sources that it did not suffice for
     * @param examples a few of the lost and moved
     */
    public record ReadBack(
            String node,
            int sessions,
            int lost,
            int sticky,
            int moved,
            int sessionsUnasked,
            int stickyUnasked,
            double millis,
            List<String> examples) {
        public ReadBack {
            examples = List.copyOf(examples);
        }
    }

    /**
     * All HTTP requests so far.
     *
     * @param mixed answers to another request than the one that was asked
     * @param moved answered by another server than the cookie names
     */
    public record Counts(long sent, long answered, long failed, long mixed, long moved) {}

    /** Requests under way while something happened, those that must not be repeated, too. */
    public record UnderWay(long requests) {}

    /** Requests that have failed, at most {@value #LISTED_MAX}. */
    public record Failures(List<RequestFact> requests) {
        public Failures {
            requests = List.copyOf(requests);
        }
    }

    /** A period of HTTP requests in equal parts, in order. */
    public record Series(List<Part> parts) {
        public Series {
            parts = List.copyOf(parts);
        }
    }

    /**
     * HTTP requests that began in a part of a period.
     *
     * @param p50Millis of the answered ones
     * @param slowestMillis of these
     */
    public record Part(int requests, int failed, double p50Millis, double slowestMillis) {}

    /**
     * Requests that must not be carried out twice, by the receipts of the servers.
     *
     * @param sent never repeated by the client
     * @param answered with success
     * @param failed without an answer of success
     * @param doubled carried out by servers more than once
     * @param unreceived answered with success but carried out by no server
     * @param examples a few of these two
     */
    public record Once(
            long sent,
            long answered,
            long failed,
            long doubled,
            long unreceived,
            List<String> examples) {
        public Once {
            examples = List.copyOf(examples);
        }
    }

    /**
     * Sessions that are over, asked for at one node.
     *
     * @param asked removed or expired, and acknowledged as such
     * @param returned readable nevertheless
     * @param unasked of those that are over, that there was no answer about
     */
    public record Gone(String node, int asked, int returned, int unasked, List<String> examples) {
        public Gone {
            examples = List.copyOf(examples);
        }
    }

    /**
     * Sessions that all clients wrote over each other, by the whole history of them.
     *
     * @param reads that were answered
     * @param writes that were begun, acknowledged or not
     * @param left turns that were not taken because the history was full
     * @param guilty reads that no order of the writes explains; those of other sessions, too
     * @param breaches these, at most {@value #BREACHES_MAX}
     */
    public record Registers(int reads, int writes, int left, int guilty, List<Breach> breaches) {
        public Registers {
            breaches = List.copyOf(breaches);
        }
    }

    /** Both sides of a pair that is cut in two for a minute read less from each other. */
    public static final int BREACHES_MAX = 5_000;

    /**
     * A read that no order of the writes explains. Times are of the clock of the machine.
     *
     * @param through {@code vip} or a node's name
     * @param found what was read; empty: nothing
     * @param instead what had been acknowledged before; of an invented value that value
     */
    public record Breach(
            Guilt.Kind kind,
            String key,
            String through,
            String found,
            long begunNanos,
            long endedNanos,
            String instead,
            long insteadBegunNanos,
            long insteadEndedNanos) {}

    /** What a new source was admitted of more than its limit, slowly and over all nodes. */
    public record Exact(int limit, int offered, int admitted, int failed) {}

    /** Answer to a command that has nothing to tell. */
    public record Done(long nowNanos) {}
}
