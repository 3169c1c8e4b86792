package proa.chaos.drill.facts;

import java.util.List;

/**
 * One drill.
 *
 * @param drill its name
 * @param verdict of all its invariants together
 * @param why it was refused or ended early; empty otherwise
 * @param seconds it took
 * @param invariants each finding
 * @param timeline what happened, in order
 * @param strikes each step
 * @param carried what each balancer knew at the end
 * @param shared sessions that all clients wrote over each other
 * @param plot what clients and prober saw meanwhile
 * @param failures requests that failed, a few
 */
public record DrillFacts(
        String drill,
        String summary,
        Verdict verdict,
        String why,
        double seconds,
        List<Finding> invariants,
        List<Moment> timeline,
        List<Strike> strikes,
        List<Carried> carried,
        SharedFacts shared,
        Plot plot,
        List<ClientFact> failures) {

    public DrillFacts {
        invariants = List.copyOf(invariants);
        timeline = List.copyOf(timeline);
        strikes = List.copyOf(strikes);
        carried = List.copyOf(carried);
        failures = List.copyOf(failures);
    }

    /** Whether it was refused, or ended early, or has no finding. */
    public boolean isWorseThanItsFindings() {
        return invariants.isEmpty() || verdict != Judge.overall(invariants);
    }

    /** One that showed nothing. */
    public static DrillFacts without(String drill, String summary, Verdict verdict, String why) {
        return new DrillFacts(
                drill,
                summary,
                verdict,
                why,
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                SharedFacts.NONE,
                Plot.NONE,
                List.of());
    }

    /**
     * A period in equal parts.
     *
     * @param fromMillis its beginning, since the first fault
     * @param partMillis the length of a part
     */
    public record Plot(double fromMillis, double partMillis, List<Point> points) {

        static final Plot NONE = new Plot(0, 0, List.of());

        public Plot {
            points = List.copyOf(points);
        }
    }

    /**
     * One part.
     *
     * @param requests of HTTP clients that began in it
     * @param failed of these
     * @param probes of the prober
     * @param unanswered of these
     */
    public record Point(
            int requests,
            int failed,
            double p50Millis,
            double slowestMillis,
            int probes,
            int unanswered) {}

    /** One request that failed. */
    public record ClientFact(
            String client, String request, double begunMillis, double tookMillis, String outcome) {}
}
