package proa.node.message;

import static proa.node.message.Parsed.Progress.PARTIAL;
import static proa.node.message.Parsed.Progress.WHOLE;

import org.jspecify.annotations.Nullable;

/**
 * A response head as indexes into its bytes (RFC 9112 §4). Reused from response to response; valid
 * until the bytes change. One thread. As strict as {@link RequestHead}: a server whose framing can
 * be read in two ways could be made to answer one client with another's response.
 */
public final class ResponseHead {

    /** {@code HTTP/1.x SP 3DIGIT}. */
    private static final int STATUS_BYTES = 12;

    private final FieldLines fields = new FieldLines();
    private final Framing framing = new Framing();
    private final ConnectionOptions options = new ConnectionOptions();
    private byte[] bytes = new byte[0];
    private int start;
    private int status;
    private boolean before11;

    /**
     * Reads a head that begins at {@code from}; {@link Parsed.Progress#PARTIAL}: call again with
     * more.
     */
    public Parsed parse(byte[] source, int from, int to, HeadLimits limits) {
        bytes = source;
        start = from;
        int window = Math.min(to, from + limits.headBytesMax());
        int line = statusLine(window, limits);
        if (line < 0) {
            return Refusal.STATUS_SYNTAX;
        }
        Parsed parsed = line == 0 ? PARTIAL : fields.parse(source, line, window, limits);
        if (parsed == PARTIAL && to - from >= limits.headBytesMax()) {
            return Refusal.HEAD_LENGTH;
        }
        return parsed == WHOLE ? check() : parsed;
    }

    /** Where the status line ends; 0: more bytes are needed; -1: it is malformed. */
    private int statusLine(int to, HeadLimits limits) {
        for (int index = 0; index < STATUS_BYTES; index++) {
            if (start + index == to) {
                return 0;
            }
            if (!fitsStatus(index, bytes[start + index])) {
                return -1;
            }
        }
        before11 = bytes[start + 7] == '0';
        status = 100 * digit(9) + 10 * digit(10) + digit(11);
        int at = start + STATUS_BYTES;
        if (at < to && bytes[at] != Ascii.SPACE && bytes[at] != Ascii.CR) {
            return -1;
        }
        while (at < to && Ascii.isValue(bytes[at])) {
            at++;
        }
        if (at - start > limits.lineBytesMax()) {
            return -1;
        }
        return lineEnd(at, to);
    }

    private int lineEnd(int at, int to) {
        if (at == to) {
            return 0;
        }
        if (bytes[at] != Ascii.CR) {
            return -1;
        }
        if (at + 1 == to) {
            return 0;
        }
        return bytes[at + 1] == Ascii.LF ? at + 2 : -1;
    }

    private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/', '1', '.'};

    private static boolean fitsStatus(int index, byte b) {
        return switch (index) {
            case 7 -> b == '0' || b == '1';
            case 8 -> b == Ascii.SPACE;
            case 9 -> b >= '1' && b <= '9';
            case 10, 11 -> Ascii.isDigit(b);
            default -> b == VERSION[index];
        };
    }

    private int digit(int index) {
        return bytes[start + index] - '0';
    }

    private Parsed check() {
        Parsed parsed = framing.read(fields, before11);
        if (parsed == WHOLE) {
            parsed = options.read(fields);
        }
        if (status < 200 || status == 204) {
            framing.dropFrom(fields); // must not be there (RFC 9112 §6.1, RFC 9110 §8.6)
        }
        return parsed;
    }

    /** The status code, 100 to 999. */
    public int status() {
        return status;
    }

    /** Whether a final response follows; 101 is none of these. */
    public boolean interim() {
        return status < 200 && status != 101;
    }

    /** How the body ends (RFC 9112 §6.3), given whether it answers a HEAD request. */
    public Body body(boolean toHead) {
        if (toHead || status < 200 || status == 204 || status == 304) {
            return Body.NONE;
        }
        if (framing.chunked()) {
            return Body.CHUNKED;
        }
        if (framing.hasLength()) {
            return framing.length() == 0 ? Body.NONE : Body.LENGTH;
        }
        return Body.UNTIL_CLOSE;
    }

    /** Bytes of the body when it is {@link Body#LENGTH}. */
    public long bodyLength() {
        return framing.length();
    }

    /** Whether the server keeps the connection after this response. */
    public boolean keepsAlive() {
        return !options.close() && (!before11 || options.keepAlive());
    }

    /** Value of the first field line of that name, trimmed, or null. */
    public @Nullable String header(String name) {
        return fields.value(name);
    }

    /** Whether some field line of that name has that value, without regard to case. */
    public boolean headerIs(String name, String value) {
        return fields.has(name, value);
    }

    /** Whether it asks who the connection is, which from then on may be its client's alone. */
    public boolean asksWhoConnects() {
        return (status == 401 || status == 407) && ConnectionAuthentication.isOffered(fields);
    }

    /** After the empty line. */
    public int end() {
        return fields.end();
    }

    FieldLines fields() {
        return fields;
    }

    int start() {
        return start;
    }
}
