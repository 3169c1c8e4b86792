package proa.node.message;

import static proa.node.message.Parsed.Progress.PARTIAL;
import static proa.node.message.Parsed.Progress.WHOLE;

import org.jspecify.annotations.Nullable;

import proa.node.record.TrafficRecord;

import java.util.Locale;
import java.util.function.Predicate;

/**
 * A request head as indexes into its bytes (RFC 9112 §3). Reused from request to request;
 * everything it tells is valid until the bytes change. Nothing becomes a {@code String} before
 * somebody asks. One thread.
 *
 * <p>A head that is {@link Parsed.Progress#WHOLE} has exactly one reading: one Host, one framing,
 * no control characters, CRLF line ends only.
 */
public final class RequestHead implements TrafficRecord.Head {

    private final FieldLines fields = new FieldLines();
    private final Framing framing = new Framing();
    private final ConnectionOptions options = new ConnectionOptions();
    private final RequestTarget target = new RequestTarget();
    private byte[] bytes = new byte[0];
    private int start;
    private int methodEnd;
    private int targetEnd;
    private boolean before11;
    private boolean upgrade;
    private int wrongAt;

    /** {@link #wrongAt} when no single byte is. */
    public static final int WHOLE_HEAD = -1;

    /**
     * Where the last head was refused: the place of a byte in it, or {@link #WHOLE_HEAD} when it is
     * what several lines say together, or a limit of all of it.
     */
    public int wrongAt() {
        return wrongAt;
    }

    /**
     * Reads a head that begins at {@code from}. When {@link Parsed.Progress#PARTIAL} comes back,
     * call again with the same bytes and more.
     *
     * @param source the bytes; not copied
     * @param to after the last byte that is there
     */
    public Parsed parse(byte[] source, int from, int to, HeadLimits limits) {
        bytes = source;
        int window = Math.min(to, from + limits.headBytesMax());
        Parsed parsed = skipEmptyLine(from, window);
        if (parsed == WHOLE) {
            parsed = requestLine(window, limits);
        }
        if (parsed == WHOLE) {
            parsed = fields.parse(source, targetEnd + VERSION_BYTES, window, limits);
            wrongAt = fields.wrongAt() - from;
        } else {
            wrongAt -= from;
        }
        if (parsed == PARTIAL && to - from >= limits.headBytesMax()) {
            wrongAt = WHOLE_HEAD;
            return Refusal.HEAD_LENGTH;
        }
        if (parsed == WHOLE) {
            wrongAt = WHOLE_HEAD;
        }
        return parsed == WHOLE ? check() : parsed;
    }

    /** One empty line may precede a request: some clients send one after a body (RFC 9112 §2.2). */
    private Parsed skipEmptyLine(int from, int to) {
        start = from;
        wrongAt = from;
        if (from == to) {
            return PARTIAL;
        }
        if (bytes[from] == Ascii.LF) {
            return Refusal.BARE_LF;
        }
        if (bytes[from] != Ascii.CR) {
            return WHOLE;
        }
        if (from + 1 == to) {
            return PARTIAL;
        }
        start = from + 2;
        return bytes[from + 1] == Ascii.LF ? WHOLE : Refusal.BARE_CR;
    }

    private Parsed requestLine(int to, HeadLimits limits) {
        int lineLimit = Math.min(to, start + limits.lineBytesMax());
        Parsed parsed = methodAndTarget(lineLimit);
        if (parsed == PARTIAL && lineLimit < to) {
            wrongAt = lineLimit;
            return Refusal.TARGET_LENGTH;
        }
        return parsed == WHOLE ? version(to) : parsed;
    }

    private Parsed methodAndTarget(int to) {
        methodEnd = start;
        while (methodEnd < to && Ascii.isToken(bytes[methodEnd])) {
            methodEnd++;
        }
        if (methodEnd == to) {
            return PARTIAL;
        }
        wrongAt = methodEnd;
        if (bytes[methodEnd] != Ascii.SPACE || methodEnd == start) {
            return Refusal.METHOD_SYNTAX;
        }
        targetEnd = methodEnd + 1;
        while (targetEnd < to
                && bytes[targetEnd] > Ascii.SPACE
                && bytes[targetEnd] != Ascii.DELETE) {
            targetEnd++;
        }
        if (targetEnd == to) {
            return PARTIAL;
        }
        wrongAt = targetEnd;
        if (bytes[targetEnd] != Ascii.SPACE || targetEnd == methodEnd + 1) {
            return Refusal.TARGET_SYNTAX;
        }
        return WHOLE;
    }

    private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/'};

    /** {@code SP HTTP/1.x CRLF}. */
    private static final int VERSION_BYTES = 11;

    private Parsed version(int to) {
        int at = targetEnd + 1;
        for (int index = 0; index < VERSION_BYTES - 1; index++) {
            if (at + index == to) {
                return PARTIAL;
            }
            if (!fitsVersion(index, bytes[at + index])) {
                wrongAt = at + index;
                return index == 9 ? Refusal.BARE_CR : Refusal.VERSION_SYNTAX;
            }
        }
        wrongAt = at;
        int major = bytes[at + 5] - '0';
        int minor = bytes[at + 7] - '0';
        before11 = minor == 0;
        if (major == 2 && methodIs("PRI")) {
            return Refusal.HTTP2_PREFACE;
        }
        return major == 1 && minor <= 1 ? WHOLE : Refusal.VERSION_OTHER;
    }

    private static boolean fitsVersion(int index, byte b) {
        return switch (index) {
            case 5, 7 -> Ascii.isDigit(b);
            case 6 -> b == '.';
            case 8 -> b == Ascii.CR;
            case 9 -> b == Ascii.LF;
            default -> b == VERSION[index];
        };
    }

    private Parsed check() {
        if (methodIs("CONNECT")) {
            return Refusal.METHOD_CONNECT;
        }
        Parsed parsed = framing.read(fields, before11);
        if (parsed == WHOLE) {
            parsed = options.read(fields);
        }
        if (parsed == WHOLE) {
            parsed = target.read(fields, methodEnd + 1, targetEnd, before11);
        }
        if (parsed == WHOLE && target.isAsterisk() && !methodIs("OPTIONS")) {
            return Refusal.TARGET_SYNTAX;
        }
        if (parsed == WHOLE) {
            parsed = expectation();
        }
        upgrade = parsed == WHOLE && asksUpgrade();
        return parsed;
    }

    /**
     * Servers differ in what they make of anything but {@code 100-continue}; without a body there
     * is nothing to go on with, and HTTP/1.0 does not know it (RFC 9110 §10.1.1).
     */
    private Parsed expectation() {
        int line = fields.find(Field.EXPECT, 0);
        if (line < 0) {
            return WHOLE;
        }
        boolean known = fields.valueIs(line, "100-continue");
        if (!known || fields.find(Field.EXPECT, line + 1) >= 0) {
            return Refusal.EXPECTATION;
        }
        if (before11 || body() == Body.NONE) {
            fields.drop(line);
        }
        return WHOLE;
    }

    /**
     * An upgrade to HTTP/2 in clear text would carry requests past every rule, so it is not passed
     * on.
     */
    private boolean asksUpgrade() {
        int line = fields.find(Field.UPGRADE, 0);
        return line >= 0
                && options.upgrade()
                && !before11
                && fields.find(Field.UPGRADE, line + 1) < 0
                && !fields.text(line).toLowerCase(Locale.ROOT).contains("h2c");
    }

    /** How the body ends; never {@link Body#UNTIL_CLOSE}. */
    public Body body() {
        if (framing.chunked()) {
            return Body.CHUNKED;
        }
        return framing.length() > 0 ? Body.LENGTH : Body.NONE;
    }

    /** Bytes of the body when it is {@link Body#LENGTH}. */
    public long bodyLength() {
        return framing.length();
    }

    /**
     * Whether a body comes with a method that gives it no meaning (RFC 9110 §9.3.1). A server may
     * leave it unread and take it for its next request.
     */
    public boolean bodyIsUnusual() {
        return body() != Body.NONE && idempotent() && !methodIs("PUT");
    }

    /** After the empty line: where the body begins. */
    public int end() {
        return fields.end();
    }

    /** Whether the client speaks HTTP/1.0. */
    public boolean before11() {
        return before11;
    }

    /** Whether the client expects the connection to stay after the response (RFC 9112 §9.3). */
    public boolean keepsAlive() {
        return !options.close() && (!before11 || options.keepAlive());
    }

    /** Whether the client asks for another protocol and that request is passed on. */
    public boolean upgrade() {
        return upgrade;
    }

    /** Whether a repetition has the effect of one request (RFC 9110 §9.2.2). */
    public boolean idempotent() {
        return switch (methodEnd - start) {
            case 3 -> methodIs("GET") || methodIs("PUT");
            case 4 -> methodIs("HEAD");
            case 5 -> methodIs("TRACE");
            case 6 -> methodIs("DELETE");
            case 7 -> methodIs("OPTIONS");
            default -> false;
        };
    }

    /** Whether the method is exactly this; methods are case-sensitive (RFC 9110 §9.1). */
    public boolean methodIs(String method) {
        int length = methodEnd - start;
        if (length != method.length()) {
            return false;
        }
        for (int at = 0; at < length; at++) {
            if (bytes[start + at] != method.charAt(at)) {
                return false;
            }
        }
        return true;
    }

    /** The method, as sent. */
    public String method() {
        return Ascii.text(bytes, start, methodEnd);
    }

    /** The path without query, as sent; empty for {@code *}. */
    public String path() {
        return target.path();
    }

    /** The path without query, in the form of {@link proa.config.NormalPath}. */
    public String normalPath() {
        return target.normalPath();
    }

    /** Whether the path in that form is this, of characters of the bytes of the same number. */
    public boolean pathIs(String path) {
        return target.pathIs(path);
    }

    /** Whether the path in that form begins so. */
    public boolean pathBegins(String prefix) {
        return target.pathBegins(prefix);
    }

    /** Whether the path in that form ends so. */
    public boolean pathEnds(String suffix) {
        return target.pathEnds(suffix);
    }

    /** What follows the question mark, as sent; empty when nothing does. */
    public String query() {
        return target.query();
    }

    /** Host without port in lower case, or empty. */
    public String host() {
        return target.host();
    }

    /** Whether the host without port is this, which is in lower case. */
    public boolean hostIs(String host) {
        return target.hostIs(host);
    }

    /** Whether the host without port ends so; the end is in lower case. */
    public boolean hostEnds(String suffix) {
        return target.hostEnds(suffix);
    }

    @Override
    public int copyLine(byte[] to) {
        int count = Math.min(targetEnd + VERSION_BYTES - 2 - start, to.length);
        System.arraycopy(bytes, start, to, 0, count);
        return count;
    }

    /** Value of the first field line of that name, trimmed, or null. */
    @Override
    public @Nullable String header(String name) {
        return fields.value(name);
    }

    /** Whether it says who the connection is, which from then on may be its client's alone. */
    public boolean saysWhoConnects() {
        return ConnectionAuthentication.isSpoken(fields);
    }

    /** Whether there is a field line of that name. */
    public boolean hasHeader(String name) {
        return fields.find(name, 0) >= 0;
    }

    /** Whether some field line of that name has that value, without regard to case. */
    public boolean headerIs(String name, String value) {
        return fields.has(name, value);
    }

    /** Whether the value of some field line of that name passes a test. */
    public boolean anyHeader(String name, Predicate<String> test) {
        return fields.any(name, test);
    }

    /** Value of the first cookie of that name (RFC 6265 §5.4), or null. */
    public @Nullable String cookie(String name) {
        int line = lineOfCookie(name);
        return line < 0
                ? null
                : Cookies.find(bytes, fields.valueStart(line), fields.valueEnd(line), name);
    }

    /** Whether there is a cookie of that name. */
    public boolean hasCookie(String name) {
        return lineOfCookie(name) >= 0;
    }

    /** Whether the first cookie of that name has that value. */
    public boolean cookieIs(String name, String value) {
        int line = lineOfCookie(name);
        return line >= 0
                && Cookies.isValue(
                        bytes, fields.valueStart(line), fields.valueEnd(line), name, value);
    }

    private int lineOfCookie(String name) {
        int line = fields.find(Field.COOKIE, 0);
        while (line >= 0
                && !Cookies.contains(bytes, fields.valueStart(line), fields.valueEnd(line), name)) {
            line = fields.find(Field.COOKIE, line + 1);
        }
        return line;
    }

    FieldLines fields() {
        return fields;
    }

    RequestTarget target() {
        return target;
    }

    int start() {
        return start;
    }

    int methodEnd() {
        return methodEnd;
    }

    int targetEnd() {
        return targetEnd;
    }
}
