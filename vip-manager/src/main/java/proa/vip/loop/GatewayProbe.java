package proa.vip.loop;

import proa.vip.vrrp.GroupMachine;

/**
 * Where one probe of a gateway stands: three ARP requests, then patience. Plain state, no sockets;
 * used by the loop's thread.
 */
final class GatewayProbe {

    private static final int REQUESTS = 3;
    private static final long GAP_NANOS = GroupMachine.PROBE_GAP_MILLIS * 1_000_000;
    private static final long PROBE_NANOS = GroupMachine.PROBE_MILLIS * 1_000_000;

    /** What is to be done now. */
    enum Due {
        NOTHING,
        REQUEST,
        GIVE_UP
    }

    private boolean running;
    private int sent;
    private long startNanos;

    /** Begins afresh; the first request is due at once. */
    void start(long nowNanos) {
        running = true;
        sent = 0;
        startNanos = nowNanos;
    }

    /** What is due; a request is counted as sent, and giving up ends the probe. */
    Due next(long nowNanos) {
        if (nowNanos - deadlineNanos() < 0 || !running) {
            return Due.NOTHING;
        }
        if (sent < REQUESTS) {
            sent++;
            return Due.REQUEST;
        }
        running = false;
        return Due.GIVE_UP;
    }

    /** The gateway has answered: whether somebody was waiting for that. */
    boolean answered() {
        boolean waiting = running;
        running = false;
        return waiting;
    }

    /** When {@link #next} is due; {@link Long#MAX_VALUE}: never. */
    long deadlineNanos() {
        if (!running) {
            return Long.MAX_VALUE;
        }
        return startNanos + (sent < REQUESTS ? sent * GAP_NANOS : PROBE_NANOS);
    }
}
