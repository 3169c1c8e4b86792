package proa.node.http2;

import org.jspecify.annotations.Nullable;

import proa.config.Http2Options;

/**
 * Counts what costs the sender nothing and us something, and says when it is too much: the
 * connection then ends with ENHANCE_YOUR_CALM. Counts begin anew every {@link #SPAN_NANOS}. One
 * thread.
 */
public final class FloodGuard {

    /** Ten seconds: long enough for a browser's bursts to pass, short enough to notice a flood. */
    public static final long SPAN_NANOS = 10_000_000_000L;

    /**
     * WINDOW_UPDATEs that each DATA frame of ours may bring: one for the stream, one for the
     * connection.
     */
    private static final int UPDATES_PER_FRAME = 2;

    private final Http2Options limits;
    private long beganNanos;
    private int resets;
    private int controls;
    private int updates;

    /** Counts begin. */
    public FloodGuard(Http2Options limits, long nowNanos) {
        this.limits = limits;
        this.beganNanos = nowNanos;
    }

    /**
     * A stream that was begun came to nothing by the client's doing: it reset it (CVE-2023-44487),
     * made us reset it, or began one too many.
     */
    public @Nullable Violation reset(long nowNanos) {
        turn(nowNanos);
        return ++resets > limits.resetsMax() ? flood("too many streams are reset") : null;
    }

    /** SETTINGS, PING, PRIORITY, an empty DATA frame, or a kind that nobody knows came. */
    public @Nullable Violation control(long nowNanos) {
        turn(nowNanos);
        return ++controls > limits.controlFramesMax() ? flood("too many control frames") : null;
    }

    /** A WINDOW_UPDATE came; those that what we send brings about are free. */
    public @Nullable Violation windowUpdate(long nowNanos) {
        turn(nowNanos);
        return ++updates > limits.controlFramesMax() ? flood("too many WINDOW_UPDATEs") : null;
    }

    /** A DATA frame was sent. */
    public void dataSent() {
        updates = Math.max(updates - UPDATES_PER_FRAME, -limits.controlFramesMax());
    }

    private void turn(long nowNanos) {
        if (nowNanos - beganNanos >= SPAN_NANOS) {
            beganNanos = nowNanos;
            resets = 0;
            controls = 0;
            updates = Math.min(updates, 0);
        }
    }

    private static Violation flood(String explanation) {
        return Violation.ofConnection(ErrorCode.ENHANCE_YOUR_CALM, explanation);
    }
}
