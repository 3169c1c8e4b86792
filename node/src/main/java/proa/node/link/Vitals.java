package proa.node.link;

import java.util.List;
import java.util.Map;

/** What vipd wants to know of this node, asked for at every heartbeat. Never blocks. */
public interface Vitals {

    /** Age of the oldest last tick of all event loops, in milliseconds. */
    long oldestTickMillis();

    /** Age of the last own request answered through a real listener, in milliseconds. */
    long servedMillis();

    /** For each group what it lacks; an empty text: ready. */
    Map<String, String> lacking();

    /** Client connections of a group's frontends that are open now. */
    default int connections(String group) {
        return 0;
    }

    /** For each group that tracks it: how many servers behind its frontends are up. */
    default Map<String, Share> servers() {
        return Map.of();
    }

    /** For each frontend that the kernel carries: names of servers that take new connections. */
    default Map<String, List<String>> usable() {
        return Map.of();
    }

    /** For each frontend that the kernel carries: names of servers whose checks fail. */
    default Map<String, List<String>> down() {
        return Map.of();
    }

    /**
     * A share of servers.
     *
     * @param up those that are up
     * @param total all there are
     */
    record Share(int up, int total) {}
}
