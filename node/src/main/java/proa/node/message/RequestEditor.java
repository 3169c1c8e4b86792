package proa.node.message;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * Writes a request head as the server gets it: the client's own bytes but for hop-by-hop fields
 * (RFC 9110 §7.6.1), an absolute target (sent in origin form), one cookie of ours, and the fields
 * that say who the client is, of which the client's own are never passed on as they are.
 */
public final class RequestEditor {

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] UPGRADE =
            "Connection: Upgrade\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HOST = "Host: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COOKIE = "Cookie: ".getBytes(StandardCharsets.US_ASCII);

    private RequestEditor() {}

    /**
     * Puts the edited head into {@code out}.
     *
     * @param forwarded field lines of a {@link Forwarding}
     * @param hiddenCookie name of a cookie the server does not get, or null
     */
    public static void write(
            RequestHead head, byte[] forwarded, @Nullable String hiddenCookie, HeadBuffer out) {
        out.clear();
        FieldLines fields = head.fields();
        int copied = requestLine(head, out);
        for (int line = 0; line < fields.count(); line++) {
            boolean cookie = hiddenCookie != null && fields.field(line) == Field.COOKIE;
            if (cookie || !passes(fields.field(line), head.upgrade())) {
                out.append(fields.bytes(), copied, fields.lineStart(line));
                copied = fields.lineStart(line + 1);
            }
            if (hiddenCookie != null && fields.field(line) == Field.COOKIE) {
                cookie(fields, line, hiddenCookie, out);
            }
        }
        out.append(fields.bytes(), copied, fields.lineStart(fields.count()));
        host(head, out);
        end(head, forwarded, out);
    }

    private static void end(RequestHead head, byte[] forwarded, HeadBuffer out) {
        out.append(forwarded);
        if (head.upgrade()) {
            out.append(UPGRADE);
        }
        out.append(CRLF);
    }

    /** Like {@link #write(RequestHead, byte[], String, HeadBuffer)}, with what rules change. */
    public static void write(
            RequestHead head,
            byte[] forwarded,
            @Nullable String hiddenCookie,
            Edits edits,
            HeadBuffer out) {
        out.clear();
        FieldLines fields = head.fields();
        String target = edits.target();
        int copied = target == null ? requestLine(head, out) : requestLine(head, target, out);
        out.append(fields.bytes(), copied, fields.lineStart(0));
        for (int line = 0; line < fields.count(); line++) {
            if (hiddenCookie != null && fields.field(line) == Field.COOKIE) {
                cookie(fields, line, hiddenCookie, edits, out);
            } else if (passes(fields.field(line), head.upgrade())) {
                FieldEditor.requestLine(fields, line, edits.request(), out);
            }
        }
        if (!FieldEditor.sets("Host", edits.request())) {
            host(head, out);
        }
        FieldEditor.added(edits.request(), out);
        end(head, forwarded, out);
    }

    /** Returns up to where the original bytes have been dealt with. */
    private static int requestLine(RequestHead head, HeadBuffer out) {
        RequestTarget target = head.target();
        if (!target.isAbsolute()) {
            return head.start();
        }
        byte[] bytes = head.fields().bytes();
        out.append(bytes, head.start(), head.methodEnd() + 1);
        if (target.pathIsEmpty()) {
            boolean all = head.methodIs("OPTIONS") && target.pathStart() == head.targetEnd();
            out.append(all ? "*" : "/");
        }
        return target.pathStart();
    }

    private static int requestLine(RequestHead head, String target, HeadBuffer out) {
        out.append(head.fields().bytes(), head.start(), head.methodEnd() + 1);
        out.append(target);
        return head.targetEnd();
    }

    /** An HTTP/1.0 client may name the host in its target only (RFC 9112 §3.2.2). */
    private static void host(RequestHead head, HeadBuffer out) {
        RequestTarget target = head.target();
        if (target.isAbsolute() && head.fields().find(Field.HOST, 0) < 0) {
            out.append(HOST);
            target.appendAuthority(out);
            out.append(CRLF);
        }
    }

    private static boolean passes(Field field, boolean upgrade) {
        return switch (field) {
            case TE,
                    CONNECTION,
                    KEEP_ALIVE,
                    PROXY_CONNECTION,
                    HTTP2_SETTINGS,
                    FORWARDED,
                    X_FORWARDED_FOR,
                    X_FORWARDED_HOST,
                    X_FORWARDED_PORT,
                    X_FORWARDED_PROTO,
                    DROPPED ->
                    false;
            case UPGRADE -> upgrade;
            case HOST, COOKIE, EXPECT, CONTENT_LENGTH, TRANSFER_ENCODING, OTHER -> true;
        };
    }

    private static void cookie(FieldLines fields, int line, String hidden, HeadBuffer out) {
        byte[] bytes = fields.bytes();
        int from = fields.valueStart(line);
        int to = fields.valueEnd(line);
        if (!Cookies.contains(bytes, from, to, hidden)) {
            out.append(bytes, fields.lineStart(line), fields.lineStart(line + 1));
            return;
        }
        int before = out.length();
        out.append(COOKIE);
        if (Cookies.copyWithout(out, bytes, from, to, hidden)) {
            out.append(CRLF);
        } else {
            out.truncate(before);
        }
    }

    /** Hiding comes first, so that no rule sees or spoils the cookie that is ours. */
    private static void cookie(
            FieldLines fields, int line, String hidden, Edits edits, HeadBuffer out) {
        int before = out.length();
        int from = fields.valueStart(line);
        boolean any = Cookies.copyWithout(out, fields.bytes(), from, fields.valueEnd(line), hidden);
        String rest = Ascii.text(out.bytes(), before, out.length());
        out.truncate(before);
        if (any) {
            FieldEditor.value("Cookie", rest, edits.request(), 0, out);
        }
    }
}
