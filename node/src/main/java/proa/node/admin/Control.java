package proa.node.admin;

import proa.node.balance.Order;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What an operator can have a running node do. Safe from any thread; may block for seconds. */
public interface Control {

    /**
     * Takes in the configuration file anew.
     *
     * @param by who asks
     */
    Answer reload(String by);

    /** One backend and its servers. */
    Answer backend(String name);

    /**
     * Changes what is asked of a server, or its weight.
     *
     * @param by who asks
     */
    Answer server(String backend, String server, Wish wish, String by);

    /**
     * One session: how large, who holds it, since when and until when.
     *
     * @param key as clients of the Redis protocol say it
     * @param database 0 to 15
     * @param content whether its value is told, too
     * @param by who asks
     */
    default Answer session(String key, int database, boolean content, String by) {
        return Answer.error(Answer.NOT_FOUND, "this node has no sessions");
    }

    /**
     * Writes all sessions of the cluster into a file of this machine.
     *
     * @param by who asks
     */
    default Answer exportSessions(Path file, String by) {
        return Answer.error(Answer.NOT_FOUND, "this node has no sessions");
    }

    /** Brings the sessions of such a file into the cluster; what was written later stays. */
    default Answer importSessions(Path file, String by) {
        return Answer.error(Answer.NOT_FOUND, "this node has no sessions");
    }

    /**
     * Keeps the secrets of a frontend's TLS handshakes from now on, for somebody who captures its
     * packets.
     *
     * @param limit forgotten afterwards
     * @param by who asks
     */
    default Answer keepKeys(String frontend, Duration limit, String by) {
        return Answer.error(Answer.NOT_FOUND, "this node has no frontend with TLS");
    }

    /** Those that were kept; the node forgets them. */
    default Answer takeKeys(String frontend, String by) {
        return Answer.error(Answer.NOT_FOUND, "this node has no frontend with TLS");
    }

    /**
     * What is to be different about a server.
     *
     * @param order what to do with it; empty: as it is
     * @param weight its weight; empty: as it is
     * @param limit after this time it is as before
     */
    record Wish(Optional<Order> order, Optional<Weight> weight, Optional<Duration> limit) {}

    /** A weight as an operator gives it. */
    sealed interface Weight {

        /** Most that there is. */
        int MAX = 256;

        /** Of the whole range, 0 to 256. */
        record Absolute(int weight) implements Weight {}

        /** Of the weight in the file; the result is at most 256. */
        record Share(int percent) implements Weight {}

        /** That of the file. */
        record OfFile() implements Weight {}

        /** The weight of a server whose file says that. */
        default int of(int configured) {
            return switch (this) {
                case Absolute(int weight) -> weight;
                case Share(int percent) ->
                        (int) Math.min(MAX, Math.ceilDiv((long) configured * percent, 100L));
                case OfFile() -> configured;
            };
        }
    }
}
