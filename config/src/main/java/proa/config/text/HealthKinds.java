package proa.config.text;

import com.typesafe.config.ConfigValue;

import proa.config.Expect.StatusRange;
import proa.config.text.Kind.Reading;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of values that only checks have. */
final class HealthKinds {

    private static final int CONTENT_BYTES_MAX = 4096;
    private static final int REGEX_CHARACTERS_MAX = 1024;

    private static final Pattern STATUSES =
            Pattern.compile("([1-5]\\d\\d)(?:-([1-5]\\d\\d))?|([1-5])xx");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})%");
    private static final Pattern JSON_PATH =
            Pattern.compile(
                    "(?:\\$\\.?)?((?:[^.\\[\\]\\s]{1,128}|\\[\\d{1,6}\\])"
                            + "(?:\\.[^.\\[\\]\\s]{1,128}|\\[\\d{1,6}\\]){0,31})");

    private HealthKinds() {}

    /** A share of a whole, {@code 50%}. */
    static Kind<Integer> percent(int min, int max) {
        String form = "percent, " + min + "% to " + max + "%";
        return Kinds.scalar(
                form,
                text -> {
                    Matcher percent = PERCENT.matcher(text);
                    return percent.matches()
                            ? Optional.of(Integer.parseInt(percent.group(1)))
                                    .filter(value -> value >= min && value <= max)
                            : Optional.empty();
                },
                min + "% to " + max + "%");
    }

    /** {@code 200}, {@code 200-299} or {@code 2xx}. */
    static Kind<StatusRange> statuses() {
        return Kinds.scalar(
                "status",
                HealthKinds::statuses,
                "a status such as 200, a range such as 200-299, or 2xx");
    }

    private static Optional<StatusRange> statuses(String text) {
        Matcher matcher = STATUSES.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String hundred = matcher.group(3);
        if (hundred != null) {
            int from = 100 * Integer.parseInt(hundred);
            return Optional.of(new StatusRange(from, from + 99));
        }
        int from = Integer.parseInt(matcher.group(1));
        int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
        return from <= to ? Optional.of(new StatusRange(from, to)) : Optional.empty();
    }

    /** A regular expression that is matched in linear time (RE2). */
    static Kind<String> regex() {
        return new Kinds.Simple<>("regex", text -> Expressions.read(text, REGEX_CHARACTERS_MAX));
    }

    /** Keys and indexes into a JSON document. */
    static Kind<String> jsonPath() {
        return Kinds.scalar(
                "JSON path",
                text -> {
                    Matcher path = JSON_PATH.matcher(text);
                    return path.matches() ? Optional.of(path.group(1)) : Optional.empty();
                },
                "keys and indexes such as checks[0].status; a key has no dot, bracket or space");
    }

    /** Text that is sent or waited for, line ends included. */
    static Kind<String> content() {
        return Kinds.scalar(
                "text",
                text ->
                        text.getBytes(StandardCharsets.UTF_8).length <= CONTENT_BYTES_MAX
                                ? Optional.of(text)
                                : Optional.empty(),
                "text of at most " + CONTENT_BYTES_MAX + " bytes; \\r\\n ends a line");
    }

    /** Text that is sent or waited for, as its bytes, one character each. */
    static Kind<String> bytes() {
        Kind<String> content = content();
        return new Kind<>() {
            @Override
            public Reading<String> read(ConfigValue value) {
                Reading<String> reading = content.read(value);
                return reading instanceof Reading.Good<String>(String text)
                        ? new Reading.Good<>(latin1(text.getBytes(StandardCharsets.UTF_8)))
                        : reading;
            }

            @Override
            public String form() {
                return content.form();
            }
        };
    }

    /** Bytes in hexadecimal, one character each. */
    static Kind<String> hex() {
        return Kinds.scalar(
                "hex",
                text -> {
                    String digits = text.replace(" ", "");
                    return !digits.isEmpty()
                                    && digits.length() <= 2 * CONTENT_BYTES_MAX
                                    && digits.matches("(?:[0-9a-fA-F]{2})+")
                            ? Optional.of(latin1(HexFormat.of().parseHex(digits)))
                            : Optional.empty();
                },
                "two hexadecimal digits for each byte, \"0d 0a\"");
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
