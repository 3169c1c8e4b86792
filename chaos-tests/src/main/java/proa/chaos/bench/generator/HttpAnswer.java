package proa.chaos.bench.generator;

import io.netty.buffer.ByteBuf;

import java.nio.charset.StandardCharsets;

/** An HTTP/1.1 response of status 200 with a Content-Length (RFC 9112 §6.3); others are wrong. */
final class HttpAnswer implements Answer {

    /** A longer head is not from the servers of the bench. */
    private static final int HEAD_MAX = 4_096;

    private static final byte[] STATUS = bytes("HTTP/1.1 200");
    private static final byte[] LENGTH = bytes("\r\ncontent-length:");
    private static final byte[] END = bytes("\r\n\r\n");

    private static final long UNKNOWN = -1;

    private final byte[] head = new byte[HEAD_MAX];
    private int headLength;
    private long missing = UNKNOWN;

    @Override
    public State feed(ByteBuf bytes) {
        if (missing == UNKNOWN) {
            State state = head(bytes);
            if (state != State.COMPLETE) {
                return state;
            }
        }
        int part = (int) Math.min(missing, bytes.readableBytes());
        bytes.skipBytes(part);
        missing -= part;
        if (missing > 0) {
            return State.INCOMPLETE;
        }
        missing = UNKNOWN;
        headLength = 0;
        return bytes.isReadable() ? State.WRONG : State.COMPLETE;
    }

    private State head(ByteBuf bytes) {
        int before = headLength;
        int part = Math.min(bytes.readableBytes(), HEAD_MAX - headLength);
        bytes.getBytes(bytes.readerIndex(), head, headLength, part);
        headLength += part;
        int end = find(END, Math.max(0, before - END.length));
        if (end < 0) {
            bytes.skipBytes(part);
            return headLength == HEAD_MAX ? State.WRONG : State.INCOMPLETE;
        }
        bytes.skipBytes(end + END.length - before);
        headLength = end + END.length;
        missing = length();
        return missing == UNKNOWN || !matches(STATUS, 0) ? State.WRONG : State.COMPLETE;
    }

    private long length() {
        int at = find(LENGTH, 0);
        if (at < 0) {
            return UNKNOWN;
        }
        long length = 0;
        for (int digit = at + LENGTH.length; head[digit] != '\r'; digit++) {
            if (head[digit] != ' ') {
                length = length * 10 + head[digit] - '0';
            }
        }
        return length;
    }

    private int find(byte[] lowerCase, int from) {
        for (int at = from; at + lowerCase.length <= headLength; at++) {
            if (matches(lowerCase, at)) {
                return at;
            }
        }
        return -1;
    }

    /** Letters of the head in any case; signs and digits stay what they are. */
    private boolean matches(byte[] text, int from) {
        for (int at = 0; at < text.length; at++) {
            byte found = head[from + at];
            if (found != text[at] && (found | 0x20) != text[at]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
