package proa.node.haproxy;

import proa.node.balance.Gone;
import proa.node.balance.Health;
import proa.node.balance.Order;
import proa.node.record.BackendCounters;
import proa.node.record.FrontendCounters;
import proa.node.record.Malformed;
import proa.node.record.ServerCounters;

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
     * @param accepted connections since the start
     * @param requests that have ended since the start
     * @param sent bytes to clients since the start
     * @param listeners frontends that are bound
     * @param droppedLogs lines of access logs that had no place to wait
     * @param idlePercent of the time of its threads, since the last second; 0 to 100
     */
    record Running(
            String node,
            long pid,
            int threads,
            Instant started,
            Duration uptime,
            int connections,
            long connectionsMax,
            long accepted,
            long requests,
            long sent,
            int listeners,
            long droppedLogs,
            int idlePercent,
            Trend.Seen trend) {}

    /**
     * A frontend.
     *
     * @param connectionsMost at a time, since it listens
     * @param connectionsDenied because of who they came from, since it listens
     * @param counters what it has had; empty: its mode is not counted so
     */
    record Frontend(
            String name,
            String mode,
            int connections,
            int connectionsMost,
            int connectionsMax,
            long connectionsDenied,
            boolean open,
            Optional<FrontendCounters> counters,
            Trend.Seen trend) {}

    /**
     * A backend.
     *
     * @param mode of the frontends that lead here
     * @param cookie by which clients stick; empty: none
     * @param waiting requests in the queue
     * @param gone what servers had that are not there any more
     */
    record Backend(
            String name,
            String mode,
            String algorithm,
            String cookie,
            int waiting,
            int queueMax,
            Gone gone,
            BackendCounters counters,
            Trend.Seen trend,
            List<Server> servers) {}

    /**
     * A server.
     *
     * @param checked whether there is a check
     * @param up whether it gets the clients that belong to it
     * @param order what is asked of it
     * @param weight that counts now
     * @param configuredWeight in the file
     * @param sharePercent of its weight, while it grows back
     * @param most requests or connections at a time, since the start
     * @param contact how it is reached
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
            int sharePercent,
            boolean backup,
            int current,
            int most,
            Optional<Integer> connectionsMax,
            long total,
            long connectFailures,
            ServerCounters counters,
            Trend.Seen trend,
            Contact contact) {}

    /**
     * How the servers of a backend are reached.
     *
     * @param secured whether traffic goes by TLS
     * @param checkPort where checks go; empty: where the traffic goes
     * @param agentPort of the agent that is asked; empty: none is
     */
    record Contact(boolean secured, Optional<Integer> checkPort, Optional<Integer> agentPort) {}

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
