package proa.config.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.InvalidKeySpecException;
import java.util.HexFormat;

/**
 * The secret that the keys of session tickets are computed from: one line of 64 hexadecimal digits.
 * Whoever has it can read what was recorded of resumed TLS 1.2 sessions, so it is kept like a
 * private key.
 */
public final class TicketSecret {

    /** As many as the hash of HKDF has. */
    public static final int BYTES = 32;

    private TicketSecret() {}

    /** A new secret's bytes. */
    public static byte[] random(SecureRandom random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return secret;
    }

    /** The file of a secret. */
    public static byte[] file(byte[] secret) {
        return (HexFormat.of().formatHex(secret) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The secret in a file.
     *
     * @throws GeneralSecurityException with a message for the operator
     */
    public static byte[] of(byte[] file) throws GeneralSecurityException {
        String text = new String(file, StandardCharsets.ISO_8859_1).strip();
        if (!text.matches("[0-9A-Fa-f]{" + 2 * BYTES + "}")) {
            throw new InvalidKeySpecException(
                    "not a secret of " + 2 * BYTES + " hexadecimal digits on one line");
        }
        return HexFormat.of().parseHex(text);
    }
}
