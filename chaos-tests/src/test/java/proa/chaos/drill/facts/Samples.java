package proa.chaos.drill.facts;

import static proa.chaos.drill.facts.Carried.Unasked.NONE;

import proa.config.drill.DrillPlan;
import proa.config.text.DrillReader;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Evidence of a drill in which everything held. */
public final class Samples {

    private Samples() {}

    /** A plan with this inside of {@code drill}. */
    public static DrillPlan plan(String inside) {
        DrillReader.Outcome outcome =
                DrillReader.parse("schema = 1\ndrill { " + inside + " }", "test.conf", "test");
        if (outcome instanceof DrillReader.Outcome.Ok(DrillPlan plan)) {
            return plan;
        }
        throw new IllegalArgumentException(outcome.toString());
    }

    /** A kill of the owner's node. */
    public static DrillPlan kill() {
        return plan(
                "steps = [ { faults = [ { kill = node } ] } ],"
                        + " budget { write-wait = 700ms, owner-changes = yes }");
    }

    /** One step that cost 60 ms. */
    public static Strike strike() {
        return strike(0, true, 65, "Connection reset");
    }

    /**
     * The same.
     *
     * @param overlapMillis for which two owned the address; below 0: nobody asked
     * @param connected whether the long connection was there before the fault
     * @param endMillis when it ended after it; below 0: it did not
     * @param how it ended
     */
    public static Strike strike(
            double overlapMillis, boolean connected, double endMillis, String how) {
        return new Strike(
                "kill node at owner",
                false,
                0,
                4_000,
                "lb1",
                "lb2",
                60,
                5,
                0,
                true,
                overlapMillis,
                0.01,
                2,
                3,
                210,
                3,
                0,
                connected,
                endMillis,
                how,
                900,
                Optional.empty());
    }

    /** A history without a fault. */
    public static SharedSessions shared() {
        return new SharedSessions(900, 300, 0, 0, List.of());
    }

    /** Everything held. */
    public static Evidence evidence(Strike... strikes) {
        return new Evidence(
                List.of(strikes),
                List.of(
                        new Carried("lb1", 1_500, 0, 1_000, 0, 200, 0, NONE, List.of()),
                        new Carried("lb2", 1_500, 0, 1_000, 0, 200, 0, NONE, List.of())),
                shared(),
                List.of(),
                new Evidence.Limits(100, 101, 400, 100, 115),
                new Evidence.Once(300, 299, 0, 0, 0, List.of()),
                5_000,
                2,
                0,
                0,
                0,
                Map.of("lb1", "abc", "lb2", "abc"),
                List.of(new Use("lb2/node", 100, 110, 300, 310, true)),
                List.of(),
                true,
                "",
                Map.of(),
                Optional.empty());
    }
}
