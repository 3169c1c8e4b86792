package proa.node.admin;

import proa.node.admin.Control.Weight;
import proa.node.admin.Control.Wish;
import proa.node.balance.Order;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What is to be different about a server, as a query says it. */
public final class Wishes {

    /** The longest time after which a server is as before again. */
    public static final Duration LIMIT_MAX = Duration.ofDays(30);

    private static final int PERCENT_MAX = 25_600;

    private Wishes() {}

    /**
     * Reads a query.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Wish of(Map<String, String> query) {
        Optional<Order> order = Optional.empty();
        Optional<Weight> weight = Optional.empty();
        Optional<Duration> limit = Optional.empty();
        for (Map.Entry<String, String> wish : query.entrySet()) {
            switch (wish.getKey()) {
                case "order" -> order = Optional.of(order(wish.getValue()));
                case "weight" -> weight = Optional.of(weight(wish.getValue()));
                case "seconds" -> limit = Optional.of(limit(wish.getValue()));
                default ->
                        throw new IllegalArgumentException(
                                "there are order, weight and seconds, not " + wish.getKey());
            }
        }
        if (order.isEmpty() && weight.isEmpty()) {
            throw new IllegalArgumentException("neither order nor weight");
        }
        return new Wish(order, weight, limit);
    }

    private static Order order(String text) {
        return switch (text) {
            case "ready" -> Order.READY;
            case "drain" -> Order.DRAIN;
            case "maintenance" -> Order.MAINTENANCE;
            default ->
                    throw new IllegalArgumentException(
                            "a server is ready, drain or maintenance, not " + text);
        };
    }

    /** A weight as an operator writes it: {@code 5}, {@code 50%} or {@code file}. */
    static Weight weight(String text) {
        if (text.equals("file")) {
            return new Weight.OfFile();
        }
        boolean share = text.endsWith("%");
        int max = share ? PERCENT_MAX : Weight.MAX;
        int number = number(share ? text.substring(0, text.length() - 1) : text, max);
        if (number < 0) {
            throw new IllegalArgumentException(
                    "a weight is 0 to 256, a share of the file's like 50%, or file; not " + text);
        }
        return share ? new Weight.Share(number) : new Weight.Absolute(number);
    }

    /** Seconds, 1 to those of 30 days. */
    static Duration limit(String text) {
        int seconds = number(text, (int) LIMIT_MAX.toSeconds());
        if (seconds < 1) {
            throw new IllegalArgumentException(
                    "seconds are 1 to " + LIMIT_MAX.toSeconds() + ", not " + text);
        }
        return Duration.ofSeconds(seconds);
    }

    /** A number of 0 to {@code max}, or −1. */
    private static int number(String text, int max) {
        try {
            int number = Integer.parseInt(text);
            return number > max ? -1 : number;
        } catch (NumberFormatException _) {
            return -1;
        }
    }
}
