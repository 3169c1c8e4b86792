package proa.chaos.observe;

import java.util.List;
import java.util.Optional;

/**
 * Who owned an address in a period, as ARP or neighbour discovery shows.
 *
 * @param periods in the order in which they began
 * @param overlapMillis for how long at most two answered at once; 0 when never. One request
 *     answered by two counts as one interval between requests
 */
public record Ownership(List<Period> periods, double overlapMillis) {

    public Ownership {
        periods = List.copyOf(periods);
    }

    /**
     * One owner.
     *
     * @param mac its hardware address
     * @param firstNanos when the first request it answered was sent
     * @param lastNanos when the last request it answered was sent
     */
    public record Period(String mac, long firstNanos, long lastNanos) {}

    /** The last one that answered. */
    public Optional<String> last() {
        return periods.isEmpty() ? Optional.empty() : Optional.of(periods.getLast().mac());
    }

    /** The first one that answered. */
    public Optional<String> first() {
        return periods.isEmpty() ? Optional.empty() : Optional.of(periods.getFirst().mac());
    }
}
