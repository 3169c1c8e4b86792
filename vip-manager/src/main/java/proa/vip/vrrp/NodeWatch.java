package proa.vip.vrrp;

/**
 * Whether this host's node process serves. Hung is decided by what the node says of itself: a
 * stopped process (SIGSTOP, a debugger, a frozen cgroup) is seen by its state and soon; a stuck one
 * only by its silence, and a long garbage collection must not look like one.
 */
final class NodeWatch {

    /**
     * Heartbeats come every 25 ms; after six missing ones it is worth a look whether the process is
     * stopped.
     */
    static final long SUSPECT_NANOS = 150 * Timers.MILLI;

    /**
     * Silent, or an event loop standing still, for this long: stuck. Where advertisements are rare
     * because hosts stand still for a while, as long as an owner that is not heard has: three of
     * them.
     */
    static final long STUCK_MILLIS = 1_000;

    /** However rare they are. */
    static final long STUCK_MILLIS_MAX = 3_000;

    private static final int ADVERTS = 3;

    /**
     * The same after a takeover: every client of the group comes at once, and a standby that
     * answers them late is better than the next one, which would have to do the same.
     */
    static final long STUCK_AFTER_TAKEOVER_MILLIS = 3_000;

    /** How long that counts. */
    static final long AFTER_TAKEOVER_NANOS = 5 * Timers.SECOND;

    /** Less than a heartbeat: no excuse. */
    private static final long LATE_NANOS_MIN = 25 * Timers.MILLI;

    private static final long LOOK_AGAIN_NANOS = 25 * Timers.MILLI;

    /** What is known about the process. */
    enum Health {
        /** Not connected: not started yet, or dead. */
        ABSENT("the node process is gone"),
        SERVING("the node process serves"),
        STOPPED("the node process is stopped"),
        STUCK("the node process is stuck"),
        LEAVING("the node process is leaving");

        final String text;

        Health(String text) {
            this.text = text;
        }
    }

    private final long stuckMillis;
    private Health health = Health.ABSENT;
    private String stuckDetail = "";
    private long stuckSinceNanos;
    private boolean ready;
    private String notReadyWhy = "the node process is not connected";
    private long heardNanos;
    private long lookNanos = Long.MAX_VALUE;
    private long connectedNanos = Long.MAX_VALUE;
    private long readySinceNanos;
    private boolean measuresServing;
    private long tookOverNanos = Long.MIN_VALUE;

    /**
     * @param advertNanos between advertisements of the group
     */
    NodeWatch(long advertNanos) {
        stuckMillis =
                Math.clamp(ADVERTS * (advertNanos / Timers.MILLI), STUCK_MILLIS, STUCK_MILLIS_MAX);
    }

    Health health() {
        return health;
    }

    boolean ready() {
        return ready && health == Health.SERVING;
    }

    String notReadyWhy() {
        return health == Health.SERVING ? notReadyWhy : healthText();
    }

    /** What is wrong with it, for the operator. */
    String healthText() {
        return health == Health.STUCK ? health.text + ": " + stuckDetail : health.text;
    }

    /** Whether it has been stuck for so long. */
    boolean stuckFor(long nanos, long now) {
        return health == Health.STUCK && now - stuckSinceNanos >= nanos;
    }

    /** Since when it has been ready without a break. */
    long readySinceNanos() {
        return readySinceNanos;
    }

    /** When the process first connected, {@link Long#MAX_VALUE}: not yet. */
    long connectedNanos() {
        return connectedNanos;
    }

    /** This node owns the group from now on. */
    void tookOver(long now) {
        tookOverNanos = now;
    }

    void connected(long now) {
        health = Health.SERVING;
        ready = false;
        notReadyWhy = "the node process has not said that it is ready";
        measuresServing = false;
        connectedNanos = Math.min(connectedNanos, now);
        heard(now);
    }

    void gone() {
        health = Health.ABSENT;
        ready = false;
        lookNanos = Long.MAX_VALUE;
    }

    void leaving() {
        if (health != Health.ABSENT) {
            health = Health.LEAVING;
            lookNanos = Long.MAX_VALUE;
        }
    }

    void readiness(boolean nowReady, String why, long now) {
        if (nowReady && !ready) {
            readySinceNanos = now;
        }
        ready = nowReady;
        notReadyWhy = why;
    }

    void heartbeat(Event.NodeHeartbeat beat, long now) {
        if (health == Health.ABSENT || health == Health.LEAVING) {
            return;
        }
        heard(now);
        measuresServing |= beat.servedMillis() < stuckMillis;
        boolean flooded =
                tookOverNanos != Long.MIN_VALUE && now - tookOverNanos < AFTER_TAKEOVER_NANOS;
        long limitMillis = flooded ? STUCK_AFTER_TAKEOVER_MILLIS : stuckMillis;
        boolean servesNoMore =
                measuresServing
                        && beat.servedMillis() != Long.MAX_VALUE
                        && beat.servedMillis() >= limitMillis;
        boolean stands = beat.oldestTickMillis() >= limitMillis;
        boolean stuck = servesNoMore || stands;
        if (stuck && health != Health.STUCK) {
            stuckDetail =
                    stands
                            ? "an event loop stands still for " + beat.oldestTickMillis() + " ms"
                            : "its own request is not answered for " + beat.servedMillis() + " ms";
        }
        become(stuck ? Health.STUCK : Health.SERVING, now);
    }

    /** The answer to a look into {@code /proc}. */
    void looked(boolean stopped, long now) {
        if (stopped && health == Health.SERVING && now - heardNanos >= SUSPECT_NANOS) {
            become(Health.STOPPED, now);
        }
    }

    /** This process was late itself: silence it slept through proves nothing. */
    void forgive(long lateNanos, long now) {
        if (lateNanos < LATE_NANOS_MIN) {
            return;
        }
        heardNanos = Math.min(now, heardNanos + lateNanos);
        lookNanos =
                lookNanos == Long.MAX_VALUE
                        ? lookNanos
                        : Math.max(lookNanos, heardNanos + SUSPECT_NANOS);
    }

    /** Whether it is time to look whether the process is stopped. */
    boolean wantsLook(long now) {
        if (health == Health.SERVING && now - heardNanos >= stuckMillis * Timers.MILLI) {
            stuckDetail = "no heartbeat for " + (now - heardNanos) / Timers.MILLI + " ms";
            become(Health.STUCK, now);
        }
        if (health != Health.SERVING || now < lookNanos) {
            return false;
        }
        lookNanos = now + LOOK_AGAIN_NANOS;
        return true;
    }

    long deadlineNanos() {
        return health == Health.SERVING
                ? Math.min(lookNanos, heardNanos + stuckMillis * Timers.MILLI)
                : Long.MAX_VALUE;
    }

    private void heard(long now) {
        heardNanos = now;
        lookNanos = now + SUSPECT_NANOS;
    }

    /** A node that comes back from a hang has to be ready anew for as long as any other. */
    private void become(Health next, long now) {
        if (next == Health.STUCK && health != Health.STUCK) {
            stuckSinceNanos = now;
        }
        if (next == Health.SERVING && health != Health.SERVING) {
            readySinceNanos = now;
        }
        health = next;
    }
}
