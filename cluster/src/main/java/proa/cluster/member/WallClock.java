package proa.cluster.member;

import proa.cluster.tables.WallTime;

/** The one place of the cluster that reads the calendar. */
final class WallClock {

    private WallClock() {}

    /** The time now, to be carried on by the monotonic clock. */
    static WallTime read(long nowNanos) {
        return WallTime.at(System.currentTimeMillis(), nowNanos);
    }

    /** The same time, steered towards what the calendar says now. */
    static WallTime steer(WallTime wall, long nowNanos) {
        return wall.steered(System.currentTimeMillis(), nowNanos);
    }
}
