package proa.config.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a certificate still lasts.
 *
 * @param who the certificate's subject
 * @param begins first moment it is valid
 * @param ends last moment it is valid
 * @param now the moment of the question
 */
public record Expiry(String who, Instant begins, Instant ends, Instant now) {

    /** From here on an operator is told. */
    public static final Duration WARNING = Duration.ofDays(30);

    /** From here on an operator is told urgently. */
    public static final Duration URGENT = Duration.ofDays(7);

    /** What the operator should think of it. */
    public enum State {
        FINE,
        WARNING,
        URGENT,
        EXPIRED,
        NOT_YET_VALID
    }

    /** Of this certificate. */
    public static Expiry of(X509Certificate certificate, Instant now) {
        return new Expiry(
                certificate.getSubjectX500Principal().getName(),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                now);
    }

    /** Whole days left, 0 on the last; negative when it has expired. */
    public long daysLeft() {
        return Math.floorDiv(
                Duration.between(now, ends).toSeconds(), Duration.ofDays(1).toSeconds());
    }

    public State state() {
        Duration left = Duration.between(now, ends);
        if (now.isBefore(begins)) {
            return State.NOT_YET_VALID;
        }
        if (left.isNegative()) {
            return State.EXPIRED;
        }
        return left.compareTo(URGENT) < 0
                ? State.URGENT
                : left.compareTo(WARNING) < 0 ? State.WARNING : State.FINE;
    }

    /** One line for the operator, unless all is fine. */
    public Optional<String> message() {
        return switch (state()) {
            case FINE -> Optional.empty();
            case WARNING, URGENT ->
                    Optional.of(
                            "the certificate of "
                                    + who
                                    + " expires in "
                                    + daysLeft()
                                    + " days, on "
                                    + ends);
            case EXPIRED -> Optional.of("the certificate of " + who + " expired on " + ends);
            case NOT_YET_VALID ->
                    Optional.of(
                            "the certificate of "
                                    + who
                                    + " is not valid before "
                                    + begins
                                    + ": compare the clocks");
        };
    }
}
