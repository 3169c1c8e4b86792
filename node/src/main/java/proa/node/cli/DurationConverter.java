package proa.node.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import proa.node.admin.Wishes;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code 500ms}, {@code 30s}, {@code 5m} or {@code 1h} on the command line; at most an hour. */
class DurationConverter implements ITypeConverter<Duration> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,7})(ms|s|m|h|d)");

    private final Duration max;
    private final String maxWords;

    DurationConverter() {
        this(Duration.ofHours(1), "an hour");
    }

    private DurationConverter(Duration max, String maxWords) {
        this.max = max;
        this.maxWords = maxWords;
    }

    /** After which something is as it was again: as long as the API takes, with {@code 7d}. */
    static final class Limit extends DurationConverter {
        Limit() {
            super(Wishes.LIMIT_MAX, Wishes.LIMIT_MAX.toDays() + " days");
        }
    }

    @Override
    public Duration convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException("\"" + text + "\" is no duration such as 30s or 5m");
        }
        long amount = Long.parseLong(form.group(1));
        Duration duration =
                switch (form.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "h" -> Duration.ofHours(amount);
                    case "d" -> Duration.ofDays(amount);
                    default -> Duration.ofMinutes(amount);
                };
        if (duration.compareTo(max) > 0) {
            throw new TypeConversionException(text + " is longer than " + maxWords);
        }
        return duration;
    }
}
