package proa.config.text;

import com.google.re2j.Pattern;

import proa.config.Condition;
import proa.config.NormalPath;
import proa.config.Template;
import proa.config.text.Kind.Reading;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;

/** Kinds of values that only rules and conditions have. */
final class RuleKinds {

    /** Longer expressions are no longer read by people either. */
    private static final int PATTERN_CHARACTERS_MAX = 512;

    /** A body of the operator's own: larger ones belong on a server. */
    private static final int BODY_CHARACTERS_MAX = 64 << 10;

    private static final int MINUTES_OF_DAY = 24 * 60;

    private static final java.util.regex.Pattern PERCENT =
            java.util.regex.Pattern.compile("(\\d{1,3}(?:\\.\\d{1,4})?)\\s*%");
    private static final java.util.regex.Pattern SPAN =
            java.util.regex.Pattern.compile("(\\d\\d):(\\d\\d)\\s*-\\s*(\\d\\d):(\\d\\d)");
    private static final java.util.regex.Pattern REPLACEMENT =
            java.util.regex.Pattern.compile("(?:[^$\\\\]|\\$\\d|\\\\[$\\\\])*");
    private static final java.util.regex.Pattern GROUP =
            java.util.regex.Pattern.compile("\\$(\\d)");
    private static final java.util.regex.Pattern MEDIA_TYPE =
            java.util.regex.Pattern.compile("[\\w.+-]{1,64}/[\\w.+-]{1,64}(;[\\x20-\\x7e]{1,64})?");

    private RuleKinds() {}

    /** A span of the day in minutes. */
    record Span(int from, int to) {}

    /** A regular expression for the bytes that a client sends, each as one character. */
    static Kind<String> byteRegex() {
        return Kinds.checked(
                regex(),
                text ->
                        isAscii(text)
                                ? Optional.empty()
                                : Optional.of(
                                        Reading.bad(
                                                "\"" + Kinds.clip(text) + "\" is never met",
                                                "bytes are compared: " + asBytes(text))));
    }

    /** A regular expression for hosts. */
    static Kind<String> hostRegex() {
        return Kinds.checked(
                regex(),
                text ->
                        isAscii(text)
                                ? Optional.empty()
                                : Optional.of(
                                        Reading.bad(
                                                "\""
                                                        + Kinds.clip(text)
                                                        + "\" is never met: hosts come in ASCII",
                                                "as it is encoded, beginning with xn--")));
    }

    static boolean isAscii(String text) {
        return text.chars().allMatch(letter -> letter < 0x80);
    }

    /** How the first character that is not ASCII is written instead. */
    static String asBytes(String text) {
        String first =
                text.codePoints()
                        .filter(letter -> letter >= 0x80)
                        .mapToObj(Character::toString)
                        .findFirst()
                        .orElse("");
        StringBuilder bytes = new StringBuilder(first).append(" is ");
        for (byte b : first.getBytes(StandardCharsets.UTF_8)) {
            bytes.append("\\\\x").append(HexFormat.of().toHexDigits(b));
        }
        return bytes.toString();
    }

    /** A regular expression of the linear-time kind: a client's text is matched against it. */
    static Kind<String> regex() {
        return new Kinds.Simple<>("regex", text -> Expressions.read(text, PATTERN_CHARACTERS_MAX));
    }

    /** What replaces a match; {@code $1} to {@code $9} are groups. */
    static Kind<String> replacement() {
        return Kinds.scalar(
                "replacement",
                text ->
                        text.length() <= PATTERN_CHARACTERS_MAX
                                        && text.chars().noneMatch(Character::isISOControl)
                                        && REPLACEMENT.matcher(text).matches()
                                ? Optional.of(text)
                                : Optional.empty(),
                "printable text in which $1 is the first group and \\$ a dollar sign");
    }

    /** The highest group a replacement names. */
    static int highestGroup(String replacement) {
        return GROUP.matcher(replacement.replace("\\$", ""))
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElse(0);
    }

    /** How many groups a sound expression has. */
    static int groups(String pattern) {
        return Pattern.compile(pattern).groupCount();
    }

    /** Text with {@code %{…}} in it. */
    static Kind<Template> template() {
        return new Kinds.Simple<>("template", Templates::read);
    }

    /** A template for a part of a URI. */
    static Kind<Template> uriTemplate() {
        return new Kinds.Simple<>(
                "template",
                text ->
                        text.matches("[\\x21-\\x7e]{1,2048}")
                                ? Templates.read(text)
                                : Reading.bad(
                                        "\"" + Kinds.clip(text) + "\" cannot stand in a URI",
                                        "visible ASCII without spaces; the rest as %20"));
    }

    /** {@code 5%} as millionths. */
    static Kind<Integer> share() {
        return new Kinds.Simple<>(
                "percentage",
                text -> {
                    Matcher percent = PERCENT.matcher(text.strip());
                    int millionths = percent.matches() ? millionths(percent.group(1)) : 0;
                    return millionths >= 1 && millionths <= Condition.Share.WHOLE
                            ? new Reading.Good<>(millionths)
                            : Reading.bad(
                                    "\"" + Kinds.clip(text) + "\" is not a share",
                                    "above 0% to 100%, with the sign: 5%");
                });
    }

    private static int millionths(String percent) {
        return new BigDecimal(percent).movePointRight(4).intValueExact();
    }

    /** {@code 09:00-17:30}. */
    static Kind<Span> span() {
        return Kinds.scalar(
                "HH:MM-HH:MM",
                text -> {
                    Matcher span = SPAN.matcher(text.strip());
                    return span.matches()
                            ? span(minute(span, 1), minute(span, 3))
                            : Optional.empty();
                },
                "such as \"09:00-17:30\"; \"22:00-06:00\" goes over midnight");
    }

    private static Optional<Span> span(int from, int to) {
        boolean sound = from >= 0 && from < MINUTES_OF_DAY && to > 0 && from != to;
        return sound ? Optional.of(new Span(from, to)) : Optional.empty();
    }

    /** The minute of the day; 24:00 is the last one's end. */
    private static int minute(Matcher span, int group) {
        int hour = Integer.parseInt(span.group(group));
        int minute = Integer.parseInt(span.group(group + 1));
        int of = hour * 60 + minute;
        return minute < 60 && of <= MINUTES_OF_DAY ? of : -1;
    }

    /** A day of the week. */
    static Kind<DayOfWeek> day() {
        return Kinds.choice(
                Map.of(
                        "mon", DayOfWeek.MONDAY,
                        "tue", DayOfWeek.TUESDAY,
                        "wed", DayOfWeek.WEDNESDAY,
                        "thu", DayOfWeek.THURSDAY,
                        "fri", DayOfWeek.FRIDAY,
                        "sat", DayOfWeek.SATURDAY,
                        "sun", DayOfWeek.SUNDAY));
    }

    /** A name of the time-zone database. */
    static Kind<String> zone() {
        return Kinds.scalar(
                "time zone",
                text -> {
                    try {
                        ZoneId.of(text);
                        return Optional.of(text);
                    } catch (DateTimeException _) {
                        return Optional.empty();
                    }
                },
                "a name such as Europe/Berlin or UTC");
    }

    /** The body of a fixed response; line ends and tabs are welcome. */
    static Kind<String> body() {
        return Kinds.scalar(
                "text",
                text -> text.length() <= BODY_CHARACTERS_MAX ? Optional.of(text) : Optional.empty(),
                "at most " + BODY_CHARACTERS_MAX + " characters");
    }

    /** {@code text/html; charset=utf-8}. */
    static Kind<String> mediaType() {
        return Kinds.scalar(
                "media type",
                text -> MEDIA_TYPE.matcher(text).matches() ? Optional.of(text) : Optional.empty(),
                "such as \"text/html; charset=utf-8\"");
    }

    /** The end of a path or of a host. */
    static Kind<String> suffix() {
        return Kinds.scalar(
                "text",
                text ->
                        text.matches("[\\x21-\\x7e&&[^?#]]{1,2048}")
                                ? Optional.of(text)
                                : Optional.empty(),
                "visible characters without spaces, `?` and `#`");
    }

    /** The end of a host that conditions compare. */
    static Kind<String> hostSuffix() {
        return Kinds.checked(suffix(), Kinds::ofHost);
    }

    /** The end of a path that conditions compare: parameters are no part of it. */
    static Kind<String> pathSuffix() {
        return Kinds.checked(
                suffix(),
                text ->
                        text.indexOf(';') < 0
                                ? Optional.empty()
                                : Optional.of(
                                        Reading.bad(
                                                "\"" + Kinds.clip(text) + "\" has a parameter",
                                                "compared without; see raw-path-regex")));
    }

    /**
     * A path that conditions compare with those of requests, which have been brought into normal
     * form: another one would never be met.
     *
     * @param prefix whether more may follow
     */
    static Kind<String> comparedPath(boolean prefix) {
        String more = prefix ? "x" : "";
        return Kinds.checked(
                Kinds.pathAlone(),
                text -> {
                    if (NormalPath.flaw(text) != NormalPath.Flaw.NONE) {
                        return Optional.of(
                                Reading.bad(
                                        "\"" + Kinds.clip(text) + "\" is no path of any request",
                                        "%XX for what is encoded, and no dots beside slashes"));
                    }
                    String normal = NormalPath.of(text + more);
                    return !text.startsWith("/") || normal.equals(NormalPath.decoded(text) + more)
                            ? Optional.empty()
                            : Optional.of(
                                    Reading.bad(
                                            "\"" + Kinds.clip(text) + "\" is never met",
                                            "requests are compared as \""
                                                    + Kinds.clip(
                                                            normal.substring(
                                                                    0,
                                                                    normal.length()
                                                                            - more.length()))
                                                    + "\"; see raw-path-regex"));
                });
    }
}
