package proa.node.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code 500ms}, {@code 30s} or {@code 5m} on the command line; at most an hour. */
final class DurationConverter implements ITypeConverter<Duration> {

    private static final Duration MAX = Duration.ofHours(1);
    private static final Pattern FORM = Pattern.compile("(\\d{1,7})(ms|s|m)");

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
                    default -> Duration.ofMinutes(amount);
                };
        if (duration.compareTo(MAX) > 0) {
            throw new TypeConversionException(text + " is longer than an hour");
        }
        return duration;
    }
}
