package proa.chaos.drill.facts;

import java.util.List;
import java.util.Map;

/**
 * A run of drills.
 *
 * @param header what was run where
 * @param drills each
 * @param control the same faults beside those of a control; empty without one
 */
public record RunFacts(Header header, List<DrillFacts> drills, List<ControlFact> control) {

    public RunFacts {
        drills = List.copyOf(drills);
        control = List.copyOf(control);
    }

    /**
     * What was run where.
     *
     * @param configuration hash of the configuration
     * @param begun date and time, ISO 8601 in UTC
     * @param patience factor of every budget of time
     * @param brief whether faults were there no longer than their budgets ask for
     * @param place what all of it ran on, in words
     * @param unwatched invariants that nobody watched, and why
     */
    public record Header(
            String version,
            String configuration,
            long seed,
            String machine,
            int nodes,
            String begun,
            double seconds,
            double patience,
            boolean brief,
            String place,
            Map<String, String> unwatched) {

        public Header {
            unwatched = Map.copyOf(unwatched);
        }
    }

    /** The worst verdict of any drill; drills that do not apply do not count. */
    public Verdict verdict() {
        for (Verdict worst : List.of(Verdict.FAIL, Verdict.ABORTED, Verdict.UNKNOWN)) {
            if (drills.stream().anyMatch(drill -> drill.verdict() == worst)) {
                return worst;
            }
        }
        return drills.stream().anyMatch(drill -> drill.verdict() == Verdict.PASS)
                ? Verdict.PASS
                : Verdict.UNKNOWN;
    }
}
