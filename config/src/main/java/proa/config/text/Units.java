package proa.config.text;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations, sizes and counts as text. */
final class Units {

    /** Nothing in a configuration lasts longer, and the arithmetic below cannot overflow. */
    private static final long DAYS_MAX = 36_500;

    private static final Pattern QUANTITY = Pattern.compile("(\\d{1,15})\\s*([a-zA-Z]*)");
    private static final Map<String, Duration> TIMES =
            Map.of(
                    "ms", Duration.ofMillis(1),
                    "s", Duration.ofSeconds(1),
                    "m", Duration.ofMinutes(1),
                    "h", Duration.ofHours(1),
                    "d", Duration.ofDays(1));
    private static final List<String> TIME_ORDER = List.of("d", "h", "m", "s", "ms");
    private static final Map<String, Long> BINARY =
            Map.of("", 1L, "k", 1L << 10, "m", 1L << 20, "g", 1L << 30);
    private static final Map<String, Long> DECIMAL =
            Map.of("", 1L, "k", 1_000L, "m", 1_000_000L, "g", 1_000_000_000L);

    private Units() {}

    /**
     * {@code 10s}, {@code 500ms} … as a duration; empty when it is not one, has no unit or exceeds
     * a century.
     */
    static Optional<Duration> duration(String text) {
        Matcher quantity = QUANTITY.matcher(text.strip());
        Duration unit = quantity.matches() ? TIMES.get(quantity.group(2)) : null;
        if (unit == null) {
            return Optional.empty();
        }
        long amount = Long.parseLong(quantity.group(1));
        boolean sane = amount <= Duration.ofDays(DAYS_MAX).toMillis() / unit.toMillis();
        return sane ? Optional.of(unit.multipliedBy(amount)) : Optional.empty();
    }

    /** {@code 8k}, {@code 1g} … as bytes: k, m and g are powers of 1024. */
    static Optional<Long> size(String text) {
        return quantity(text, BINARY);
    }

    /** {@code 100k} … as a number of things: k, m and g are powers of 1000. */
    static Optional<Long> count(String text) {
        return quantity(text, DECIMAL);
    }

    private static Optional<Long> quantity(String text, Map<String, Long> units) {
        Matcher quantity = QUANTITY.matcher(text.strip());
        Long unit = quantity.matches() ? units.get(quantity.group(2)) : null;
        if (unit == null) {
            return Optional.empty();
        }
        long amount = Long.parseLong(quantity.group(1));
        return amount <= Long.MAX_VALUE / unit ? Optional.of(amount * unit) : Optional.empty();
    }

    /** The shortest exact form of a duration that is a whole number of milliseconds. */
    static String duration(Duration value) {
        long millis = value.toMillis();
        for (String name : TIME_ORDER) {
            long unit = TIMES.getOrDefault(name, Duration.ofMillis(1)).toMillis();
            if (millis != 0 && millis % unit == 0) {
                return millis / unit + name;
            }
        }
        return millis + "ms";
    }

    /** The shortest exact form of a number of bytes. */
    static String size(long bytes) {
        return shortest(bytes, 1024);
    }

    /** The shortest exact form of a number of things. */
    static String count(long things) {
        return shortest(things, 1000);
    }

    private static String shortest(long value, long step) {
        String unit = "";
        for (String next : List.of("k", "m", "g")) {
            if (value == 0 || value % step != 0) {
                break;
            }
            value /= step;
            unit = next;
        }
        return value + unit;
    }
}
