package proa.node.rules;

import java.net.InetAddress;

/**
 * The cluster's request counters, as far as rules need them. Never blocks; safe from any thread.
 */
@FunctionalInterface
public interface Counters {

    /** The counter of the table of that name; the configuration has it. */
    Counter table(String name);

    /** One table's counter, by client address. */
    interface Counter {

        /** Counts one request and returns the cluster's number within the window, with this one. */
        long hit(InetAddress source);

        /** The cluster's number within the window. */
        long rate(InetAddress source);
    }
}
