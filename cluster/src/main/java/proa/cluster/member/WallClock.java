package proa.cluster.member;

import proa.cluster.tables.WallTime;

/** The one place of the cluster that reads the calendar. */
final class WallClock {

    private WallClock() {}

    /** Readings of which the one that was least interrupted counts. */
    private static final int READINGS = 5;

    /**
     * The time now, to be carried on by the monotonic clock. A thread that has to wait for a
     * processor between the two clocks would be that much wrong for as long as it lives.
     */
    static WallTime read() {
        long bestNanos = Long.MAX_VALUE;
        WallTime best = null;
        for (int reading = 0; best == null || reading < READINGS; reading++) {
            long before = System.nanoTime();
            long wallMillis = System.currentTimeMillis();
            long tookNanos = System.nanoTime() - before;
            if (tookNanos < bestNanos) {
                bestNanos = tookNanos;
                best = WallTime.at(wallMillis, before);
            }
        }
        return best;
    }

    /** The same time, steered towards what the calendar says now. */
    static WallTime steer(WallTime wall, long nowNanos) {
        return wall.steered(System.currentTimeMillis(), nowNanos);
    }
}
