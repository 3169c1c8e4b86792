package proa.chaos.drill;

import proa.chaos.drill.facts.Separation;
import proa.chaos.drill.facts.Strike;
import proa.chaos.lab.Balancer;
import proa.chaos.lab.StolenTime;
import proa.chaos.load.LoadReport;
import proa.chaos.load.LoadReport.Writer;
import proa.chaos.observe.Observation;
import proa.chaos.observe.Silence;
import proa.config.drill.Fault;
import proa.config.drill.Step;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gathers what one step does, from before its first fault until everything is whole again. */
final class StrikeWatch {

    /** A connection with fifty echoes a second on which there was none for so long is silent. */
    private static final double SILENT_MILLIS = 1_000;

    private static final String SILENT = "open and silent";

    /** Longer than a killed process needs to give up its sockets. */
    private static final long DYING_NANOS = 50_000_000;

    private final Stage stage;
    private final Roles roles;
    private final Step step;
    private final Set<String> victims;
    private final long failedBefore;
    private final long endedBefore;
    private final long wrongBefore;
    private boolean connected;
    private final long begunNanos = System.nanoTime();
    private final StolenTime stolen = new StolenTime();
    private long hungNanos = Long.MAX_VALUE;
    private final List<Long> faultsNanos = new ArrayList<>();
    private final List<Long> thereNanos = new ArrayList<>();
    private long inFlight;
    private long undoneNanos = begunNanos;
    private double wholeMillis = -1;
    private String after = "";
    private double heldMillis;
    private double connectionEndMillis = -1;
    private String connectionEnd = "";

    StrikeWatch(Stage stage, Roles roles, Step step, long failedBefore) {
        LoadReport.LongEcho echo = stage.load().report(begunNanos).longEcho();
        this.stage = stage;
        this.roles = roles;
        this.step = step;
        this.victims = roles.victims(step);
        this.failedBefore = failedBefore;
        this.endedBefore = echo.ended();
        this.wrongBefore = echo.wrong();
        this.connected = isAlive(stage, echo);
    }

    /** Whether octets come back on the long connection now. */
    static boolean isAlive(Stage stage, LoadReport.LongEcho echo) {
        return echo.open() && echo.silentMillis() <= SILENT_MILLIS * stage.pace().patience();
    }

    String text() {
        return step.text();
    }

    long begunNanos() {
        return begunNanos;
    }

    int faults() {
        return faultsNanos.size();
    }

    /**
     * A fault has been committed; a dying process takes requests until it is dead.
     *
     * @param owner who answered for the address before it
     */
    void fault(Fault fault, String owner, long faultNanos, long committedNanos) {
        faultsNanos.add(faultNanos);
        thereNanos.add(committedNanos);
        if (fault instanceof Fault.Hang hang) {
            if (roles.machine(hang.at()).equals(owner)) {
                hungNanos = Math.min(hungNanos, faultNanos);
            }
        } else if (!losesNothing(fault)) {
            long dead = Math.min(committedNanos, faultNanos + DYING_NANOS);
            inFlight += stage.load().underWay(faultNanos, dead);
        }
    }

    private static boolean losesNothing(Fault fault) {
        return fault.planned()
                || fault instanceof Fault.Clock
                || fault instanceof Fault.Fill
                || fault instanceof Fault.Flush;
    }

    /** The kernel of a hung process takes requests until the address has moved. */
    private void countHung() {
        if (hungNanos != Long.MAX_VALUE) {
            Silence silence = stage.silence(stage.observer().since(hungNanos));
            long moved = silence.startNanos() + (long) (silence.gapMillis() * 1e6);
            inFlight += stage.load().underWay(hungNanos, Math.max(hungNanos, moved));
        }
    }

    /** All faults have been there for their time. */
    void held() {
        countHung();
        after = stage.ownerSeen().map(Balancer::name).orElse("");
        LoadReport.LongEcho echo = stage.load().report(begunNanos).longEcho();
        if (echo.ended() > endedBefore) {
            connectionEndMillis = sinceFault(echo.endedMillis());
            connectionEnd = echo.wrong() > wrongBefore ? Strike.WRONG + echo.how() : echo.how();
        } else if (connected && !isAlive(stage, echo)) {
            heldMillis = (System.nanoTime() - begunNanos) / 1e6;
            connectionEndMillis = Math.min(echo.silentMillis(), heldMillis - firstFaultMillis());
            connectionEnd = SILENT;
        }
    }

    private double firstFaultMillis() {
        return faultsNanos.isEmpty() ? 0 : (faultsNanos.getFirst() - begunNanos) / 1e6;
    }

    /**
     * After the latest fault before it: what an earlier one did not end, it has not to answer for.
     */
    private double sinceFault(double millis) {
        long at = begunNanos + (long) (millis * 1e6);
        long fault =
                faultsNanos.stream().filter(nanos -> nanos <= at).reduce(begunNanos, Math::max);
        return (at - fault) / 1e6;
    }

    /** All faults are undone. */
    void undone(long nanos) {
        undoneNanos = nanos;
    }

    long undoneNanos() {
        return undoneNanos;
    }

    /** Everything is as before. */
    void whole(long nanos) {
        wholeMillis = (nanos - undoneNanos) / 1e6;
    }

    /** What is to be seen while the faults are there. */
    record Glance(double gapMillis, double overlapMillis) {}

    Glance glance() {
        Observation seen = stage.observer().since(begunNanos);
        Optional<Strike.Six> six = stage.six(seen);
        return new Glance(
                Math.max(
                        stage.silence(seen).gapMillis(),
                        six.map(Strike.Six::gapMillis).orElse(-1.0)),
                Math.max(
                        stage.overlapMillis(seen),
                        six.map(Strike.Six::overlapMillis).orElse(-1.0)));
    }

    /**
     * When balancers could not hear each other.
     *
     * @param startNanos the first fault of the drill
     */
    List<Separation> separations(long startNanos) {
        List<Separations.Committed> faults = new ArrayList<>();
        for (int at = 0; at < faultsNanos.size(); at++) {
            faults.add(
                    new Separations.Committed(
                            (faultsNanos.get(at) - startNanos) / 1e6,
                            (thereNanos.get(at) - startNanos) / 1e6));
        }
        double undone = (undoneNanos - startNanos) / 1e6;
        return new Separations(step, roles, stage.pace().patience())
                .during(
                        faults,
                        undone,
                        wholeMillis < 0 ? Double.POSITIVE_INFINITY : undone + wholeMillis);
    }

    /** What has become of the long connection since the faults were undone. */
    private void lookAgain(LoadReport.LongEcho echo) {
        boolean same = echo.ended() == endedBefore;
        if (connectionEnd.equals(SILENT) && same && isAlive(stage, echo)) {
            connected = false; // it went on: a machine that stood still shows nothing
            connectionEndMillis = -1;
            connectionEnd = "";
        } else if (connectionEnd.equals(SILENT)) {
            double now = (System.nanoTime() - begunNanos) / 1e6;
            double silent = silentMillis(echo, endedBefore, heldMillis, now, firstFaultMillis());
            connectionEndMillis = Math.max(connectionEndMillis, silent);
            connected &= !same; // how long it would have been silent nobody has seen
        }
        if (echo.wrong() > wrongBefore && !connectionEnd.startsWith(Strike.WRONG)) {
            connectionEnd = Strike.WRONG + echo.how();
        }
    }

    /**
     * Until when a connection that was silent at the end of the hold has been so; its end, where it
     * has ended since. All times are since one moment.
     *
     * @param endedBefore how often it had ended before the fault
     * @param heldMillis the end of the hold
     * @return since the fault; negative when it went on after the hold, or nobody knows
     */
    static double silentMillis(
            LoadReport.LongEcho echo,
            long endedBefore,
            double heldMillis,
            double nowMillis,
            double faultMillis) {
        boolean same = echo.ended() == endedBefore;
        double until = same ? nowMillis : echo.endedMillis();
        double silent = same ? echo.silentMillis() : echo.endedSilentMillis();
        if (echo.ended() > endedBefore + 1 || until - silent > heldMillis) {
            return -1;
        }
        return Math.min(silent, until - faultMillis);
    }

    /**
     * What it did.
     *
     * @param startNanos the first fault of the drill
     */
    Strike strike(long startNanos) {
        Observation seen = stage.observer().sinceUntilOver(begunNanos, stage.probed());
        Silence silence = stage.silence(seen);
        LoadReport report = stage.load().report(begunNanos);
        List<Writer> writers =
                report.writers().stream()
                        .filter(writer -> !writer.target().equals("vip"))
                        .filter(writer -> !victims.contains(writer.target()))
                        .toList();
        lookAgain(report.longEcho());
        Optional<Writer> slowest =
                writers.stream().max(Comparator.comparingDouble(Writer::waitMaxMillis));
        return new Strike(
                step.text(),
                new Separations(step, roles, stage.pace().patience()).ownerIsApart(),
                (begunNanos - startNanos) / 1e6,
                (undoneNanos - startNanos) / 1e6,
                roles.owner(),
                after,
                silence.gapMillis(),
                (silence.startNanos() - startNanos) / 1e6,
                silence.gapUnknownMillis(),
                silence.over(),
                stage.overlapMillis(seen),
                stolen.share(),
                stage.load().counts().failed() - failedBefore,
                inFlight,
                slowest.map(Writer::waitMaxMillis).orElse(-1.0),
                slowest.map(writer -> (writer.waitedAtNanos() - startNanos) / 1e6).orElse(0.0),
                writers.stream().mapToLong(writer -> writer.errors() + writer.gaveUp()).sum(),
                connected,
                connectionEndMillis,
                connectionEnd,
                wholeMillis,
                stage.six(seen));
    }
}
