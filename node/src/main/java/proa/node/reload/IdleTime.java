package proa.node.reload;

import java.time.Duration;

/** How much of the time of its threads a process leaves unused. Written by one thread. */
final class IdleTime {

    private static final int WHOLE_PERCENT = 100;

    private long usedNanos = -1;
    private long atNanos;
    private volatile int percent = WHOLE_PERCENT;

    /** Looks; the next look tells what was used in between. */
    void look(long nowNanos, int threads) {
        long used =
                ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
        long passed = (nowNanos - atNanos) * threads;
        if (usedNanos >= 0 && passed > 0) {
            long busy = (used - usedNanos) * WHOLE_PERCENT / passed;
            percent = WHOLE_PERCENT - Math.clamp(busy, 0, WHOLE_PERCENT);
        }
        usedNanos = used;
        atNanos = nowNanos;
    }

    /** Of the time between the last two looks; 0 to 100. */
    int percent() {
        return percent;
    }
}
