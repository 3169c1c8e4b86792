package proa.chaos.sim.world;

import java.util.Locale;

/** What can be wrong. Hosts are numbers from 0; a fault that takes no host concerns all of them. */
public sealed interface Fault {

    /** The node process is killed; it is started again. */
    record KillNode(int host) implements Fault {}

    /** vipd is killed; it is started again. */
    record KillVipd(int host) implements Fault {}

    /** The node process is stopped; it goes on. */
    record StopNode(int host) implements Fault {}

    /** vipd is stopped; it goes on and finds what has queued up. */
    record StopVipd(int host) implements Fault {}

    /** Both processes are stopped, as by a frozen group. */
    record StopBoth(int host) implements Fault {}

    /** The event loops of the node are stuck. */
    record StickNode(int host) implements Fault {}

    /** The node process ends in order, as for an upgrade; a new one is started. */
    record LeaveNode(int host) implements Fault {}

    /** vipd ends in order; a new one is started. */
    record EndVipd(int host) implements Fault {}

    /** An operator moves a group. */
    record Move(int group, int host) implements Fault {}

    /** An operator takes a host out of service, and gives it back. */
    record Drain(int host) implements Fault {}

    /** What is tracked lowers a host's priority. */
    record Track(int host, int handicap) implements Fault {}

    /** A host's calendar jumps, and jumps back. */
    record StepWall(int host, long millis) implements Fault {}

    /** A host loses its power; it boots. */
    record Crash(int host) implements Fault {}

    /** A whole machine is paused by its hypervisor, its clocks too. */
    record Pause(int host) implements Fault {}

    /** A cable is cut at the host. */
    record CutCable(int host) implements Fault {}

    /** A host hears no other and is heard by none, though its link is up. */
    record Isolate(int host, boolean gatewayToo) implements Fault {}

    /** Hosts of one side do not hear those of the other. */
    record Partition(int side) implements Fault {}

    /** Packets of a kind do not get from one host to another; the way back works. */
    record CutOneWay(int from, int to, boolean adverts, boolean mesh, boolean sync)
            implements Fault {}

    /** A host's gateway does not answer. */
    record LoseGateway(int host) implements Fault {}

    /** The kernel of a host refuses to take addresses. */
    record RefuseAddress(int host) implements Fault {}

    /** Packets that nobody repeats are lost, doubled and late. */
    record Weather(int lossPercent, int echoPercent, int jitterMillis) implements Fault {}

    /** Whether the network, or the time on it, is what is wrong. */
    default boolean ofNetwork() {
        return switch (this) {
            case KillNode _,
                    KillVipd _,
                    StopNode _,
                    StopVipd _,
                    StopBoth _,
                    StickNode _,
                    LeaveNode _,
                    EndVipd _,
                    Move _,
                    Drain _,
                    Track _,
                    StepWall _ ->
                    false;
            case Crash _,
                    Pause _,
                    CutCable _,
                    Isolate _,
                    Partition _,
                    CutOneWay _,
                    LoseGateway _,
                    RefuseAddress _,
                    Weather _ ->
                    true;
        };
    }

    /**
     * A fault and its time.
     *
     * @param atNanos when it begins, since the world began
     * @param lastingNanos how long until it is mended
     */
    record Strike(long atNanos, long lastingNanos, Fault fault) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "at %.3f s for %.3f s: %s",
                    atNanos / 1e9,
                    lastingNanos / 1e9,
                    fault);
        }
    }
}
