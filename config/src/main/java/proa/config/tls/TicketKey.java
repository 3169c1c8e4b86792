package proa.config.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * A key of session tickets (RFC 5077 §4), computed from a secret and the time by HKDF (RFC 5869):
 * all who know the secret have the same key at the same time, without a message.
 *
 * @param name 16 bytes, in clear in every ticket
 * @param mac 16 bytes, authenticates tickets
 * @param cipher 16 bytes, encrypts them
 */
public record TicketKey(byte[] name, byte[] mac, byte[] cipher) {

    private static final int PART_BYTES = 16;
    private static final byte[] SALT = "proa session tickets 1".getBytes(StandardCharsets.US_ASCII);

    /**
     * The keys to use at a time: the first makes tickets; those of the period before it and after
     * it are only understood, the latter for nodes whose clock is ahead.
     *
     * @param secret at least {@link TicketSecret#BYTES}
     * @param purpose keys of different purposes have nothing in common
     * @param rotate length of a period, whole seconds
     */
    public static List<TicketKey> at(byte[] secret, String purpose, Instant now, Duration rotate) {
        long period = period(now, rotate);
        return List.of(
                of(secret, purpose, period, rotate),
                of(secret, purpose, period - 1, rotate),
                of(secret, purpose, period + 1, rotate));
    }

    /** Number of the period a time lies in; with it the keys change. */
    public static long period(Instant now, Duration rotate) {
        return Math.floorDiv(now.getEpochSecond(), rotate.toSeconds());
    }

    private static TicketKey of(byte[] secret, String purpose, long period, Duration rotate) {
        String info = rotate.toSeconds() + ":" + period + ":" + purpose;
        try {
            byte[] bytes =
                    KDF.getInstance("HKDF-SHA256")
                            .deriveData(
                                    HKDFParameterSpec.ofExtract()
                                            .addIKM(secret)
                                            .addSalt(SALT)
                                            .thenExpand(
                                                    info.getBytes(StandardCharsets.UTF_8),
                                                    3 * PART_BYTES));
            return new TicketKey(part(bytes, 0), part(bytes, 1), part(bytes, 2));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java platform has HKDF", missing);
        }
    }

    private static byte[] part(byte[] bytes, int at) {
        return Arrays.copyOfRange(bytes, at * PART_BYTES, (at + 1) * PART_BYTES);
    }
}
