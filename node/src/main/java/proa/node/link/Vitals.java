package proa.node.link;

import java.util.Map;

/** What vipd wants to know of this node, asked for at every heartbeat. Never blocks. */
public interface Vitals {

    /** Age of the oldest last tick of all event loops, in milliseconds. */
    long oldestTickMillis();

    /** Age of the last own request answered through a real listener, in milliseconds. */
    long servedMillis();

    /** For each group what it lacks; an empty text: ready. */
    Map<String, String> lacking();
}
