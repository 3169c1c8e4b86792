package proa.node.haproxy;

import proa.node.balance.Health;
import proa.node.balance.Order;
import proa.node.record.Malformed;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A running node in the terms of the stats socket. Safe from any thread. */
public interface Figures {

    /** The process as of now. */
    Running process();

    /** Frontends, in the order of the file. */
    List<Frontend> frontends();

    /** Backends, in the order of the file. */
    List<Backend> backends();

    /** Tables, in the order of the file. */
    List<Table> tables();

    /**
     * Visits entries of a table until the visitor returns false.
     *
     * @param table one of {@link #tables}
     */
    void rows(String table, Predicate<Row> visitor);

    /**
     * The entry of a key; empty: there is none.
     *
     * @param table one of {@link #tables}
     * @param key an address, a text or a number, as the table has it
     * @throws IllegalArgumentException with what is wrong with the key
     */
    Optional<Row> row(String table, String key);

    /** Malformed messages, in the order of the file. */
    List<Captured> captured();

    /**
     * A process.
     *
     * @param connectionsMax over all frontends
     */
    record Running(
            String node,
            long pid,
            int threads,
            Instant started,
            Duration uptime,
            int connections,
            long connectionsMax) {}

    /** A frontend. */
    record Frontend(String name, String mode, int connections, int connectionsMax, boolean open) {}

    /**
     * A backend.
     *
     * @param mode of the frontends that lead here
     * @param cookie by which clients stick; empty: none
     * @param waiting requests in the queue
     */
    record Backend(
            String name,
            String mode,
            String algorithm,
            String cookie,
            int waiting,
            int queueMax,
            List<Server> servers) {}

    /**
     * A server.
     *
     * @param checked whether there is a check
     * @param up whether it gets the clients that belong to it
     * @param order what is asked of it
     * @param weight that counts now
     * @param configuredWeight in the file
     */
    record Server(
            String name,
            InetSocketAddress address,
            boolean checked,
            Health health,
            boolean up,
            Order order,
            int weight,
            int configuredWeight,
            boolean backup,
            int current,
            Optional<Integer> connectionsMax,
            long total,
            long connectFailures) {}

    /**
     * A table.
     *
     * @param type of its keys, in HAProxy's word
     * @param size entries it may have
     * @param used entries it has
     * @param data names of the numbers its entries have, in HAProxy's words, without windows
     */
    record Table(String name, String type, int size, int used, List<String> data) {}

    /**
     * An entry of a table.
     *
     * @param key in words
     * @param expireMillis until it is forgotten if nobody uses it
     * @param server where it sticks; empty: nowhere
     * @param data numbers by their names, which have the window of a rate in parentheses; {@code
     *     server_id} first
     */
    record Row(String key, long expireMillis, String server, Map<String, Long> data) {

        /** What a name is without its window. */
        public static String type(String name) {
            int window = name.indexOf('(');
            return window < 0 ? name : name.substring(0, window);
        }
    }

    /**
     * Messages that a frontend did not pass on for their form, since the start.
     *
     * @param events how many
     * @param last the last request and the last answer, where there was one
     */
    record Captured(String frontend, long events, List<Malformed> last) {}
}
