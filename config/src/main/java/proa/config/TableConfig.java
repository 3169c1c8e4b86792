package proa.config;

import java.time.Duration;
import java.util.Optional;

/**
 * A table kept on every node: sticky entries, a request counter, or both, per key.
 *
 * @param name unique within the file
 * @param key what an entry is kept for
 * @param expire an entry untouched for this long is forgotten; 1 s to 30 days
 * @param entries most entries kept; the one untouched longest goes first; 1 to 16 Mi
 * @param requestRateOver window of the request counter; empty: the table counts nothing
 */
public record TableConfig(
        String name, Key key, Duration expire, int entries, Optional<Duration> requestRateOver) {

    public TableConfig {
        if (entries < 1 || expire.isNegative() || expire.isZero()) {
            throw new IllegalArgumentException(
                    "table " + name + ": entries and expire must be positive");
        }
    }

    /** What an entry is kept for. */
    public enum Key {
        /** The client's address, as resolved. */
        SOURCE,
        /** A text that whoever uses the table takes from the request or response. */
        TEXT
    }
}
