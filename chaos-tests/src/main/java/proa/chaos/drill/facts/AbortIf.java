package proa.chaos.drill.facts;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A condition that ends a drill before its time.
 *
 * @param what is looked at
 * @param above this much ends it
 */
public record AbortIf(What what, double above) {

    /** What can be looked at while a drill goes on. */
    public enum What {
        FAILED_REQUESTS,
        GAP_MILLIS,
        OVERLAP_MILLIS;

        /** As it is written. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Names of everything that can be looked at. */
    public static List<String> names() {
        return List.of(What.values()).stream().map(What::text).toList();
    }

    /** {@code failed-requests>1000}; empty when it is not such a condition. */
    public static Optional<AbortIf> of(String text) {
        String[] parts = text.split(">", 2);
        if (parts.length != 2 || !parts[1].strip().matches("\\d{1,9}")) {
            return Optional.empty();
        }
        return List.of(What.values()).stream()
                .filter(what -> what.text().equals(parts[0].strip()))
                .map(what -> new AbortIf(what, Double.parseDouble(parts[1].strip())))
                .findFirst();
    }

    /** Whether it holds; in words. */
    public Optional<String> holds(long failedRequests, double gapMillis, double overlapMillis) {
        double value =
                switch (what) {
                    case FAILED_REQUESTS -> failedRequests;
                    case GAP_MILLIS -> gapMillis;
                    case OVERLAP_MILLIS -> overlapMillis;
                };
        return value > above
                ? Optional.of(
                        String.format(
                                Locale.ROOT, "%s is %.0f, above %.0f", what.text(), value, above))
                : Optional.empty();
    }
}
