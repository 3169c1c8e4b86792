package proa.node.rules;

import proa.node.exchange.Facts;

import java.util.Arrays;

/**
 * One request under evaluation: its facts, and the rates at the moment it was counted.
 *
 * <p>A condition on a table in which this request was counted sees the number its own count
 * returned. Were it read again, requests counted meanwhile on other loops would be seen too, and
 * with a limit of 100 the hundredth of a burst could be refused.
 */
final class Request {

    private static final long NOT_COUNTED = -1;

    private final Facts facts;
    private final Counters.Counter[] counters;
    private final long[] counted;

    Request(Facts facts, Counters.Counter[] counters) {
        this.facts = facts;
        this.counters = counters;
        this.counted = new long[counters.length];
        Arrays.fill(counted, NOT_COUNTED);
    }

    Facts facts() {
        return facts;
    }

    /** Counts this request, once however many rules ask for it. */
    void count(int table) {
        if (counted[table] == NOT_COUNTED) {
            counted[table] = counters[table].hit(facts.source());
        }
    }

    long rate(int table) {
        return counted[table] == NOT_COUNTED
                ? counters[table].rate(facts.source())
                : counted[table];
    }
}
