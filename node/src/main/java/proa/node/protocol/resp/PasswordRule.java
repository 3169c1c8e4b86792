package proa.node.protocol.resp;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which new passwords are taken. Length counts, not kinds of characters (NIST SP 800-63B §5.1.1.2);
 * these are passwords of applications, which nobody types twice.
 */
public final class PasswordRule {

    /** Shortest, in characters. */
    public static final int CHARS_MIN = 12;

    /** Longest, in bytes; what a client sends is bounded as well. */
    public static final int BYTES_MAX = 512;

    /** Fewer than these are a pattern, not a password. */
    private static final int DIFFERENT_CHARS_MIN = 5;

    private static final Set<String> KNOWN =
            Set.of(
                    "123456789012",
                    "password1234",
                    "passwordpassword",
                    "qwertyuiop12",
                    "administrator",
                    "changemechangeme");

    private PasswordRule() {}

    /** Why this is no password for this user; empty when it is one. */
    public static Optional<String> objection(String user, String password) {
        if (password.isEmpty()) {
            return Optional.of("the password is empty");
        }
        if (password.codePointCount(0, password.length()) < CHARS_MIN) {
            return Optional.of("the password is shorter than " + CHARS_MIN + " characters");
        }
        if (password.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
            return Optional.of("the password is longer than " + BYTES_MAX + " bytes");
        }
        if (password.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("the password has control characters");
        }
        if (password.codePoints().distinct().count() < DIFFERENT_CHARS_MIN) {
            return Optional.of(
                    "the password has fewer than " + DIFFERENT_CHARS_MIN + " different characters");
        }
        String low = password.toLowerCase(Locale.ROOT);
        boolean named =
                low.contains(user.toLowerCase(Locale.ROOT))
                        && low.length() < user.length() + CHARS_MIN;
        if (named || KNOWN.contains(low)) {
            return Optional.of("the password is easily guessed");
        }
        return Optional.empty();
    }
}
