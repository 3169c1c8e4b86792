package proa.node.protocol.http2;

import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import proa.node.http2.WebSocket;
import proa.node.message.Body;
import proa.node.message.HeadBuffer;

import java.nio.charset.StandardCharsets;

/**
 * The head of a request on its way from HTTP/1.1, as it would go to a server, to HTTP/2 (RFC 9113
 * §8.3.1). Reused from request to request; one event loop.
 */
final class RequestList {

    private static final AsciiString METHOD = AsciiString.cached(":method");
    private static final AsciiString SCHEME = AsciiString.cached(":scheme");
    private static final AsciiString PATH = AsciiString.cached(":path");
    private static final AsciiString AUTHORITY = AsciiString.cached(":authority");
    private static final AsciiString HOST = AsciiString.cached("host");
    private static final AsciiString LENGTH = AsciiString.cached("content-length");
    private static final AsciiString ENCODING = AsciiString.cached("transfer-encoding");
    private static final AsciiString UPGRADE = AsciiString.cached("upgrade");
    private static final AsciiString KEY = AsciiString.cached("sec-websocket-key");
    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
    private static final AsciiString PROTOCOL = AsciiString.cached(":protocol");
    private static final AsciiString WEB_SOCKET = AsciiString.cached(WebSocket.NAME);
    private static final AsciiString TE = AsciiString.cached("te");

    /** What comes behind a body is passed on, which gRPC asks for (RFC 9110 §10.1.4). */
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");

    /** {@code HTTP/1.1} and the space before it. */
    private static final int VERSION_BYTES = 9;

    private final HeadBuffer message = new HeadBuffer();
    private final FieldList list = new FieldList();
    private AsciiString authority = AsciiString.EMPTY_STRING;
    private boolean upgrade;
    private @Nullable String key;
    private Body body = Body.NONE;
    private long length;

    /**
     * Reads a head that the node has written itself.
     *
     * @param bytes it, perhaps with bytes of a body behind it
     * @return where the head ends
     */
    int read(byte[] bytes, int count, AsciiString scheme) {
        message.clear();
        message.append(bytes, 0, count);
        list.clear();
        authority = AsciiString.EMPTY_STRING;
        upgrade = false;
        key = null;
        body = Body.NONE;
        length = 0;
        int line = message.lineEnd(0);
        int space = 0;
        while (bytes[space] != ' ') {
            space++;
        }
        message.eachField(line + 2, this::notable);
        AsciiString method = new AsciiString(bytes, 0, space, true);
        boolean tunnel = isHandshake(method);
        list.add(METHOD, tunnel ? CONNECT : method);
        if (tunnel) {
            list.add(PROTOCOL, WEB_SOCKET);
        }
        list.add(SCHEME, scheme);
        int target = line - VERSION_BYTES - space - 1;
        list.add(PATH, new AsciiString(bytes, space + 1, target, true));
        list.add(AUTHORITY, authority);
        int end = message.eachField(line + 2, this::field);
        if (tunnel) {
            list.remove(KEY);
        } else {
            list.add(TE, TRAILERS);
        }
        return end;
    }

    /** Whether it is one of WebSocket that has a body to nobody (RFC 6455 §4.1). */
    private boolean isHandshake(AsciiString method) {
        String asked = key;
        boolean handshake =
                upgrade && asked != null && WebSocket.isKey(asked) && method.contentEquals("GET");
        key = handshake ? asked : null;
        return handshake;
    }

    private static boolean is(AsciiString name, byte[] bytes, int from, int to) {
        return to - from == name.length()
                && name.contentEqualsIgnoreCase(new AsciiString(bytes, from, to - from, false));
    }

    private void notable(byte[] bytes, int name, int nameEnd, int value, int end) {
        if (is(HOST, bytes, name, nameEnd)) {
            authority = new AsciiString(bytes, value, end - value, true);
        } else if (is(UPGRADE, bytes, name, nameEnd)) {
            upgrade = is(WEB_SOCKET, bytes, value, end);
        } else if (is(KEY, bytes, name, nameEnd)) {
            key = new String(bytes, value, end - value, StandardCharsets.US_ASCII);
        }
    }

    private void field(byte[] bytes, int name, int nameEnd, int value, int end) {
        if (is(ENCODING, bytes, name, nameEnd)) {
            body = Body.CHUNKED;
        } else if (is(LENGTH, bytes, name, nameEnd)) {
            String text = new String(bytes, value, end - value, StandardCharsets.US_ASCII);
            length = Long.parseLong(text);
            body = length > 0 ? Body.LENGTH : Body.NONE;
        }
        if (!is(HOST, bytes, name, nameEnd)) {
            ResponseFields.add(list, bytes, name, nameEnd, value, end);
        }
    }

    /** The key of the WebSocket handshake that it is, or null. */
    @Nullable String key() {
        return key;
    }

    FieldList list() {
        return list;
    }

    /** How the body is framed. */
    Body body() {
        return body;
    }

    /** Bytes of the body when it has a length. */
    long length() {
        return length;
    }
}
