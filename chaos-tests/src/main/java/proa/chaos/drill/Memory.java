package proa.chaos.drill;

import proa.chaos.drill.facts.Carried;
import proa.chaos.drill.facts.Evidence;
import proa.chaos.drill.facts.SharedSessions;
import proa.chaos.load.LoadReport;

import java.util.ArrayList;
import java.util.List;

/** Asks the clients what the balancers still know. */
final class Memory {

    private Memory() {}

    /** Every acknowledged session, every sticky client and every ended session, at one balancer. */
    static Carried of(Stage stage, String node) {
        LoadReport.ReadBack read = stage.load().readBack(node);
        LoadReport.Gone gone = stage.load().gone(node);
        List<String> examples = new ArrayList<>(read.examples());
        gone.examples().forEach(each -> examples.add("ended: " + each));
        return new Carried(
                node,
                read.sessions(),
                read.lost(),
                read.sticky(),
                read.moved(),
                gone.asked(),
                gone.returned(),
                new Carried.Unasked(read.sessionsUnasked(), read.stickyUnasked(), gone.unasked()),
                examples);
    }

    /**
     * What the clients saw of sessions that all of them write.
     *
     * @param startNanos the first fault of the drill
     */
    static SharedSessions shared(LoadReport.Registers seen, long startNanos) {
        return new SharedSessions(
                seen.reads(),
                seen.writes(),
                seen.left(),
                seen.guilty(),
                seen.breaches().stream().map(each -> breach(each, startNanos)).toList());
    }

    private static SharedSessions.Breach breach(LoadReport.Breach seen, long startNanos) {
        return new SharedSessions.Breach(
                seen.kind(),
                seen.key(),
                seen.through(),
                seen.found(),
                (seen.begunNanos() - startNanos) / 1e6,
                (seen.endedNanos() - startNanos) / 1e6,
                seen.instead(),
                (seen.insteadBegunNanos() - startNanos) / 1e6,
                (seen.insteadEndedNanos() - startNanos) / 1e6);
    }

    /** The limits; the exact sum, which was begun, only when nothing has disturbed it. */
    static Evidence.Limits limits(Stage stage, boolean quiet) {
        LoadReport.Limited limited = stage.load().report(System.nanoTime()).limited();
        LoadReport.Exact exact = quiet ? stage.load().exact() : new LoadReport.Exact(0, 0, -1, 0);
        return new Evidence.Limits(
                limited.limit(),
                limited.admittedInWindow(),
                limited.offered(),
                exact.failed() > 0 ? -1 : exact.admitted(),
                exact.offered());
    }
}
