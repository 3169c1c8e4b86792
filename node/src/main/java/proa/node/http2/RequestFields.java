package proa.node.http2;

import org.jspecify.annotations.Nullable;

import proa.node.message.HeadBuffer;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Turns the field list of a request (RFC 9113 §8.3.1) into a head of HTTP/1.1, which {@link
 * proa.node.message.RequestHead} then reads like any other: what a server gets has one reading,
 * whatever the client put into its fields. Reused from request to request; one thread.
 *
 * <p>Stricter than the RFC where another reader might choose differently: a second Content-Length
 * is refused even when it agrees, and so is a Host that differs from {@code :authority}.
 *
 * <p>An extended CONNECT (RFC 8441 §4) becomes the GET with Upgrade that it stands for, with a key
 * of our own: rules and servers see one kind of WebSocket handshake.
 */
public final class RequestFields {

    /** More digits could not be a length of anything. */
    private static final int LENGTH_DIGITS_MAX = 18;

    private final HeadBuffer head;
    private final HeadBuffer cookies = new HeadBuffer();
    private final RandomGenerator random;
    private @Nullable String malformed;
    private @Nullable String method;
    private @Nullable String scheme;
    private @Nullable String path;
    private @Nullable String authority;
    private @Nullable String protocol;
    private @Nullable String key;
    private boolean regular;
    private boolean hosted;
    private boolean trailersWanted;
    private long length;

    /** The head is put into {@code head}; keys of WebSocket handshakes are {@code random}. */
    public RequestFields(HeadBuffer head, RandomGenerator random) {
        this.head = head;
        this.random = random;
    }

    /** A request begins. */
    public void begin() {
        head.clear();
        cookies.clear();
        malformed = null;
        method = null;
        scheme = null;
        path = null;
        authority = null;
        protocol = null;
        key = null;
        regular = false;
        hosted = false;
        trailersWanted = false;
        length = -1;
    }

    /** Takes the next field; what comes behind a malformed one is not looked at. */
    public void field(byte[] name, int nameFrom, int nameTo, byte[] value, int from, int to) {
        if (malformed == null) {
            malformed =
                    nameTo > nameFrom && name[nameFrom] == ':'
                            ? pseudo(FieldRules.text(name, nameFrom, nameTo), value, from, to)
                            : regular(name, nameFrom, nameTo, value, from, to);
        }
    }

    private @Nullable String pseudo(String name, byte[] value, int from, int to) {
        if (regular) {
            return "a pseudo-field behind a field";
        }
        if (!FieldRules.isVisible(value, from, to)) {
            return name + " is malformed";
        }
        String text = FieldRules.text(value, from, to);
        boolean second;
        switch (name) {
            case ":method" -> {
                second = method != null;
                method = text;
            }
            case ":scheme" -> {
                second = scheme != null;
                scheme = text;
            }
            case ":path" -> {
                second = path != null;
                path = text;
            }
            case ":authority" -> {
                second = authority != null;
                authority = text;
            }
            case ":protocol" -> {
                second = protocol != null;
                protocol = text;
            }
            default -> {
                return "an unknown pseudo-field";
            }
        }
        return second ? name + " twice" : null;
    }

    /** The request line and Host, once all pseudo-fields are there. */
    private @Nullable String begun() {
        regular = true;
        String by = method;
        String to = path;
        if (by == null || !isToken(by)) {
            return ":method is missing or malformed";
        }
        boolean connects = by.equals("CONNECT");
        if (protocol != null && (!connects || !isToken(protocol))) {
            return ":protocol is malformed or not of a CONNECT";
        }
        if (connects && protocol == null) {
            return connect();
        }
        if (to == null || !to.startsWith("/") && !(to.equals("*") && by.equals("OPTIONS"))) {
            return ":path is missing or malformed";
        }
        if (scheme == null || !isWeb(scheme)) {
            return ":scheme is missing or not http";
        }
        line(connects ? "GET" : by, to);
        return null;
    }

    private static boolean isToken(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return FieldRules.isToken(bytes, 0, bytes.length);
    }

    private static boolean isWeb(String scheme) {
        return scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("http");
    }

    /**
     * It has an authority alone (RFC 9113 §8.5); the reader of the head says that it is not served.
     */
    private @Nullable String connect() {
        if (scheme != null || path != null || authority == null) {
            return "CONNECT with a scheme or path, or without an authority";
        }
        line("CONNECT", authority);
        return null;
    }

    private void line(String by, String target) {
        head.append(by);
        head.append(" ");
        head.append(target);
        head.append(" HTTP/1.1\r\n");
        if (authority != null) {
            hosted = true;
            line("host", authority.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private void line(String name, byte[] value) {
        head.append(name);
        head.append(": ");
        head.append(value);
        head.append("\r\n");
    }

    private @Nullable String regular(
            byte[] name, int nameFrom, int nameTo, byte[] value, int from, int to) {
        String wrong = regular ? null : begun();
        if (wrong != null) {
            return wrong;
        }
        if (!FieldRules.isName(name, nameFrom, nameTo)) {
            return "a field name is no token in lower case";
        }
        if (!FieldRules.isValue(value, from, to)) {
            return "a field value has a control character or outer white space";
        }
        return switch (nameTo - nameFrom) {
            case 2, 4, 6, 7, 10, 14, 16, 17 -> named(name, nameFrom, nameTo, value, from, to);
            default -> copy(name, nameFrom, nameTo, value, from, to);
        };
    }

    /** Fields whose names have the length of one that matters. */
    private @Nullable String named(
            byte[] name, int nameFrom, int nameTo, byte[] value, int from, int to) {
        String text = FieldRules.text(name, nameFrom, nameTo);
        return switch (text) {
            case "te" -> {
                trailersWanted = FieldRules.equal(value, from, to, "trailers");
                yield trailersWanted ? null : "te is not trailers";
            }
            case "host" -> host(value, from, to);
            case "cookie" -> {
                if (cookies.length() > 0) {
                    cookies.append("; ");
                }
                cookies.append(value, from, to);
                yield null;
            }
            case "content-length" -> length(value, from, to);
            case "sec-websocket-key" ->
                    protocol == null ? copy(name, nameFrom, nameTo, value, from, to) : null;
            default ->
                    FieldRules.isOfConnection(text)
                            ? text + " has no place in HTTP/2"
                            : copy(name, nameFrom, nameTo, value, from, to);
        };
    }

    private @Nullable String copy(
            byte[] name, int nameFrom, int nameTo, byte[] value, int from, int to) {
        head.append(name, nameFrom, nameTo);
        head.append(": ");
        head.append(value, from, to);
        head.append("\r\n");
        return null;
    }

    private @Nullable String host(byte[] value, int from, int to) {
        String text = FieldRules.text(value, from, to);
        if (authority != null) {
            return text.equalsIgnoreCase(authority) ? null : "host differs from :authority";
        }
        if (hosted) {
            return "host twice";
        }
        hosted = true;
        head.append("host: ");
        head.append(value, from, to);
        head.append("\r\n");
        return null;
    }

    private @Nullable String length(byte[] value, int from, int to) {
        if (protocol != null) {
            return "content-length of a tunnel";
        }
        if (length >= 0) {
            return "content-length twice";
        }
        if (from == to || to - from > LENGTH_DIGITS_MAX) {
            return "content-length is no number";
        }
        long number = 0;
        for (int at = from; at < to; at++) {
            if (value[at] < '0' || value[at] > '9') {
                return "content-length is no number";
            }
            number = number * 10 + (value[at] - '0');
        }
        length = number;
        return null;
    }

    /**
     * The list is complete.
     *
     * @param endStream whether no body follows
     * @return what makes the request malformed (RFC 9113 §8.1.1), or null: the head is there
     */
    public @Nullable String end(boolean endStream) {
        if (malformed == null && !regular) {
            malformed = begun();
        }
        if (malformed != null) {
            return malformed;
        }
        if (!hosted) {
            return "neither :authority nor host";
        }
        if (endStream && length > 0) {
            return "content-length without a body";
        }
        if (endStream && protocol != null) {
            return "a tunnel that ends where it begins";
        }
        framing(endStream);
        return null;
    }

    /** Of HTTP/1.1; a body of unknown length is chunked. */
    private void framing(boolean endStream) {
        if (cookies.length() > 0) {
            head.append("cookie: ");
            head.append(cookies.bytes(), 0, cookies.length());
            head.append("\r\n");
        }
        if (protocol != null) {
            String chosen = WebSocket.key(random);
            key = chosen;
            head.append("connection: Upgrade\r\nupgrade: " + WebSocket.NAME + "\r\n");
            head.append("sec-websocket-key: " + chosen + "\r\n");
        } else if (length >= 0) {
            head.append("content-length: " + length + "\r\n");
        } else if (!endStream) {
            head.append("transfer-encoding: chunked\r\n");
        }
        head.append("\r\n");
    }

    /** What Content-Length says, or -1. */
    public long length() {
        return length;
    }

    /** The key of the WebSocket handshake that was made of the request, or null. */
    public @Nullable String key() {
        return key;
    }

    /** Whether another protocol is asked for that is none of ours. */
    public boolean asksUnknownProtocol() {
        return protocol != null && !protocol.equalsIgnoreCase(WebSocket.NAME);
    }

    /** Whether the client understands trailers ({@code te: trailers}), as gRPC demands. */
    public boolean trailersWanted() {
        return trailersWanted;
    }
}
