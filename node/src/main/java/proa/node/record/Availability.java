package proa.node.record;

import java.util.OptionalLong;

/** When something came up or went down last, and how long it has been down. Any thread. */
public final class Availability {

    private boolean up = true; // guarded by this
    private boolean changed; // guarded by this
    private long changedNanos; // guarded by this
    private long downNanos; // guarded by this
    private long downs; // guarded by this

    /** Up, as far as anybody knows. */
    Availability() {}

    /**
     * How it stands.
     *
     * @param sinceNanos for how long it has been as it is; empty: it has never been otherwise
     * @param downNanos how long it has been down since the start, altogether
     * @param downs how often it went down
     */
    public record Seen(OptionalLong sinceNanos, long downNanos, long downs) {}

    /** It is up now, or down; said again it changes nothing. */
    public synchronized void is(boolean upNow, long nowNanos) {
        if (upNow == up) {
            return;
        }
        if (upNow) {
            downNanos += nowNanos - changedNanos;
        } else {
            downs++;
        }
        up = upNow;
        changed = true;
        changedNanos = nowNanos;
    }

    /** How it stands now, by the same clock. */
    public synchronized Seen seen(long nowNanos) {
        long since = nowNanos - changedNanos;
        return new Seen(
                changed ? OptionalLong.of(since) : OptionalLong.empty(),
                up ? downNanos : downNanos + since,
                downs);
    }
}
