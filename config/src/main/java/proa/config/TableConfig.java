package proa.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table kept on every node: sticky entries, counters and tags, per key.
 *
 * @param name unique within the file
 * @param key what an entry is kept for
 * @param prefix with {@link Key#NETWORK}: how much of an address counts
 * @param expire an entry untouched for this long is forgotten; 1 s to 30 days
 * @param entries most entries kept; the one untouched longest goes first; 1 to 16 Mi
 * @param counters what is counted, in this order on every node; at most 16
 * @param tags names of general-purpose tags; at most 16
 */
public record TableConfig(
        String name,
        Key key,
        Prefix prefix,
        Duration expire,
        int entries,
        List<Counter> counters,
        List<String> tags) {

    /** Most counters, and most tags, of one table. */
    public static final int COUNTERS_MAX = 16;

    public TableConfig {
        counters = List.copyOf(counters);
        tags = List.copyOf(tags);
        if (entries < 1 || expire.isNegative() || expire.isZero()) {
            throw new IllegalArgumentException(
                    "table " + name + ": entries and expire must be positive");
        }
    }

    /** A table that counts requests over a window; empty: it only sticks. */
    public TableConfig(
            String name, Key key, Duration expire, int entries, Optional<Duration> window) {
        this(
                name,
                key,
                Prefix.DEFAULT,
                expire,
                entries,
                window
                        .map(over -> new Counter(Counter.REQUESTS, Optional.of(over), false, false))
                        .stream()
                        .toList(),
                List.of());
    }

    /** The counter of that name. */
    public Optional<Counter> counter(String counter) {
        return counters.stream().filter(each -> each.name().equals(counter)).findFirst();
    }

    /** Window of the rate of requests; empty: it is not kept. */
    public Optional<Duration> requestRateOver() {
        return counter(Counter.REQUESTS).flatMap(Counter::rateOver);
    }

    /** What an entry is kept for. */
    public enum Key {
        /** The client's address, as resolved. */
        SOURCE,
        /** The network of the client's address. */
        NETWORK,
        /** A text that whoever uses the table takes from the request or response. */
        TEXT,
        /** A whole number that whoever uses the table takes from the request. */
        INTEGER
    }

    /**
     * How much of an address is its network.
     *
     * @param ipv4 bits, 1 to 32; default 24
     * @param ipv6 bits, 1 to 128; default 56, which is what one customer gets
     */
    public record Prefix(int ipv4, int ipv6) {
        public static final Prefix DEFAULT = new Prefix(24, 56);
    }

    /**
     * Something that is counted.
     *
     * @param name one of {@link #KNOWN}, which count by themselves, or a name of the operator's own
     * @param rateOver sliding window of the rate; empty: no rate
     * @param total whether everything since the entry was created is summed
     * @param current whether what is there now is kept; {@code connections} only
     */
    public record Counter(
            String name, Optional<Duration> rateOver, boolean total, boolean current) {

        public static final String REQUESTS = "requests";
        public static final String CONNECTIONS = "connections";
        public static final String ERRORS = "errors";
        public static final String FAILURES = "failures";
        public static final String BYTES_IN = "bytes-in";
        public static final String BYTES_OUT = "bytes-out";

        /** Counted for what is tracked: requests, connections, answers and bytes. */
        public static final List<String> KNOWN =
                List.of(REQUESTS, CONNECTIONS, ERRORS, FAILURES, BYTES_IN, BYTES_OUT);

        /** Counters of bytes. */
        public static final Set<String> BYTES = Set.of(BYTES_IN, BYTES_OUT);
    }

    /** Which number of a key is meant. */
    public enum Value {
        /** What came within the window. */
        RATE,
        /** Everything since the entry was created. */
        TOTAL,
        /** What is there now. */
        CURRENT,
        /** The value of a tag. */
        TAG
    }
}
