package proa.node.protocol.resp;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/** Whole numbers as Redis reads them: an optional minus, digits, no leading zero, 64 bits. */
final class Numbers {

    private static final int DIGITS_MAX = 20;

    private Numbers() {}

    static @Nullable Long parse(byte[] word) {
        return word.length > DIGITS_MAX
                ? null
                : parse(new String(word, StandardCharsets.ISO_8859_1));
    }

    static @Nullable Long parse(String digits) {
        boolean negative = digits.startsWith("-");
        int first = negative ? 1 : 0;
        int length = digits.length() - first;
        if (length < 1
                || length > DIGITS_MAX
                || digits.charAt(first) == '0' && digits.length() > 1) {
            return null;
        }
        for (int at = first; at < digits.length(); at++) {
            if (digits.charAt(at) < '0' || digits.charAt(at) > '9') {
                return null;
            }
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException beyond64Bits) {
            return null;
        }
    }
}
