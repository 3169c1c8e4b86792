package proa.node.balance;

/**
 * Everything that decides whether a server gets traffic.
 *
 * @param health what its check says
 * @param ejected whether it failed live traffic too often
 * @param order what is asked to do with it
 * @param working false: its agent says that the service does not work
 * @param weightPercent share of its configured weight; 0 and more
 */
public record Standing(
        Health health, boolean ejected, Order order, boolean working, int weightPercent) {

    private static final int WHOLE_PERCENT = 100;

    /** A server nobody has said anything about but its check. */
    static Standing of(Health health) {
        return new Standing(health, false, Order.READY, true, WHOLE_PERCENT);
    }

    Standing with(Health now) {
        return new Standing(now, ejected, order, working, weightPercent);
    }

    Standing ejected(boolean now) {
        return new Standing(health, now, order, working, weightPercent);
    }

    /** As its agent says. */
    Standing agent(Order now, boolean works, int percent) {
        return new Standing(health, ejected, now, works, percent);
    }

    /** As if it had no agent. */
    Standing withoutAgent() {
        return agent(Order.READY, true, WHOLE_PERCENT);
    }

    /** Whether a client that belongs to it may go on with it. */
    public boolean up() {
        return health != Health.DOWN && !ejected && working && order != Order.MAINTENANCE;
    }
}
