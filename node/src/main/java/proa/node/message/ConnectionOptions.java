package proa.node.message;

import static proa.node.message.Parsed.Progress.WHOLE;

/**
 * What the Connection field says (RFC 9110 §7.6.1): whether the connection stays, and which fields
 * are for the next hop alone. Those are marked {@link Field#DROPPED}.
 */
final class ConnectionOptions {

    /** Each is looked for among all fields, which must not become work without end. */
    private static final int OPTIONS_MAX = 32;

    private int count;
    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;

    Parsed read(FieldLines fields) {
        close = false;
        keepAlive = false;
        upgrade = false;
        count = 0;
        for (int line = fields.find(Field.CONNECTION, 0);
                line >= 0;
                line = fields.find(Field.CONNECTION, line + 1)) {
            Parsed parsed = options(fields, fields.valueStart(line), fields.valueEnd(line));
            if (parsed != WHOLE) {
                return parsed;
            }
        }
        return WHOLE;
    }

    private Parsed options(FieldLines fields, int from, int to) {
        byte[] bytes = fields.bytes();
        int at = from;
        while (at < to) {
            int start = at;
            while (at < to && Ascii.isToken(bytes[at])) {
                at++;
            }
            if (at == start && bytes[at] != ',') {
                return Refusal.CONNECTION_SYNTAX;
            }
            Parsed parsed = at == start ? WHOLE : option(fields, start, at);
            if (parsed != WHOLE) {
                return parsed;
            }
            at = afterComma(bytes, at, to);
            if (at < 0) {
                return Refusal.CONNECTION_SYNTAX;
            }
        }
        return WHOLE;
    }

    /** Past white space, at most one comma and white space; -1 when something else follows. */
    private static int afterComma(byte[] bytes, int from, int to) {
        int at = skipWhite(bytes, from, to);
        if (at == to) {
            return to;
        }
        return bytes[at] == ',' ? skipWhite(bytes, at + 1, to) : -1;
    }

    private static int skipWhite(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && Ascii.isWhite(bytes[at])) {
            at++;
        }
        return at;
    }

    private Parsed option(FieldLines fields, int from, int to) {
        byte[] bytes = fields.bytes();
        if (++count > OPTIONS_MAX) {
            return Refusal.CONNECTION_COUNT;
        }
        if (Ascii.equalsIgnoreCase(bytes, from, to, "close")) {
            close = true;
        } else if (Ascii.equalsIgnoreCase(bytes, from, to, "keep-alive")) {
            keepAlive = true;
        } else if (Ascii.equalsIgnoreCase(bytes, from, to, "upgrade")) {
            upgrade = true;
        } else {
            return drop(fields, from, to);
        }
        return WHOLE;
    }

    private static Parsed drop(FieldLines fields, int from, int to) {
        switch (Field.of(fields.bytes(), from, to)) {
            case HOST, CONTENT_LENGTH, TRANSFER_ENCODING -> {
                return Refusal.CONNECTION_NAMES_FRAMING;
            }
            case FORWARDED,
                    X_FORWARDED_FOR,
                    X_FORWARDED_HOST,
                    X_FORWARDED_PORT,
                    X_FORWARDED_PROTO -> {
                return Refusal.CONNECTION_NAMES_CLIENT;
            }
            default -> {}
        }
        for (int line = 0; line < fields.count(); line++) {
            boolean named =
                    Ascii.equalsIgnoreCase(
                            fields.bytes(), fields.lineStart(line), fields.nameEnd(line), from, to);
            if (named && fields.field(line) != Field.CONNECTION) {
                fields.drop(line);
            }
        }
        return WHOLE;
    }

    boolean close() {
        return close;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    boolean upgrade() {
        return upgrade;
    }
}
