package proa.node.reload;

import proa.node.admin.Answer;
import proa.node.balance.Order;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator asked of a server beyond the file.
 *
 * @param order what to do with it
 * @param weight its weight; empty: that of the file
 * @param fileWeight the file's weight when this one was given; when the file says another, it wins
 * @param by who asked
 * @param since when
 * @param until when it ends by itself; empty: never
 */
record ServerOverride(
        String backend,
        String server,
        Order order,
        Optional<Integer> weight,
        int fileWeight,
        String by,
        Instant since,
        Optional<Instant> until) {

    /** Whether it asks for anything at all. */
    boolean asksSomething() {
        return order != Order.READY || weight.isPresent();
    }

    boolean isOf(String ofBackend, String ofServer) {
        return backend.equals(ofBackend) && server.equals(ofServer);
    }

    /** The same, with the weight of the file. */
    ServerOverride withoutWeight() {
        return new ServerOverride(
                backend, server, order, Optional.empty(), fileWeight, by, since, until);
    }

    /** In words. */
    String text() {
        return order.name().toLowerCase(Locale.ROOT)
                + weight.map(own -> ", weight " + own + " instead of " + fileWeight).orElse("")
                + " by "
                + by;
    }

    /** For the status and for the disk. */
    Map<String, Object> document() {
        Map<String, Object> document =
                Answer.ordered("backend", backend, "server", server, "order", order);
        weight.ifPresent(own -> document.put("weight", own));
        document.put("fileWeight", fileWeight);
        document.put("by", by);
        document.put("since", since.toString());
        until.ifPresent(end -> document.put("until", end.toString()));
        return document;
    }
}
