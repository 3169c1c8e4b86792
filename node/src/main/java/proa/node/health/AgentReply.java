package proa.node.health;

import org.jspecify.annotations.Nullable;

import proa.node.balance.Order;

import java.util.Locale;

/**
 * One line of an agent (HAProxy's configuration manual, "agent-check"): words between spaces, tabs
 * or commas. Words that are not known, {@code maxconn:…} among them, say nothing.
 *
 * @param weightPercent share of the configured weight, 0 to 25,600; negative: not said
 * @param order what the agent asks to do with the server, or null
 * @param working whether the agent says that the service works, or null
 * @param why what stands behind {@code #}, for the log
 */
public record AgentReply(
        int weightPercent, @Nullable Order order, @Nullable Boolean working, String why) {

    /** Not said. */
    static final int UNSAID = -1;

    /** The largest weight is 256 and the smallest 1. */
    private static final int PERCENT_MAX = 25_600;

    private static final int LINE_CHARACTERS_MAX = 256;

    /** Reads a line; of contradicting words the last one counts. */
    public static AgentReply parse(String line) {
        String cut = line.substring(0, Math.min(line.length(), LINE_CHARACTERS_MAX));
        int hash = cut.indexOf('#');
        String why = hash < 0 ? "" : cut.substring(hash + 1).replaceAll("\\p{Cntrl}", " ").strip();
        AgentReply reply = new AgentReply(UNSAID, null, null, why);
        for (String word : (hash < 0 ? cut : cut.substring(0, hash)).split("[ \\t,]+")) {
            reply = reply.with(word.toLowerCase(Locale.ROOT));
        }
        return reply;
    }

    private AgentReply with(String word) {
        return switch (word) {
            case "ready" -> new AgentReply(weightPercent, Order.READY, working, why);
            case "drain" -> new AgentReply(weightPercent, Order.DRAIN, working, why);
            case "maint" -> new AgentReply(weightPercent, Order.MAINTENANCE, working, why);
            case "up" -> new AgentReply(weightPercent, order, true, why);
            case "down", "failed", "stopped" -> new AgentReply(weightPercent, order, false, why);
            default ->
                    word.matches("\\d{1,9}%")
                            ? new AgentReply(percent(word), order, working, why)
                            : this;
        };
    }

    private static int percent(String word) {
        return Math.min(PERCENT_MAX, Integer.parseInt(word.substring(0, word.length() - 1)));
    }

    /** Whether it says anything at all. */
    public boolean saysSomething() {
        return weightPercent != UNSAID || order != null || working != null;
    }
}
