package proa.vip.placement;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * What the operator's program of one group is to do next: one run at a time, the newest wish last.
 *
 * <pre>
 * wish      while nothing runs     while a run is under way   a run that failed
 * take      run                    run when that has ended    told, unless another wish came since
 * give up   run if it was taken    run when that has ended    again after 1 s, 2 s, 4 s … 8 times
 * </pre>
 *
 * <p>A release also follows a take that failed, which may have gone half-way. Used by one thread.
 */
public final class HookOrders {

    /** A release that has failed so often is left to the operator. */
    public static final int RETRIES_MAX = 8;

    private static final long RETRY_NANOS_MIN = 1_000_000_000L;
    private static final long RETRY_NANOS_MAX = 30 * RETRY_NANOS_MIN;

    private @Nullable Order wanted;
    private @Nullable Order running;
    private boolean taken;
    private boolean active;
    private boolean stopping;
    private int retries;
    private long notBeforeNanos;

    /**
     * One run of the program.
     *
     * @param state of the group on this node: active, backup, fault or initialize
     * @param owner node that owns the group as far as this one knows; empty: unknown
     * @param term highest term known
     * @param reason one line: why
     */
    public record Order(String state, String owner, long term, String reason) {
        /** Whether this node becomes the owner. */
        public boolean takes() {
            return state.equals("active");
        }
    }

    /** What an end means. */
    public enum Outcome {
        /** As ordered. */
        DONE,
        /** This node cannot own the group. */
        NOT_TAKEN,
        /** Another wish came since: whatever it was, it does not matter. */
        OVERTAKEN,
        /** The release will be tried again. */
        AGAIN,
        /** The release has failed for the last time. */
        GIVEN_UP
    }

    /** The group goes from one state to another. An owner that lingers still serves. */
    public void transition(Order order, long nowNanos) {
        active = order.takes();
        if (order.state.equals("lingering")) {
            return;
        }
        retries = 0;
        notBeforeNanos = nowNanos;
        boolean undo = taken || (running != null && running.takes());
        wanted = order.takes() || undo ? order : null;
    }

    /** The run that is to begin now, if any; it counts as begun. */
    public Optional<Order> next(long nowNanos) {
        if (running != null || wanted == null || nowNanos - notBeforeNanos < 0) {
            return Optional.empty();
        }
        running = wanted;
        wanted = null;
        taken |= running.takes();
        return Optional.of(running);
    }

    /** The run has ended. */
    public Outcome ended(boolean well, long nowNanos) {
        Order order = running;
        if (order == null) {
            throw new IllegalStateException("nothing runs");
        }
        running = null;
        if (well) {
            taken = order.takes();
            return Outcome.DONE;
        }
        if (wanted != null) {
            return Outcome.OVERTAKEN;
        }
        if (order.takes()) {
            return active ? Outcome.NOT_TAKEN : Outcome.OVERTAKEN;
        }
        return again(order, nowNanos);
    }

    private Outcome again(Order order, long nowNanos) {
        if (retries == RETRIES_MAX || stopping) {
            taken = false;
            return Outcome.GIVEN_UP;
        }
        notBeforeNanos = nowNanos + Math.min(RETRY_NANOS_MAX, RETRY_NANOS_MIN << retries);
        retries++;
        wanted = order;
        return Outcome.AGAIN;
    }

    /** From now on what fails is not tried again. */
    public void stop() {
        stopping = true;
        if (wanted != null && retries > 0) {
            wanted = null;
        }
    }

    /** Whether nothing runs and nothing is to be run. */
    public boolean idle() {
        return running == null && wanted == null;
    }

    /** When {@link #next} has something; {@link Long#MAX_VALUE}: not before an end or a wish. */
    public long deadlineNanos() {
        return running == null && wanted != null ? notBeforeNanos : Long.MAX_VALUE;
    }
}
