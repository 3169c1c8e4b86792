package proa.vip.vrrp;

/**
 * How much longer than three advertisements a standby waits before it takes an owner for dead, so
 * that not all of them move at once.
 */
@FunctionalInterface
public interface Skew {

    /** Skew_Time of RFC 9568 §6.1: the higher the priority, the sooner. */
    Skew RFC_9568 = (priority, intervalNanos) -> (256 - priority) * intervalNanos / 256;

    /**
     * The time of a standby.
     *
     * @param priority 1 to 255
     * @param intervalNanos the owner's advertisement interval, in nanoseconds
     */
    long nanos(int priority, long intervalNanos);

    /** Active_Down_Interval: three advertisements and the skew. */
    default long activeDown(int priority, long intervalNanos) {
        return 3 * intervalNanos + nanos(priority, intervalNanos);
    }
}
