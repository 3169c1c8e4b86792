package proa.config.text;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

import proa.config.Network;
import proa.config.text.Kind.Reading;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every kind of value a key of ours can have. */
final class Kinds {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Pattern INTERFACE = Pattern.compile("[^/\\s]{1,15}");
    private static final Pattern HOST =
            Pattern.compile("[^:/?#@\\s\\[\\]]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]");
    private static final Pattern PORT =
            Pattern.compile("([^:/?#@\\s]{1,253}|\\[.{2,45}]):\\d{0,5}");
    private static final int TEXT_CHARACTERS_MAX = 4096;

    private Kinds() {}

    /** A name of ours or of an operator's: what appears in metrics, cookies and certificates. */
    static Kind<String> name() {
        return matching(
                "name",
                NAME,
                "letters, digits, `.`, `_` and `-`, 1 to 63 characters, the first a letter or"
                        + " digit");
    }

    /** A token as of RFC 9110 §5.6.2: header and cookie names, methods. */
    static Kind<String> token() {
        return matching("token", TOKEN, "an HTTP token, without spaces or separators");
    }

    /** A Linux interface name. */
    static Kind<String> interfaceName() {
        return matching(
                "interface",
                INTERFACE,
                "an interface of the machine such as eth0, 1 to 15 characters");
    }

    /** Any text. */
    static Kind<String> text() {
        return scalar(
                "text",
                text ->
                        text.length() <= TEXT_CHARACTERS_MAX
                                        && text.chars().noneMatch(Character::isISOControl)
                                ? Optional.of(text)
                                : Optional.empty(),
                "printable text of at most " + TEXT_CHARACTERS_MAX + " characters");
    }

    /** A path of a URL: begins with a slash. */
    static Kind<String> urlPath() {
        Pattern path = Pattern.compile("/[\\x21-\\x7e]{0,2047}");
        return matching("path", path, "a path that begins with `/`, without spaces");
    }

    /** A path of a URL that rules compare: what follows `?` or `#` is no part of it. */
    static Kind<String> pathAlone() {
        Kind<String> path = urlPath();
        return checked(
                path,
                text -> {
                    String alone = text.split("[?#]", 2)[0];
                    return alone.equals(text)
                            ? Optional.empty()
                            : Optional.of(
                                    Reading.bad(
                                            "\"" + clip(text) + "\" is more than a path",
                                            "compared without query: \"" + clip(alone) + "\""));
                });
    }

    /** A host that rules compare: whole, in ASCII and without a port. */
    static Kind<String> host() {
        return checked(
                matching("host", HOST, "a name such as shop.example, an address, or [fd00::1]"),
                text -> ofHost(text).or(() -> withPort(text)));
    }

    private static Optional<Reading<String>> withPort(String text) {
        Matcher port = PORT.matcher(text);
        return port.matches()
                ? Optional.of(
                        Reading.bad(
                                "\"" + clip(text) + "\" has a port",
                                "compared without port: \"" + clip(port.group(1)) + "\""))
                : Optional.empty();
    }

    /** What no host of a request has in it, nor its end. */
    static Optional<Reading<String>> ofHost(String text) {
        if (text.indexOf('*') >= 0) {
            String end = text.substring(text.lastIndexOf('*') + 1);
            return Optional.of(
                    Reading.bad(
                            "\"" + clip(text) + "\" is never met: `*` stands for nothing here",
                            "host-suffix = \""
                                    + (end.isEmpty() ? ".shop.example" : clip(end))
                                    + "\""));
        }
        if (text.endsWith(".")) {
            return Optional.of(
                    Reading.bad(
                            "\"" + clip(text) + "\" is never met",
                            "hosts are compared without a dot at their end"));
        }
        return text.chars().allMatch(letter -> letter < 0x80)
                ? Optional.empty()
                : Optional.of(
                        Reading.bad(
                                "\"" + clip(text) + "\" is never met: hosts come in ASCII",
                                "as it is encoded, beginning with xn--"));
    }

    /** A kind whose texts are looked at first for a mistake that has a better hint. */
    static Kind<String> checked(
            Kind<String> kind, Function<String, Optional<Reading<String>>> mistake) {
        return new Kind<>() {
            @Override
            public Reading<String> read(ConfigValue value) {
                return mistake.apply(written(value)).orElseGet(() -> kind.read(value));
            }

            @Override
            public String form() {
                return kind.form();
            }
        };
    }

    private static Kind<String> matching(String form, Pattern pattern, String expected) {
        return scalar(
                form,
                text -> pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty(),
                expected);
    }

    /** A whole number in a range. */
    static Kind<Integer> whole(int min, int max) {
        String form = "number, " + min + " to " + max;
        return ranged(form, Kinds::exact, Integer::longValue, min, max, String::valueOf);
    }

    /** A number of things in a range, as in {@code 100k}. */
    static Kind<Integer> count(int min, int max) {
        String form = "count, " + Units.count(min) + " to " + Units.count(max);
        return ranged(
                form,
                text -> Units.count(text).map(Kinds::clamp),
                Integer::longValue,
                min,
                max,
                Units::count);
    }

    /** A number of things or bytes in a range, as in {@code 100k}. */
    static Kind<Long> amount(long min, long max) {
        String form = "count, " + Units.count(min) + " to " + Units.count(max);
        return ranged(form, Units::count, Long::longValue, min, max, Units::count);
    }

    /** A number of bytes in a range, as in {@code 8k}. */
    static Kind<Long> size(long min, long max) {
        String form = "size, " + Units.size(min) + " to " + Units.size(max);
        return ranged(form, Units::size, Long::longValue, min, max, Units::size);
    }

    /** A duration in a range, as in {@code 500ms}. */
    static Kind<Duration> duration(Duration min, Duration max) {
        String range = Units.duration(min) + " to " + Units.duration(max);
        Function<Long, String> shown = millis -> Units.duration(Duration.ofMillis(millis));
        return ranged(
                "duration, " + range,
                Units::duration,
                Duration::toMillis,
                min.toMillis(),
                max.toMillis(),
                shown);
    }

    private static <T> Kind<T> ranged(
            String form,
            Function<String, Optional<T>> parse,
            Function<T, Long> measure,
            long min,
            long max,
            Function<Long, String> shown) {
        String range = shown.apply(min) + " to " + shown.apply(max);
        String example = form.startsWith("duration") ? ", with a unit: ms, s, m, h or d" : "";
        return new Simple<>(
                form,
                text ->
                        parse.apply(text)
                                .<Reading<T>>map(
                                        value ->
                                                inRange(
                                                        value,
                                                        text,
                                                        measure.apply(value),
                                                        min,
                                                        max,
                                                        range))
                                .orElseGet(
                                        () ->
                                                Reading.bad(
                                                        "\""
                                                                + clip(text)
                                                                + "\" is not a "
                                                                + form.replaceAll(",.*", ""),
                                                        range + example)));
    }

    private static <T> Reading<T> inRange(
            T value, String text, long measured, long min, long max, String range) {
        return measured >= min && measured <= max
                ? new Reading.Good<>(value)
                : Reading.bad(clip(text) + " is out of range", range);
    }

    private static Optional<Integer> exact(String text) {
        return text.matches("-?\\d{1,18}")
                ? Optional.of(clamp(Long.parseLong(text)))
                : Optional.empty();
    }

    private static int clamp(long value) {
        return Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** {@code true} or {@code false}. */
    static Kind<Boolean> flag() {
        return scalar(
                "true | false",
                text ->
                        switch (text) {
                            case "true", "yes", "on" -> Optional.of(true);
                            case "false", "no", "off" -> Optional.of(false);
                            default -> Optional.empty();
                        },
                "true or false");
    }

    /** One of a few words. */
    static <E> Kind<E> choice(Map<String, E> words) {
        String form =
                words.keySet().stream().sorted().reduce((one, two) -> one + " | " + two).orElse("");
        return new Simple<>(
                form,
                text -> {
                    E chosen = words.get(text);
                    return chosen != null
                            ? new Reading.Good<>(chosen)
                            : new Reading.Bad<>(
                                    "\"" + clip(text) + "\" is not one of " + form,
                                    Suggest.nearest(text, words.keySet()));
                });
    }

    /** A literal address without a prefix. */
    static Kind<InetAddress> address() {
        return new Simple<>(
                "address",
                text ->
                        Addresses.address(text)
                                .<Reading<InetAddress>>map(Reading.Good::new)
                                .orElseGet(() -> noAddress(text)));
    }

    private static Reading<InetAddress> noAddress(String text) {
        int slash = text.indexOf('/');
        return slash > 0 && Addresses.address(text.substring(0, slash)).isPresent()
                ? Reading.bad(
                        "\"" + clip(text) + "\" has a prefix length",
                        "the address alone: \"" + text.substring(0, slash) + "\"")
                : Reading.bad(
                        "\"" + clip(text) + "\" is not an IP address",
                        "four numbers such as 10.0.0.11, or an IPv6 address; names are not looked"
                                + " up");
    }

    /** {@code 10.0.0.1:8080} or {@code [fd00::1]:8080}. */
    static Kind<InetSocketAddress> socket() {
        return new Simple<>(
                "address:port",
                text ->
                        Addresses.socket(text)
                                .<Reading<InetSocketAddress>>map(Reading.Good::new)
                                .orElseGet(() -> noSocket(text)));
    }

    private static Reading<InetSocketAddress> noSocket(String text) {
        if (Addresses.address(text).isPresent()) {
            String shown = text.contains(":") ? "[" + text + "]" : text;
            return Reading.bad("\"" + clip(text) + "\" has no port", "\"" + shown + ":8080\"");
        }
        return text.matches("[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*(:\\d+)?")
                ? Reading.bad(
                        "\""
                                + clip(text)
                                + "\" is a host name, and names are not looked up in this version",
                        "its address: \"10.0.0.1:8080\"")
                : Reading.bad(
                        "\"" + clip(text) + "\" is not address:port",
                        "\"10.0.0.1:8080\" or \"[fd00::1]:8080\", ports 1 to 65535");
    }

    /** {@code 10.0.0.0/8}, or an address that stands for itself alone. */
    static Kind<Network> network() {
        return new Simple<>(
                "network",
                text ->
                        Addresses.network(text)
                                .<Reading<Network>>map(Reading.Good::new)
                                .orElseGet(
                                        () ->
                                                Reading.bad(
                                                        "\"" + clip(text) + "\" is not a network",
                                                        "CIDR such as \"10.0.0.0/8\", no bits set"
                                                                + " beyond the prefix")));
    }

    /** A file name; {@code %{node}} stands for the node's name. */
    static Kind<String> file() {
        return scalar(
                "file",
                text ->
                        text.isEmpty() || text.indexOf('\0') >= 0
                                ? Optional.empty()
                                : Optional.of(text),
                "a file name, relative to the folder of this file or absolute");
    }

    /** An object with keys of its own. */
    static Kind<ConfigObject> section() {
        return structure("section", ConfigObject.class, "{ … }");
    }

    /** An object whose keys are names the operator chooses. */
    static Kind<ConfigObject> named() {
        return structure("named sections", ConfigObject.class, "{ name { … } }");
    }

    /** A list; its elements are read one by one. */
    static Kind<ConfigList> list(String of) {
        return structure("list of " + of, ConfigList.class, "[ … ]");
    }

    /** Anything; the reader of the section decides. */
    static Kind<ConfigValue> any(String form) {
        return structure(form, ConfigValue.class, form);
    }

    private static <T extends ConfigValue> Kind<T> structure(
            String form, Class<T> type, String shape) {
        return new Kind<>() {
            @Override
            public Reading<T> read(ConfigValue value) {
                return type.isInstance(value)
                        ? new Reading.Good<>(type.cast(value))
                        : Reading.bad(shown(value) + " cannot stand here", shape);
            }

            @Override
            public String form() {
                return form;
            }
        };
    }

    /** A kind that is read from one scalar's text. */
    static <T> Kind<T> scalar(String form, Function<String, Optional<T>> parse, String expected) {
        return new Simple<>(
                form,
                text ->
                        parse.apply(text)
                                .<Reading<T>>map(Reading.Good::new)
                                .orElseGet(
                                        () ->
                                                Reading.bad(
                                                        "\"" + clip(text) + "\" cannot stand here",
                                                        expected)));
    }

    record Simple<T>(String form, Function<String, Reading<T>> parse) implements Kind<T> {
        @Override
        public Reading<T> read(ConfigValue value) {
            return switch (value.valueType()) {
                case STRING, NUMBER, BOOLEAN -> parse.apply(written(value));
                case OBJECT, LIST, NULL -> Reading.bad(shown(value) + " cannot stand here", form);
            };
        }
    }

    /**
     * A scalar's text as it is in the file: the library has read numbers, and takes 007 for 7 and
     * 1.10 for 1.1.
     */
    static String written(ConfigValue value) {
        return value.valueType() == ConfigValueType.NUMBER
                ? value.atKey("number").getString("number")
                : String.valueOf(value.unwrapped());
    }

    static String shown(ConfigValue value) {
        return value.valueType() == ConfigValueType.OBJECT
                ? "a section"
                : value.valueType() == ConfigValueType.LIST
                        ? "a list"
                        : value.valueType() == ConfigValueType.NULL
                                ? "null"
                                : "\"" + clip(written(value)) + "\"";
    }

    /** Long or odd values are shortened so that a message stays one line. */
    static String clip(String text) {
        return clip(text, 60);
    }

    static String clip(String text, int characters) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= characters ? line : line.substring(0, characters - 1) + "…";
    }
}
