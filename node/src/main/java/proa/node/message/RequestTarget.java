package proa.node.message;

import static proa.node.message.Parsed.Progress.WHOLE;

import org.jspecify.annotations.Nullable;

import proa.config.NormalPath;

import java.util.Locale;

/**
 * Request target and Host as one (RFC 9112 §3.2 and §3.3): both must be well-formed and, when the
 * target is absolute, name the same authority, since servers differ in which they believe.
 */
final class RequestTarget {

    private static final int PORT_DIGITS_MAX = 5;
    private static final int PORT_MAX = 65_535;

    private byte[] bytes = new byte[0];
    private int from;
    private int pathStart;
    private int pathEnd;
    private int to;
    private int authorityStart;
    private int authorityEnd;
    private int hostStart;
    private int hostEnd;
    private boolean asterisk;
    private boolean plain;
    private boolean normal;
    private @Nullable String path;
    private @Nullable String normalPath;
    private @Nullable String query;

    Parsed read(FieldLines fields, int targetFrom, int targetTo, boolean before11) {
        bytes = fields.bytes();
        from = targetFrom;
        to = targetTo;
        hostStart = hostEnd = authorityStart = authorityEnd = 0;
        path = null;
        normalPath = null;
        query = null;
        Parsed parsed = form();
        if (parsed == WHOLE && !plain) {
            parsed = unlessFlawed(NormalPath.flaw(path()));
        }
        return parsed == WHOLE ? host(fields, before11) : parsed;
    }

    private static Parsed unlessFlawed(NormalPath.Flaw flaw) {
        return switch (flaw) {
            case NONE -> WHOLE;
            case ENCODING -> Refusal.PATH_ENCODING;
            case DISGUISE -> Refusal.PATH_DISGUISE;
        };
    }

    private Parsed form() {
        asterisk = to - from == 1 && bytes[from] == '*';
        pathStart = from;
        if (!asterisk && bytes[from] != '/') {
            Parsed parsed = absolute();
            if (parsed != WHOLE) {
                return parsed;
            }
        }
        pathEnd = pathStart;
        plain = true;
        boolean slash = false;
        boolean segments = true;
        while (pathEnd < to && bytes[pathEnd] != '?') {
            byte b = bytes[pathEnd];
            plain &= isPlain(b);
            segments &= !slash || b != '/' && b != '.';
            slash = b == '/';
            pathEnd++;
        }
        normal = plain && segments && pathEnd > pathStart && !asterisk;
        for (int at = pathStart; at < to; at++) {
            if (bytes[at] == '#') {
                return Refusal.TARGET_SYNTAX;
            }
        }
        return WHOLE;
    }

    /** Nothing that could hide something else. */
    private static boolean isPlain(byte b) {
        return b != '%' && b != ';' && b != '\\';
    }

    private Parsed absolute() {
        if (startsWith("http://")) {
            authorityStart = from + 7;
        } else if (startsWith("https://")) {
            authorityStart = from + 8;
        } else {
            return Refusal.TARGET_SYNTAX;
        }
        authorityEnd = authorityStart;
        while (authorityEnd < to && bytes[authorityEnd] != '/' && bytes[authorityEnd] != '?') {
            authorityEnd++;
        }
        pathStart = authorityEnd;
        return authority(authorityStart, authorityEnd) ? WHOLE : Refusal.TARGET_SYNTAX;
    }

    private boolean startsWith(String scheme) {
        int length = scheme.length();
        return to - from > length && Ascii.equalsIgnoreCase(bytes, from, from + length, scheme);
    }

    private Parsed host(FieldLines fields, boolean before11) {
        int line = fields.find(Field.HOST, 0);
        if (line < 0) {
            return before11 ? WHOLE : Refusal.HOST_MISSING;
        }
        if (fields.find(Field.HOST, line + 1) >= 0) {
            return Refusal.HOST_SEVERAL;
        }
        int start = fields.valueStart(line);
        int end = fields.valueEnd(line);
        if (!authority(start, end)) {
            return Refusal.HOST_SYNTAX;
        }
        boolean conflict =
                authorityEnd > authorityStart
                        && !Ascii.equalsIgnoreCase(bytes, start, end, authorityStart, authorityEnd);
        return conflict ? Refusal.HOST_CONFLICT : WHOLE;
    }

    /**
     * {@code uri-host [ ":" port ]} without user information (RFC 9110 §4.2.4 calls for refusing
     * that).
     */
    private boolean authority(int start, int end) {
        hostStart = start;
        hostEnd = start < end && bytes[start] == '[' ? bracketed(start, end) : named(start, end);
        boolean fine = hostEnd > start && port(hostEnd, end);
        if (hostEnd - start > 1 && bytes[hostEnd - 1] == '.') {
            hostEnd--; // the root of all names, which servers leave out when they compare
        }
        return fine;
    }

    private int named(int start, int end) {
        int at = start;
        while (at < end && Ascii.isHost(bytes[at])) {
            at++;
        }
        return at;
    }

    private int bracketed(int start, int end) {
        int at = start + 1;
        while (at < end && (isHexadecimal(bytes[at]) || bytes[at] == ':' || bytes[at] == '.')) {
            at++;
        }
        return at < end && bytes[at] == ']' && at > start + 1 ? at + 1 : start;
    }

    private static boolean isHexadecimal(byte b) {
        return Ascii.isDigit(b) || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F');
    }

    private boolean port(int start, int end) {
        if (start == end) {
            return true;
        }
        int digits = end - start - 1;
        if (bytes[start] != ':' || digits < 1 || digits > PORT_DIGITS_MAX) {
            return false;
        }
        int port = 0;
        for (int at = start + 1; at < end; at++) {
            if (!Ascii.isDigit(bytes[at])) {
                return false;
            }
            port = port * 10 + (bytes[at] - '0');
        }
        return port <= PORT_MAX;
    }

    boolean isAsterisk() {
        return asterisk;
    }

    /** Whether the target names an authority; it is passed on without. */
    boolean isAbsolute() {
        return authorityEnd > authorityStart;
    }

    void appendAuthority(HeadBuffer out) {
        out.append(bytes, authorityStart, authorityEnd);
    }

    int pathStart() {
        return pathStart;
    }

    boolean pathIsEmpty() {
        return pathStart == pathEnd;
    }

    String path() {
        if (asterisk) {
            return "";
        }
        String known = path;
        if (known == null) {
            known = pathIsEmpty() ? "/" : Ascii.text(bytes, pathStart, pathEnd);
            path = known;
        }
        return known;
    }

    String normalPath() {
        String known = normalPath;
        if (known == null) {
            known = NormalPath.of(path());
            normalPath = known;
        }
        return known;
    }

    /**
     * Most paths are in normal form as they come: nothing to decode, no segment that is empty or
     * begins with a dot. Their bytes are compared.
     */
    boolean pathIs(String text) {
        return normal ? Ascii.equals(bytes, pathStart, pathEnd, text) : normalPath().equals(text);
    }

    boolean pathBegins(String prefix) {
        int length = prefix.length();
        return normal
                ? length <= pathEnd - pathStart
                        && Ascii.equals(bytes, pathStart, pathStart + length, prefix)
                : normalPath().startsWith(prefix);
    }

    boolean pathEnds(String suffix) {
        int length = suffix.length();
        return normal
                ? length <= pathEnd - pathStart
                        && Ascii.equals(bytes, pathEnd - length, pathEnd, suffix)
                : normalPath().endsWith(suffix);
    }

    String query() {
        if (pathEnd == to) {
            return "";
        }
        String known = query;
        if (known == null) {
            known = Ascii.text(bytes, pathEnd + 1, to);
            query = known;
        }
        return known;
    }

    String host() {
        return Ascii.text(bytes, hostStart, hostEnd).toLowerCase(Locale.ROOT);
    }

    /** Hosts are ASCII; the text is in lower case. */
    boolean hostIs(String host) {
        return Ascii.equalsIgnoreCase(bytes, hostStart, hostEnd, host);
    }

    boolean hostEnds(String suffix) {
        int length = suffix.length();
        return length <= hostEnd - hostStart
                && Ascii.equalsIgnoreCase(bytes, hostEnd - length, hostEnd, suffix);
    }
}
