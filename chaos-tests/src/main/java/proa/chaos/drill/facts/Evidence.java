package proa.chaos.drill.facts;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What independent observers saw of one drill. Nothing in it is the product's own word but the
 * configuration's hash.
 *
 * @param strikes each step
 * @param carried what each balancer knew at the end
 * @param shared sessions that all clients wrote over each other
 * @param separations when balancers could not hear each other
 * @param limits of the rate-limited clients
 * @param once requests that must not be carried out twice
 * @param answers complete answers to HTTP requests
 * @param failed HTTP requests that failed, in any step or after it
 * @param mixed of the answers, to another request
 * @param cookiesMoved requests that another server answered than their cookie names
 * @param stickyMoved connections of sticky clients meanwhile that reached another server
 * @param hashes of each balancer's configuration
 * @param uses of processes
 * @param unmeasured processes that live, and of which is not known what they hold
 * @param steadyAfter whether everything was as before
 * @param unsteady what was not
 * @param unwatched invariants that nobody watched, and why
 * @param lasting connections that the kernel forwards; empty: there were none
 * @param lostMillis when a step began of which nobody knows whether its faults were done: what came
 *     after that may be their doing; {@link #NEVER}: there was none
 */
public record Evidence(
        List<Strike> strikes,
        List<Carried> carried,
        SharedSessions shared,
        List<Separation> separations,
        Limits limits,
        Once once,
        long answers,
        long failed,
        long mixed,
        long cookiesMoved,
        long stickyMoved,
        Map<String, String> hashes,
        List<Use> uses,
        List<String> unmeasured,
        boolean steadyAfter,
        String unsteady,
        Map<String, String> unwatched,
        Optional<Lasting> lasting,
        double lostMillis) {

    /** Every fault is known. */
    public static final double NEVER = Double.MAX_VALUE;

    public Evidence {
        strikes = List.copyOf(strikes);
        carried = List.copyOf(carried);
        separations = List.copyOf(separations);
        hashes = Map.copyOf(hashes);
        uses = List.copyOf(uses);
        unmeasured = List.copyOf(unmeasured);
        unwatched = Map.copyOf(unwatched);
    }

    /** Of a drill all of whose faults are known. */
    public Evidence(
            List<Strike> strikes,
            List<Carried> carried,
            SharedSessions shared,
            List<Separation> separations,
            Limits limits,
            Once once,
            long answers,
            long failed,
            long mixed,
            long cookiesMoved,
            long stickyMoved,
            Map<String, String> hashes,
            List<Use> uses,
            List<String> unmeasured,
            boolean steadyAfter,
            String unsteady,
            Map<String, String> unwatched,
            Optional<Lasting> lasting) {
        this(
                strikes,
                carried,
                shared,
                separations,
                limits,
                once,
                answers,
                failed,
                mixed,
                cookiesMoved,
                stickyMoved,
                hashes,
                uses,
                unmeasured,
                steadyAfter,
                unsteady,
                unwatched,
                lasting,
                NEVER);
    }

    boolean lost() {
        return lostMillis < NEVER;
    }

    /** The same as far as it was seen over IPv6: who answers, and how long nobody did. */
    Evidence overSix() {
        return new Evidence(
                strikes.stream().flatMap(strike -> strike.overSix().stream()).toList(),
                carried,
                shared,
                separations,
                limits,
                once,
                answers,
                failed,
                mixed,
                cookiesMoved,
                stickyMoved,
                hashes,
                uses,
                unmeasured,
                steadyAfter,
                unsteady,
                unwatched,
                lasting,
                lostMillis);
    }

    /**
     * Connections that were there before the first fault.
     *
     * @param alive have received the next number since
     * @param broken have ended, or received another number
     * @param first why the first of those broke; empty: none has
     */
    public record Lasting(int connections, int alive, int broken, String first) {

        /**
         * Not one may be lost, but of a rule set that is flushed: until vipd has made its tables
         * again, a host resets what it forwarded.
         */
        Finding judged(boolean flushed) {
            int lost = Math.max(connections - alive, broken);
            String why = alive + " of " + connections + (first.isEmpty() ? "" : ", " + first);
            return new Finding(
                    "I10",
                    "a connection that the kernel forwards goes on",
                    lost == 0 ? Verdict.PASS : flushed ? Verdict.NOT_APPLICABLE : Verdict.FAIL,
                    lost,
                    "connections",
                    lost > 0 && flushed ? why + "; a flushed rule set may reset them" : why);
        }
    }

    /**
     * Two clients over their limit.
     *
     * @param limit of a window
     * @param admittedInWindow the most that was admitted of the fast one in any window
     * @param offered by it
     * @param exactAdmitted of the slow one after the drill, whose sum is exact; negative: not asked
     * @param exactOffered by it
     */
    public record Limits(
            int limit, int admittedInWindow, long offered, int exactAdmitted, int exactOffered) {}

    /**
     * Requests that are never sent again.
     *
     * @param failed without an answer of success
     * @param doubled carried out more than once
     * @param unreceived answered with success and carried out by nobody
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
}
