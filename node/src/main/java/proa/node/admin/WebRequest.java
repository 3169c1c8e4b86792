package proa.node.admin;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One request of HTTP/1.1 with its body (RFC 9112), as operators' tools send it.
 *
 * @param method as sent
 * @param target path and query, as sent
 * @param fields by their names in lower case; several values of one name joined by a comma
 * @param body empty unless there is one
 * @param from who asks; null: a program of this host
 * @param secure whether it came by TLS
 */
public record WebRequest(
        String method,
        String target,
        Map<String, String> fields,
        String body,
        @Nullable InetAddress from,
        boolean secure) {

    /** A request line and its fields. */
    private static final int HEAD_BYTES_MAX = 16 << 10;

    /** A configuration to be planned with; nothing else is as large. */
    private static final int BODY_BYTES_MAX = 1 << 20;

    /** Of these a second one is an attack or a defect. */
    private static final Set<String> SINGLE =
            Set.of("host", "content-length", "cookie", "authorization", "origin", "content-type");

    public WebRequest {
        fields = Map.copyOf(fields);
    }

    /** What came in. */
    sealed interface Reading {

        /** A request. */
        record Good(WebRequest request) implements Reading {}

        /** Something else, and what to answer. */
        record Bad(Answer answer) implements Reading {}
    }

    /** A field, or empty. */
    public String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /** The path, without the query. */
    public String path() {
        return target.split("\\?", 2)[0];
    }

    /**
     * Reads one.
     *
     * @param from who is at the other end; null: a program of this host
     * @throws IOException when the other side has gone or is silent
     */
    static Reading read(InputStream in, @Nullable InetAddress from, boolean secure)
            throws IOException {
        String head = head(in);
        List<String> lines = head.lines().toList();
        String[] line = lines.isEmpty() ? new String[0] : lines.getFirst().split(" ", -1);
        if (!head.endsWith("\r\n\r\n")
                || line.length != 3
                || !line[1].startsWith("/")
                || !line[2].startsWith("HTTP/1.")) {
            return bad(Answer.BAD_REQUEST, "not an HTTP/1.1 request");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : lines.subList(1, lines.size() - 1)) {
            String wrong = add(field, fields);
            if (!wrong.isEmpty()) {
                return bad(Answer.BAD_REQUEST, wrong);
            }
        }
        if (fields.containsKey("transfer-encoding")) {
            return bad(Answer.NOT_IMPLEMENTED, "a body needs Content-Length, not chunks");
        }
        int length = length(fields.getOrDefault("content-length", "0"));
        if (length < 0) {
            return bad(Answer.TOO_LARGE, "a body is at most " + BODY_BYTES_MAX + " bytes");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            return bad(Answer.BAD_REQUEST, "the body ends too early");
        }
        String text = new String(body, StandardCharsets.UTF_8);
        return new Reading.Good(new WebRequest(line[0], line[1], fields, text, from, secure));
    }

    private static Reading bad(int status, String message) {
        return new Reading.Bad(Answer.error(status, message));
    }

    /** Up to the empty line, byte by byte from a buffer; what there was of it if it is too long. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < HEAD_BYTES_MAX) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
            if (next == '\n'
                    && head.length() >= 4
                    && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                break;
            }
        }
        return head.toString();
    }

    /** Takes a field in; what is wrong with it, or empty. */
    private static String add(String line, Map<String, String> fields) {
        int colon = line.indexOf(':');
        if (colon < 1 || line.substring(0, colon).chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            return "a field line that is none";
        }
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        String before = fields.put(name, line.substring(colon + 1).strip());
        if (before != null && SINGLE.contains(name)) {
            return "two fields " + name;
        }
        if (before != null) {
            fields.merge(name, before, (now, first) -> first + ", " + now);
        }
        return "";
    }

    private static int length(String text) {
        try {
            int length = Integer.parseInt(text);
            return length > BODY_BYTES_MAX ? -1 : length;
        } catch (NumberFormatException _) {
            return -1;
        }
    }
}
