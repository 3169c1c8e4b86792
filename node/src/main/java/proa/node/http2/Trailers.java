package proa.node.http2;

import org.jspecify.annotations.Nullable;

import proa.node.message.HeadBuffer;

import java.util.Set;

/**
 * The fields behind a body (RFC 9110 §6.5) on their way from HTTP/2 to HTTP/1.1. Those that frame,
 * route or authorize are left out: a server that merges trailers into the head would act on them.
 * An underscore stands for a hyphen, as it does to servers that make variables of names. Reused;
 * one thread.
 */
public final class Trailers {

    private static final Set<String> NOT_BEHIND =
            Set.of(
                    "authorization",
                    "cache-control",
                    "content-encoding",
                    "content-length",
                    "content-range",
                    "content-type",
                    "cookie",
                    "expect",
                    "forwarded",
                    "host",
                    "max-forwards",
                    "proxy-authorization",
                    "range",
                    "set-cookie",
                    "te",
                    "trailer");

    private final HeadBuffer lines = new HeadBuffer();
    private boolean malformed;

    /** Trailers begin. */
    public void begin() {
        lines.clear();
        malformed = false;
    }

    /** Takes the next field. */
    public void field(byte[] name, int nameFrom, int nameTo, byte[] value, int from, int to) {
        if (!FieldRules.isName(name, nameFrom, nameTo) || !FieldRules.isValue(value, from, to)) {
            malformed = true; // so is a pseudo-field (RFC 9113 §8.1)
            return;
        }
        String text = FieldRules.text(name, nameFrom, nameTo).replace('_', '-');
        malformed |= FieldRules.isOfConnection(text);
        if (!NOT_BEHIND.contains(text) && !text.startsWith("x-forwarded-")) {
            lines.append(name, nameFrom, nameTo);
            lines.append(": ");
            lines.append(value, from, to);
            lines.append("\r\n");
        }
    }

    /** Field lines, each with its CRLF, or null when they are malformed. */
    public @Nullable HeadBuffer lines() {
        return malformed ? null : lines;
    }
}
