package proa.node.record;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

/** When something came up or went down last, and how long it has been down. Any thread. */
public final class Availability {

    private final AtomicReference<State> state =
            new AtomicReference<>(new State(true, false, 0, 0, 0));

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

    /** Time down is of what is over. */
    private record State(
            boolean up, boolean changed, long changedNanos, long downNanos, long downs) {

        State is(boolean upNow, long nowNanos) {
            if (upNow == up) {
                return this;
            }
            return upNow
                    ? new State(true, true, nowNanos, downNanos + nowNanos - changedNanos, downs)
                    : new State(false, true, nowNanos, downNanos, downs + 1);
        }
    }

    /** It is up now, or down; said again it changes nothing. */
    public void is(boolean upNow, long nowNanos) {
        state.updateAndGet(before -> before.is(upNow, nowNanos));
    }

    /** How it stands now, by the same clock. */
    public Seen seen(long nowNanos) {
        State now = state.get();
        long since = nowNanos - now.changedNanos;
        return new Seen(
                now.changed ? OptionalLong.of(since) : OptionalLong.empty(),
                now.up ? now.downNanos : now.downNanos + since,
                now.downs);
    }
}
