package proa.chaos.sim.world;

import proa.chaos.sim.world.Fault.Strike;

import java.util.ArrayList;
import java.util.List;

/** Draws faults: random ones at random times, each mended after a while. */
final class FaultPlan {

    private static final long LASTING_MILLIS_MIN = 20;
    private static final long LASTING_MILLIS_MAX = 2_500;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final int KINDS_OF_PROCESSES = 12;
    private static final int KINDS = 24;

    private final Chance chance;
    private final Shape shape;
    private final boolean networkToo;

    /**
     * @param networkToo whether the network has faults too, or only processes
     */
    FaultPlan(Chance chance, Shape shape, boolean networkToo) {
        this.chance = chance;
        this.shape = shape;
        this.networkToo = networkToo;
    }

    /** So many faults that begin within that time. */
    List<Strike> draw(int count, long fromNanos, long lengthNanos) {
        List<Strike> strikes = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            long at = fromNanos + chance.between(0, lengthNanos);
            long lasting = chance.millis(LASTING_MILLIS_MIN, LASTING_MILLIS_MAX);
            strikes.add(new Strike(at, lasting, fault()));
        }
        return strikes;
    }

    private int host() {
        return chance.below(shape.nodes());
    }

    private Fault fault() {
        int kind = chance.below(networkToo ? KINDS : KINDS_OF_PROCESSES);
        return kind < KINDS_OF_PROCESSES ? ofProcess(kind) : ofNetwork(kind);
    }

    private Fault ofProcess(int kind) {
        return switch (kind) {
            case 0 -> new Fault.KillNode(host());
            case 1 -> new Fault.KillVipd(host());
            case 2 -> new Fault.StopNode(host());
            case 3 -> new Fault.StopVipd(host());
            case 4 -> new Fault.StopBoth(host());
            case 5 -> new Fault.StickNode(host());
            case 6 -> new Fault.LeaveNode(host());
            case 7 -> new Fault.EndVipd(host());
            case 8 -> new Fault.Move(chance.below(shape.groups()), host());
            case 9 -> new Fault.Drain(host());
            case 10 -> new Fault.Track(host(), 15 * (1 + chance.below(2)));
            default -> new Fault.StepWall(host(), chance.between(-HOUR_MILLIS, HOUR_MILLIS));
        };
    }

    private Fault ofNetwork(int kind) {
        return switch (kind) {
            case 12 -> new Fault.Crash(host());
            case 13 -> new Fault.Pause(host());
            case 14 -> new Fault.CutCable(host());
            case 15 -> new Fault.Isolate(host(), chance.below(2) == 0);
            case 16 -> new Fault.Partition(1 + chance.below((1 << shape.nodes()) - 2));
            case 17 -> new Fault.CutOneWay(host(), host(), true, true, true);
            case 18 -> new Fault.CutOneWay(host(), host(), true, false, false);
            case 19 -> new Fault.CutOneWay(host(), host(), false, true, false);
            case 20 -> new Fault.CutOneWay(host(), host(), false, false, true);
            case 21 -> new Fault.LoseGateway(host());
            case 22 -> new Fault.RefuseAddress(host());
            default ->
                    new Fault.Weather(
                            chance.below(35), chance.below(30), (int) chance.between(0, 60));
        };
    }
}
