package proa.vip.vrrp;

/**
 * State of the group on this node: RFC 9568 §6.3, and one for a node that cannot take part. Times
 * are of the monotonic clock.
 */
public sealed interface State {

    /** Not started, or stopped. */
    record Initialize() implements State {}

    /**
     * Another node owns the group, or nobody does yet.
     *
     * @param activeDownNanos when the owner is taken for dead: RFC 9568's Active_Down_Timer
     */
    record Backup(long activeDownNanos) implements State {}

    /**
     * This node owns the group.
     *
     * @param term the term it owns
     * @param sinceNanos since when
     * @param advertNanos when the next advertisement is due: RFC 9568's Adver_Timer
     */
    record Active(long term, long sinceNanos, long advertNanos) implements State {}

    /**
     * This node has given the group up and still accepts traffic for it: the tail of a planned
     * move.
     *
     * @param untilNanos when the address goes
     * @param successor who was asked to take it, empty: anybody
     * @param taken whether somebody has said that it owns the group now
     */
    record Lingering(long untilNanos, String successor, boolean taken) implements State {}

    /**
     * Not taking part.
     *
     * @param retryNanos when to try again, {@link Long#MAX_VALUE}: when the link comes back
     * @param why for the operator
     */
    record Fault(long retryNanos, String why) implements State {}
}
