package proa.node.health;

import proa.node.balance.Order;

/**
 * What an agent has said of its server so far; what it does not say stays as it was.
 *
 * @param weightPercent share of the configured weight
 * @param order what is asked to do with the server
 * @param working whether the service works
 */
public record AgentState(int weightPercent, Order order, boolean working) {

    /** Before the agent has said anything. */
    public static final AgentState FIRST = new AgentState(100, Order.READY, true);

    /** After another line. */
    public AgentState after(AgentReply reply) {
        int percent =
                reply.weightPercent() == AgentReply.UNSAID ? weightPercent : reply.weightPercent();
        Order asked = reply.order();
        Boolean works = reply.working();
        return new AgentState(
                percent, asked == null ? order : asked, works == null ? working : works);
    }
}
