package proa.chaos.fuzz;

import proa.node.message.HeadLimits;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Heads and chunks of RFC 9112 read by regular expressions: slow, and easy to believe. */
final class HttpReference {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String VALUE = "[\\t\\x20-\\x7e\\x80-\\xff]*";
    private static final Pattern REQUEST_LINE =
            Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7e]+) HTTP/1\\.([01])");
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.([01]) ([1-9][0-9][0-9])( " + VALUE + ")?");
    private static final Pattern FIELD =
            Pattern.compile("(" + TOKEN + "):[ \\t]*(" + VALUE + ")", Pattern.DOTALL);
    private static final Pattern OPTIONS =
            Pattern.compile("[ \\t]*(" + TOKEN + ")?[ \\t]*(,[ \\t]*(" + TOKEN + ")?[ \\t]*)*");
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[0-9A-Za-z._~!$&'()*+;=-]+)(?::([0-9]{1,5}))?");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?]*)(.*)");
    private static final Pattern SIZE =
            Pattern.compile("([0-9A-Fa-f]{1,15})(;([\\t\\x20-\\x7e\\x80-\\xff]{0,256}))?\r\n");
    private static final Pattern TRAILER = Pattern.compile("(" + TOKEN + "):(" + VALUE + ")\r\n");

    private static final Set<String> CLIENT =
            Set.of(
                    "forwarded",
                    "x-forwarded-for",
                    "x-forwarded-host",
                    "x-forwarded-port",
                    "x-forwarded-proto");
    private static final Set<String> FRAMING =
            Set.of("host", "content-length", "transfer-encoding");
    private static final Set<String> OTHERS =
            Set.of(
                    "te",
                    "cookie",
                    "expect",
                    "upgrade",
                    "connection",
                    "keep-alive",
                    "http2-settings",
                    "proxy-connection");

    /** A head that is not whole, or should be refused. */
    private static final class Not extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Not() {
            super(null, null, false, false);
        }
    }

    private record Field(String name, String value) {}

    private final boolean before11;
    private final List<Field> fields = new ArrayList<>();
    private final List<String> options = new ArrayList<>();

    private HttpReference(boolean before11) {
        this.before11 = before11;
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new Not();
        }
    }

    static Optional<String> request(byte[] bytes, HeadLimits limits) {
        try {
            return Optional.of(wholeRequest(Subject.latin(bytes), limits));
        } catch (Not _) {
            return Optional.empty();
        }
    }

    static Optional<String> response(byte[] bytes, HeadLimits limits) {
        try {
            return Optional.of(wholeResponse(Subject.latin(bytes), limits));
        } catch (Not _) {
            return Optional.empty();
        }
    }

    private static String wholeRequest(String text, HeadLimits limits) {
        int start = text.startsWith("\r\n") ? 2 : 0;
        int end = end(text, start, limits);
        String[] lines = text.substring(start, end - 4).split("\r\n", -1);
        Matcher line = REQUEST_LINE.matcher(lines[0]);
        require(line.matches() && line.end(2) < limits.lineBytesMax());
        HttpReference head = new HttpReference(line.group(3).equals("0"));
        head.fields(lines, limits);
        String method = line.group(1);
        require(!method.equals("CONNECT"));
        String body = head.framing();
        head.connection();
        String where = head.target(method, line.group(2));
        head.expectation();
        return "whole end=%d method=%s body=%s keep=%s %s"
                .formatted(end, method, body, head.keepsAlive(), where);
    }

    private static String wholeResponse(String text, HeadLimits limits) {
        int end = end(text, 0, limits);
        String[] lines = text.substring(0, end - 4).split("\r\n", -1);
        Matcher line = STATUS_LINE.matcher(lines[0]);
        require(line.matches() && lines[0].length() <= limits.lineBytesMax());
        HttpReference head = new HttpReference(line.group(1).equals("0"));
        head.fields(lines, limits);
        String body = head.framing();
        head.connection();
        int status = Integer.parseInt(line.group(2));
        boolean none = status < 200 || status == 204 || status == 304;
        boolean unsaid = body.equals("NONE:0") && head.all("content-length").isEmpty();
        return "whole end=%d status=%d body=%s keep=%s"
                .formatted(
                        end,
                        status,
                        none ? "NONE" : unsaid ? "UNTIL_CLOSE" : body.split(":")[0],
                        head.keepsAlive());
    }

    private static int end(String text, int start, HeadLimits limits) {
        int blank = text.indexOf("\r\n\r\n", start);
        require(blank >= 0 && blank + 4 <= limits.headBytesMax());
        return blank + 4;
    }

    private void fields(String[] lines, HeadLimits limits) {
        require(lines.length - 1 <= limits.fieldsMax());
        for (int at = 1; at < lines.length; at++) {
            Matcher line = FIELD.matcher(lines[at]);
            require(line.matches() && lines[at].length() <= limits.lineBytesMax());
            String name = line.group(1).toLowerCase(Locale.ROOT);
            require(!name.contains("_") || !matters(name.replace('_', '-')));
            fields.add(new Field(name, line.group(2).replaceAll("[ \\t]+$", "")));
        }
    }

    private static boolean matters(String name) {
        return FRAMING.contains(name) || CLIENT.contains(name) || OTHERS.contains(name);
    }

    private List<String> all(String name) {
        return fields.stream().filter(each -> each.name.equals(name)).map(Field::value).toList();
    }

    private String framing() {
        List<String> lengths = all("content-length");
        List<String> codings = all("transfer-encoding");
        require(lengths.size() + codings.size() <= 1);
        if (!codings.isEmpty()) {
            require(!before11 && codings.getFirst().equalsIgnoreCase("chunked"));
            return "CHUNKED:0";
        }
        if (lengths.isEmpty()) {
            return "NONE:0";
        }
        require(lengths.getFirst().matches("0|[1-9][0-9]{0,17}"));
        return (lengths.getFirst().equals("0") ? "NONE:" : "LENGTH:") + lengths.getFirst();
    }

    private void connection() {
        for (String value : all("connection")) {
            require(OPTIONS.matcher(value).matches());
            for (String option : value.split("[ \\t,]+")) {
                if (!option.isEmpty()) {
                    String name = option.toLowerCase(Locale.ROOT);
                    String plain = name.replace('_', '-');
                    require(!FRAMING.contains(plain) && !CLIENT.contains(plain));
                    options.add(name);
                }
            }
        }
        require(options.size() <= 32);
    }

    private boolean keepsAlive() {
        return !options.contains("close") && (!before11 || options.contains("keep-alive"));
    }

    private void expectation() {
        List<String> all = options.contains("expect") ? List.of() : all("expect");
        require(
                all.isEmpty()
                        || all.size() == 1 && all.getFirst().equalsIgnoreCase("100-continue"));
    }

    private String target(String method, String target) {
        String authority = "";
        String rest = target;
        if (target.equals("*")) {
            require(method.equals("OPTIONS"));
        } else if (!target.startsWith("/")) {
            Matcher absolute = ABSOLUTE.matcher(target);
            require(absolute.matches());
            authority = absolute.group(1);
            host(authority);
            rest = absolute.group(2);
        }
        require(!rest.contains("#"));
        String path = rest.split("\\?", 2)[0];
        sound(path);
        List<String> hosts = all("host");
        require(hosts.size() == 1 || hosts.isEmpty() && before11);
        String host = hosts.isEmpty() ? "" : host(hosts.getFirst());
        if (!authority.isEmpty()) {
            require(hosts.isEmpty() || hosts.getFirst().equalsIgnoreCase(authority));
            host = host(authority);
        }
        String shown = target.equals("*") ? "" : path.isEmpty() ? "/" : path;
        return "host=%s path=%s".formatted(host, shown);
    }

    private static String host(String authority) {
        Matcher parts = AUTHORITY.matcher(authority);
        require(parts.matches());
        require(parts.group(2) == null || Integer.parseInt(parts.group(2)) <= 65_535);
        return parts.group(1).toLowerCase(Locale.ROOT).replaceFirst("(?<=.)\\.$", "");
    }

    /** No encoding that is none, and no dot segment that only some see. */
    private static void sound(String path) {
        require(!Pattern.compile("%(?![0-9A-Fa-f]{2})|%00").matcher(path).find());
        for (String segment : path.split("/", -1)) {
            String decoded =
                    Pattern.compile("%(..)")
                            .matcher(segment)
                            .replaceAll(
                                    code ->
                                            Matcher.quoteReplacement(
                                                    String.valueOf(
                                                            (char)
                                                                    Integer.parseInt(
                                                                            code.group(1), 16))))
                            .replace('\\', '/');
            if (decoded.contains(";") || decoded.contains("/")) {
                require(!Pattern.compile(";.*/", Pattern.DOTALL).matcher(decoded).find());
                for (String part : decoded.split("/", -1)) {
                    require(!part.split(";", 2)[0].matches("\\.\\.?"));
                }
            }
        }
    }

    /** Where a chunked body ends, and how much was in it. */
    static Optional<String> chunks(byte[] bytes) {
        String text = Subject.latin(bytes);
        Matcher size = SIZE.matcher(text);
        int at = 0;
        long data = 0;
        while (size.find(at) && size.start() == at) {
            long length = Long.parseLong(size.group(1), 16);
            at = size.end();
            if (length == 0) {
                return trailers(text, at, data);
            }
            if (length > text.length() - at || !text.startsWith("\r\n", at + (int) length)) {
                return Optional.empty();
            }
            data += length;
            at += (int) length + 2;
        }
        return Optional.empty();
    }

    private static Optional<String> trailers(String text, int from, long data) {
        Matcher trailer = TRAILER.matcher(text);
        int at = from;
        int bytes = 0;
        while (trailer.find(at) && trailer.start() == at) {
            String name = trailer.group(1).toLowerCase(Locale.ROOT).replace('_', '-');
            bytes += trailer.end() - 2 - at;
            if (matters(name) || bytes > 8 << 10) {
                return Optional.empty();
            }
            at = trailer.end();
        }
        return text.startsWith("\r\n", at)
                ? Optional.of("whole end=%d data=%d".formatted(at + 2, data))
                : Optional.empty();
    }
}
