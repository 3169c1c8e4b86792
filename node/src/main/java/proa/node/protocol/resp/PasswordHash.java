package proa.node.protocol.resp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password that cannot be read back: {@code pbkdf2-sha512$rounds$salt$hash}, the last two in
 * base64.
 *
 * <p>Source: RFC 8018 §5.2; rounds as OWASP recommends for HMAC-SHA-512.
 */
public final class PasswordHash {

    private static final String NAME = "pbkdf2-sha512";
    private static final int ROUNDS = 210_000;
    private static final int ROUNDS_MAX = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern FORM =
            Pattern.compile(
                    NAME + "\\$(\\d{1,8})\\$([A-Za-z0-9+/=]{8,64})\\$([A-Za-z0-9+/=]{8,128})");

    /** Nobody's password, as slow to check as any. */
    static final PasswordHash NOBODY =
            new PasswordHash(ROUNDS, new byte[SALT_BYTES], new byte[HASH_BYTES]);

    private final int rounds;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int rounds, byte[] salt, byte[] hash) {
        this.rounds = rounds;
        this.salt = salt;
        this.hash = hash;
    }

    /** The hash of a new password. */
    public static PasswordHash of(byte[] password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(ROUNDS, salt, derive(password, salt, ROUNDS, HASH_BYTES));
    }

    /** Reads the text form; empty when it is none. */
    public static Optional<PasswordHash> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        int rounds = Integer.parseInt(form.group(1));
        if (rounds < 1 || rounds > ROUNDS_MAX) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new PasswordHash(
                            rounds,
                            Base64.getDecoder().decode(form.group(2)),
                            Base64.getDecoder().decode(form.group(3))));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** Whether this is the password; takes about a tenth of a second. */
    public boolean matches(byte[] password) {
        return MessageDigest.isEqual(hash, derive(password, salt, rounds, hash.length));
    }

    private static byte[] derive(byte[] password, byte[] salt, int rounds, int bytes) {
        char[] text = new String(password, StandardCharsets.UTF_8).toCharArray();
        PBEKeySpec spec = new PBEKeySpec(text, salt, rounds, bytes * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            spec.clearPassword();
            Arrays.fill(text, ' ');
        }
    }

    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getEncoder();
        return NAME
                + "$"
                + rounds
                + "$"
                + base64.encodeToString(salt)
                + "$"
                + base64.encodeToString(hash);
    }
}
