package proa.node.admin;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What operators ask of the members together: what they remember of a client, and who owns what.
 * Safe from any thread; may block for seconds.
 */
public interface Together {

    /**
     * Everything kept for a key of a table, by node.
     *
     * @param key an address, a text or a number, as the table has it
     */
    Answer entry(String table, String key);

    /**
     * Forgets on all nodes what a table keeps for a key: its server, counters and tags. What is
     * open, such as connections, stays counted as open.
     *
     * @param by who asks
     */
    Answer clear(String table, String key, String by);

    /**
     * The same for every key of which something is known here and that this holds for.
     *
     * @param which told the numbers of an entry by their names, as the stats socket shows them
     * @param by who asks
     */
    Answer clear(String table, Predicate<Map<String, Long>> which, String by);

    /**
     * Moves a group.
     *
     * @param node where to; empty: where the file prefers it
     * @param by who asks
     */
    Answer move(String group, String node, String by);

    /**
     * Takes a node out of service for all groups.
     *
     * @param limit after which it is back in service by itself; empty: when somebody says so
     * @param by who asks
     */
    Answer drain(String node, Optional<Duration> limit, String by);

    /**
     * Gives a node back to service.
     *
     * @param by who asks
     */
    Answer ready(String node, String by);
}
