package proa.node.protocol.http2;

import io.netty.util.AsciiString;

import proa.node.message.HeadBuffer;

/** The head of a response on its way from HTTP/1.1 to HTTP/2 (RFC 9113 §8.3.2). */
final class ResponseFields {

    private static final AsciiString STATUS = AsciiString.cached(":status");

    /** {@code HTTP/1.1 SP} comes before the status. */
    private static final int STATUS_AT = 9;

    private static final int STATUS_BYTES = 3;

    /** RFC 9113 §8.2.2. */
    private static final AsciiString[] OF_CONNECTIONS = {
        AsciiString.cached("connection"),
        AsciiString.cached("keep-alive"),
        AsciiString.cached("proxy-connection"),
        AsciiString.cached("transfer-encoding"),
        AsciiString.cached("upgrade")
    };

    private static final AsciiString OK = AsciiString.cached("200");
    private static final AsciiString ACCEPT = AsciiString.cached("sec-websocket-accept");

    /** A message that would be framed twice. */
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");

    private ResponseFields() {}

    /** Fills the list with an edited head. */
    static void fill(HeadBuffer head, FieldList list) {
        fields(head, new AsciiString(head.bytes(), STATUS_AT, STATUS_BYTES, true), list);
    }

    /** Likewise, with one that changes the protocol, which is a plain success in HTTP/2. */
    static void fillSwitched(HeadBuffer head, FieldList list) {
        fields(head, OK, list);
        list.remove(ACCEPT);
    }

    private static void fields(HeadBuffer head, AsciiString status, FieldList list) {
        list.clear();
        list.add(STATUS, status);
        head.eachField(
                head.lineEnd(0) + 2,
                (bytes, name, nameEnd, value, end) -> add(list, bytes, name, nameEnd, value, end));
    }

    /** Adds a line behind a body, unless it would frame the message. */
    static void trailer(FieldList list, byte[] bytes, int name, int nameEnd, int value, int end) {
        if (!CONTENT_LENGTH.contentEqualsIgnoreCase(name(bytes, name, nameEnd))) {
            add(list, bytes, name, nameEnd, value, end);
        }
    }

    private static AsciiString name(byte[] bytes, int from, int to) {
        return new AsciiString(bytes, from, to - from, false);
    }

    /** Adds a field, unless it is of the connection alone. */
    static void add(FieldList list, byte[] bytes, int name, int nameEnd, int value, int end) {
        if (!isOfConnection(bytes, name, nameEnd)) {
            list.add(bytes, name, nameEnd, value, end);
        }
    }

    private static boolean isOfConnection(byte[] bytes, int from, int to) {
        return switch (to - from) {
            case 7, 10, 16, 17 -> {
                AsciiString name = name(bytes, from, to);
                boolean any = false;
                for (AsciiString each : OF_CONNECTIONS) {
                    any |= each.contentEqualsIgnoreCase(name);
                }
                yield any;
            }
            default -> false;
        };
    }
}
