package proa.chaos.fuzz;

import static proa.chaos.fuzz.Subject.latin;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Obvious readers of what {@link Http2Subjects} are given, by the words of RFC 9113 and RFC 8441.
 */
final class Http2Reference {

    private static final Predicate<String> TOKEN = whole("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    static final Predicate<String> NAME = whole("[!#$%&'*+.^_`|~0-9a-z-]+");
    private static final Predicate<String> VISIBLE = whole("[!-~]+");
    private static final Predicate<String> LENGTH = whole("[0-9]{1,18}");
    static final Predicate<String> VALUE =
            whole(
                    "([^\0-\u0008\n-\u001f \t\u007f]"
                            + "([^\0-\u0008\n-\u001f\u007f]*[^\0-\u001f \u007f])?)?");
    private static final Set<String> PSEUDO =
            Set.of(":method", ":scheme", ":path", ":authority", ":protocol");
    static final Set<String> OF_CONNECTIONS =
            Set.of(
                    "connection",
                    "proxy-connection",
                    "keep-alive",
                    "transfer-encoding",
                    "upgrade",
                    "http2-settings");

    private static final int PAYLOAD_MAX = 16_384;

    private Http2Reference() {}

    private static Predicate<String> whole(String regex) {
        return Pattern.compile(regex).asMatchPredicate();
    }

    private record Field(String name, String value) {}

    static Optional<String> request(byte[] input) {
        String text = latin(input);
        Map<String, String> pseudo = new HashMap<>();
        List<Field> fields = new ArrayList<>();
        for (String each :
                text.substring(Math.min(2, text.length())).split(Http2Subjects.FIELD, -1)) {
            int cut = each.indexOf(Http2Subjects.VALUE);
            String name = cut < 0 ? each : each.substring(0, cut);
            String value = cut < 0 ? "" : each.substring(cut + 1);
            if (name.startsWith(":")) {
                boolean sound =
                        fields.isEmpty()
                                && PSEUDO.contains(name)
                                && VISIBLE.test(value)
                                && pseudo.put(name, value) == null;
                if (!sound) {
                    return Optional.empty();
                }
            } else if (!NAME.test(name) || !VALUE.test(value) || OF_CONNECTIONS.contains(name)) {
                return Optional.empty();
            } else {
                fields.add(new Field(name, value));
            }
        }
        return head(pseudo, fields, text.startsWith("E"));
    }

    private static Optional<String> head(
            Map<String, String> pseudo, List<Field> fields, boolean ended) {
        String method = pseudo.getOrDefault(":method", "");
        String path = pseudo.getOrDefault(":path", "");
        String scheme = pseudo.getOrDefault(":scheme", "");
        String authority = pseudo.get(":authority");
        String protocol = pseudo.get(":protocol");
        boolean plainConnect = method.equals("CONNECT") && protocol == null;
        boolean tunnel = method.equals("CONNECT") && protocol != null && TOKEN.test(protocol);
        boolean right =
                plainConnect
                        ? !pseudo.containsKey(":scheme")
                                && !pseudo.containsKey(":path")
                                && authority != null
                        : TOKEN.test(method)
                                && (protocol == null || tunnel)
                                && (path.startsWith("/")
                                        || path.equals("*") && method.equals("OPTIONS"))
                                && scheme.matches("(?i)https?");
        if (!right || tunnel && ended) {
            return Optional.empty();
        }
        StringBuilder head = new StringBuilder();
        head.append(tunnel ? "GET" : method).append(' ');
        head.append(plainConnect ? authority : path).append(" HTTP/1.1\r\n");
        if (authority != null) {
            head.append("host: ").append(authority).append("\r\n");
        }
        Optional<String> rest = rest(fields, authority, tunnel, ended);
        String unknown = tunnel && !protocol.equalsIgnoreCase("websocket") ? "unknown" : "";
        return rest.map(lines -> "whole " + head + lines + "\r\n" + unknown);
    }

    private static Optional<String> rest(
            List<Field> fields, String authority, boolean tunnel, boolean ended) {
        StringBuilder lines = new StringBuilder();
        List<String> cookies = new ArrayList<>();
        String length = null;
        int hosts = 0;
        for (Field field : fields) {
            boolean right = true;
            switch (field.name()) {
                case "te" -> right = field.value().equals("trailers");
                case "cookie" -> {
                    if (!field.value().isEmpty() || !cookies.isEmpty()) {
                        cookies.add(field.value());
                    }
                }
                case "host" -> {
                    hosts++;
                    right =
                            authority == null
                                    ? hosts == 1
                                    : field.value().equalsIgnoreCase(authority);
                    if (authority == null) {
                        lines.append("host: ").append(field.value()).append("\r\n");
                    }
                }
                case "content-length" -> {
                    right = !tunnel && length == null && LENGTH.test(field.value());
                    length = field.value();
                }
                default -> {
                    if (!tunnel || !field.name().equals("sec-websocket-key")) {
                        lines.append(field.name() + ": " + field.value() + "\r\n");
                    }
                }
            }
            if (!right) {
                return Optional.empty();
            }
        }
        if (authority == null && hosts == 0
                || ended && length != null && Long.parseLong(length) > 0) {
            return Optional.empty();
        }
        if (!cookies.isEmpty()) {
            lines.append("cookie: ").append(String.join("; ", cookies)).append("\r\n");
        }
        if (tunnel) {
            lines.append("connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: KEY\r\n");
        } else if (length != null) {
            lines.append("content-length: ").append(Long.parseLong(length)).append("\r\n");
        } else if (!ended) {
            lines.append("transfer-encoding: chunked\r\n");
        }
        return Optional.of(lines.toString());
    }

    /** Frame after frame; what is left over is not looked at. */
    static Optional<String> frames(byte[] input) {
        List<String> came = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(input);
        while (in.remaining() >= 9) {
            int first = in.getInt();
            int length = first >>> 8;
            int flags = in.get();
            int stream = in.getInt() & 0x7fff_ffff;
            String wrong = wrong(first & 0xff, length, flags, stream);
            if (wrong.startsWith("connection")) {
                return Optional.of("refused" + wrong.substring("connection".length()));
            }
            if (in.remaining() < length) {
                break;
            }
            int sum = 0;
            for (int at = 0; at < length; at++) {
                sum = 31 * sum + in.get();
            }
            came.add(
                    wrong.isEmpty()
                            ? type(first & 0xff) + " " + stream + " " + length + " " + sum
                            : wrong);
        }
        return Optional.of("whole " + String.join(", ", came));
    }

    private static String type(int code) {
        List<String> names =
                List.of(
                        "DATA",
                        "HEADERS",
                        "PRIORITY",
                        "RST_STREAM",
                        "SETTINGS",
                        "PUSH_PROMISE",
                        "PING",
                        "GOAWAY",
                        "WINDOW_UPDATE",
                        "CONTINUATION");
        return code < names.size() ? names.get(code) : "null";
    }

    /** RFC 9113 §4.2 and what §6 says of each kind's size and stream. */
    private static String wrong(int type, int length, int flags, int stream) {
        String size = "connection FRAME_SIZE_ERROR";
        String protocol = "connection PROTOCOL_ERROR";
        if (length > PAYLOAD_MAX) {
            return size;
        }
        boolean ack = (flags & 1) != 0;
        return switch (type) {
            case 0, 1, 9 -> stream == 0 ? protocol : "";
            case 2 ->
                    stream == 0
                            ? protocol
                            : length == 5 ? "" : "stream " + stream + " FRAME_SIZE_ERROR";
            case 3 -> stream == 0 ? protocol : length == 4 ? "" : size;
            case 4 -> stream != 0 ? protocol : (ack ? length == 0 : length % 6 == 0) ? "" : size;
            case 5 -> protocol;
            case 6 -> stream != 0 ? protocol : length == 8 ? "" : size;
            case 7 -> stream != 0 ? protocol : length >= 8 ? "" : size;
            case 8 -> length == 4 ? "" : size;
            default -> "";
        };
    }
}
