package proa.node.haproxy;

import proa.node.balance.Health;
import proa.node.balance.Order;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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

    /** What frontends have refused, in the order of the file. */
    List<Refused> refused();

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
     */
    record Table(String name, String type, int size, int used) {}

    /**
     * What was not passed on for its form, or because a rule says so; since the start.
     *
     * @param requests of clients that were refused, those that rules deny included
     * @param answers of servers that were malformed
     */
    record Refused(String frontend, long requests, long answers) {}
}
