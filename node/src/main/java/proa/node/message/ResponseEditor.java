package proa.node.message;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a response head as the client gets it: the server's own bytes but for hop-by-hop fields
 * (RFC 9110 §7.6.1), what becomes of the client's connection, and perhaps a cookie.
 */
public final class ResponseEditor {

    /** What the client is told about its connection. */
    public enum Tell {
        /** Nothing: it stays, as HTTP/1.1 has it. */
        NOTHING,
        /** It ends after this response. */
        CLOSE,
        /** It stays, which an HTTP/1.0 client has to be told. */
        KEEP_ALIVE,
        /** It changes its protocol, or may. */
        UPGRADE;

        /**
         * What goes with a response: {@code keeps}: the connection stays; {@code before11}: the
         * client speaks HTTP/1.0.
         */
        public static Tell of(ResponseHead head, boolean keeps, boolean before11) {
            if (head.interim()) {
                return NOTHING;
            }
            if (head.status() == 101) {
                return UPGRADE;
            }
            if (!keeps) {
                return CLOSE;
            }
            if (head.status() == 426) {
                return UPGRADE;
            }
            return before11 ? KEEP_ALIVE : NOTHING;
        }
    }

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] ONE = {'1'};
    private static final byte[] CLOSE = line("Connection: close");
    private static final byte[] KEEP_ALIVE = line("Connection: keep-alive");
    private static final byte[] UPGRADE = line("Connection: Upgrade");
    private static final byte[] SET_COOKIE = "Set-Cookie: ".getBytes(StandardCharsets.US_ASCII);

    /** Where the second digit of the version stands in a status line. */
    private static final int MINOR_AT = "HTTP/1.".length();

    /** A cache must not hand one client's server to another. */
    private static final byte[] PRIVATE = line("Cache-Control: private");

    private ResponseEditor() {}

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Puts the edited head into {@code out}; {@code setCookie} is the value of a Set-Cookie field
     * to add, or null.
     */
    public static void write(
            ResponseHead head, Tell tell, @Nullable String setCookie, HeadBuffer out) {
        out.clear();
        FieldLines fields = head.fields();
        int copied = version(head, out);
        for (int line = 0; line < fields.count(); line++) {
            if (!passes(fields.field(line), tell)) {
                out.append(fields.bytes(), copied, fields.lineStart(line));
                copied = fields.lineStart(line + 1);
            }
        }
        out.append(fields.bytes(), copied, fields.lineStart(fields.count()));
        end(tell, setCookie, out);
    }

    /**
     * Like {@link #write(ResponseHead, Tell, String, HeadBuffer)}, with what rules change; our own
     * cookie is added behind them.
     */
    public static void write(
            ResponseHead head,
            Tell tell,
            @Nullable String setCookie,
            List<FieldEdit> edits,
            HeadBuffer out) {
        out.clear();
        FieldLines fields = head.fields();
        out.append(fields.bytes(), version(head, out), fields.lineStart(0));
        for (int line = 0; line < fields.count(); line++) {
            if (passes(fields.field(line), tell)) {
                FieldEditor.line(fields, line, edits, out);
            }
        }
        FieldEditor.added(edits, out);
        end(tell, setCookie, out);
    }

    /**
     * Puts our own version there, whatever the server speaks (RFC 9112 §2.3), if it is not that
     * already; returns where the rest begins.
     */
    private static int version(ResponseHead head, HeadBuffer out) {
        byte[] bytes = head.fields().bytes();
        int minor = head.start() + MINOR_AT;
        if (bytes[minor] == '1') {
            return head.start();
        }
        out.append(bytes, head.start(), minor);
        out.append(ONE);
        return minor + 1;
    }

    private static void end(Tell tell, @Nullable String setCookie, HeadBuffer out) {
        connection(tell, out);
        if (setCookie != null) {
            out.append(SET_COOKIE);
            out.append(setCookie);
            out.append(CRLF);
            out.append(PRIVATE);
        }
        out.append(CRLF);
    }

    private static void connection(Tell tell, HeadBuffer out) {
        switch (tell) {
            case NOTHING -> {}
            case CLOSE -> out.append(CLOSE);
            case KEEP_ALIVE -> out.append(KEEP_ALIVE);
            case UPGRADE -> out.append(UPGRADE);
        }
    }

    private static boolean passes(Field field, Tell tell) {
        return switch (field) {
            case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TE, HTTP2_SETTINGS, DROPPED -> false;
            case UPGRADE -> tell == Tell.UPGRADE;
            case HOST,
                    COOKIE,
                    EXPECT,
                    CONTENT_LENGTH,
                    FORWARDED,
                    X_FORWARDED_FOR,
                    X_FORWARDED_HOST,
                    X_FORWARDED_PORT,
                    X_FORWARDED_PROTO,
                    TRANSFER_ENCODING,
                    OTHER ->
                    true;
        };
    }
}
