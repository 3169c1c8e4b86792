package proa.node.message;

import static proa.node.message.Parsed.Progress.WHOLE;

/**
 * Content-Length and Transfer-Encoding of one head (RFC 9112 §6). Stricter than the RFC allows,
 * since what one reader repairs another takes literally: repeated and listed lengths are refused
 * even when they agree, and the only coding is {@code chunked}.
 */
final class Framing {

    /** More digits could not be a length of anything; 10^18 fits a long. */
    private static final int LENGTH_DIGITS_MAX = 18;

    private boolean hasLength;
    private boolean chunked;
    private long length;

    Parsed read(FieldLines fields, boolean before11) {
        hasLength = false;
        chunked = false;
        length = 0;
        for (int line = 0; line < fields.count(); line++) {
            Parsed parsed =
                    switch (fields.field(line)) {
                        case CONTENT_LENGTH -> length(fields, line);
                        case TRANSFER_ENCODING -> encoding(fields, line, before11);
                        default -> WHOLE;
                    };
            if (parsed != WHOLE) {
                return parsed;
            }
        }
        return hasLength && chunked ? Refusal.LENGTH_AND_ENCODING : WHOLE;
    }

    private Parsed length(FieldLines fields, int line) {
        if (hasLength) {
            return Refusal.LENGTH_SEVERAL;
        }
        int from = fields.valueStart(line);
        int to = fields.valueEnd(line);
        if (from == to || to - from > LENGTH_DIGITS_MAX) {
            return Refusal.LENGTH_SYNTAX;
        }
        if (to - from > 1 && fields.bytes()[from] == '0') {
            return Refusal.LENGTH_SYNTAX; // octal, to some
        }
        for (int at = from; at < to; at++) {
            byte b = fields.bytes()[at];
            if (!Ascii.isDigit(b)) {
                return b == ',' ? Refusal.LENGTH_SEVERAL : Refusal.LENGTH_SYNTAX;
            }
            length = length * 10 + (b - '0');
        }
        hasLength = true;
        return WHOLE;
    }

    private Parsed encoding(FieldLines fields, int line, boolean before11) {
        if (before11) {
            return Refusal.ENCODING_BEFORE_11;
        }
        if (chunked) {
            return Refusal.ENCODING_SEVERAL;
        }
        chunked = fields.valueIs(line, "chunked");
        return chunked ? WHOLE : Refusal.ENCODING_UNKNOWN;
    }

    /** What has no body has no word of one either, or a client might wait for it. */
    void dropFrom(FieldLines fields) {
        for (int line = 0; line < fields.count(); line++) {
            switch (fields.field(line)) {
                case CONTENT_LENGTH, TRANSFER_ENCODING -> fields.drop(line);
                default -> {}
            }
        }
    }

    boolean hasLength() {
        return hasLength;
    }

    boolean chunked() {
        return chunked;
    }

    long length() {
        return length;
    }
}
