package proa.node.http2;

import org.jspecify.annotations.Nullable;

import proa.node.message.HeadBuffer;

/**
 * Turns the field list of a server's response (RFC 9113 §8.3.2) into a head of HTTP/1.1, which
 * {@link proa.node.message.ResponseHead} then reads like any other. Reused from response to
 * response; one thread.
 */
public final class AnswerFields {

    private final HeadBuffer head;
    private @Nullable String malformed;
    private @Nullable String status;
    private @Nullable String accept;
    private boolean switched;
    private boolean regular;
    private boolean length;

    /** The head is put into {@code head}. */
    public AnswerFields(HeadBuffer head) {
        this.head = head;
    }

    /**
     * A response begins.
     *
     * @param handshake the answer to the key of a WebSocket handshake, which a success stands for
     *     here (RFC 8441 §5), or null: there is none
     */
    public void begin(@Nullable String handshake) {
        accept = handshake;
        switched = false;
        head.clear();
        malformed = null;
        status = null;
        regular = false;
        length = false;
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
        if (regular || status != null || !name.equals(":status")) {
            return "a pseudo-field that has no place there";
        }
        status = FieldRules.text(value, from, to);
        if (!isStatus(status)) {
            return ":status is no final or interim status";
        }
        switched = accept != null && status.charAt(0) == '2';
        head.append("HTTP/1.1 ");
        head.append(switched ? "101" : status);
        head.append(" \r\n");
        if (switched) {
            head.append("upgrade: " + WebSocket.NAME + "\r\nconnection: Upgrade\r\n");
            head.append("sec-websocket-accept: " + accept + "\r\n");
        }
        return null;
    }

    /** 101 does not exist in HTTP/2 (RFC 9113 §8.6). */
    private static boolean isStatus(String text) {
        return text.length() == 3
                && text.charAt(0) >= '1'
                && text.charAt(0) <= '5'
                && Character.isDigit(text.charAt(1))
                && Character.isDigit(text.charAt(2))
                && !text.equals("101");
    }

    private @Nullable String regular(
            byte[] name, int nameFrom, int nameTo, byte[] value, int from, int to) {
        regular = true;
        if (status == null) {
            return ":status is missing";
        }
        if (!FieldRules.isName(name, nameFrom, nameTo) || !FieldRules.isValue(value, from, to)) {
            return "a malformed field";
        }
        String text = FieldRules.text(name, nameFrom, nameTo);
        if (FieldRules.isOfConnection(text)) {
            return text + " has no place in HTTP/2";
        }
        if (switched && text.equals("sec-websocket-accept")) {
            return null; // nobody has asked for it
        }
        length |= text.equals("content-length");
        head.append(name, nameFrom, nameTo);
        head.append(": ");
        head.append(value, from, to);
        head.append("\r\n");
        return null;
    }

    /**
     * The list is complete.
     *
     * @param endStream whether no body follows
     * @param framed whether a body has to be framed: else its end is told otherwise
     * @param chunks whether it may be framed by chunks: else the end of the connection is its end
     * @return what makes the response malformed, or null: the head is there
     */
    public @Nullable String end(boolean endStream, boolean framed, boolean chunks) {
        if (malformed == null && status == null) {
            malformed = ":status is missing";
        }
        if (malformed != null) {
            return malformed;
        }
        boolean bodiless = switched || isInterim() || "204".equals(status) || "304".equals(status);
        if (!length && !bodiless && endStream && framed) {
            head.append("content-length: 0\r\n");
        } else if (!length && !bodiless && !endStream && chunks) {
            head.append("transfer-encoding: chunked\r\n");
        }
        head.append("\r\n");
        return isInterim() && endStream ? "an interim response that is the end" : null;
    }

    private boolean isInterim() {
        return status != null && status.charAt(0) == '1';
    }
}
