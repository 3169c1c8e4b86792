package proa.config.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

class TicketKeyTest {

    private static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");
    private static final Duration ROTATE = Duration.ofHours(12);
    private static final byte[] SECRET = new byte[TicketSecret.BYTES];

    private static List<String> keys(byte[] secret, String purpose, Instant now, Duration rotate) {
        return TicketKey.at(secret, purpose, now, rotate).stream()
                .map(TicketKeyTest::text)
                .toList();
    }

    private static String text(TicketKey key) {
        HexFormat hex = HexFormat.of();
        return hex.formatHex(key.name()) + hex.formatHex(key.mac()) + hex.formatHex(key.cipher());
    }

    @Test
    void whoeverKnowsTheSecretHasTheSameKeysDuringAPeriod() {
        List<String> first = keys(SECRET, "https", NOW, ROTATE);

        assertThat(first).hasSize(3).doesNotHaveDuplicates().allMatch(key -> key.length() == 96);
        assertThat(keys(SECRET, "https", NOW.plus(ROTATE).minusMillis(1), ROTATE)).isEqualTo(first);
    }

    @Test
    void ticketsOfThePeriodBeforeAndAfterAreUnderstood() {
        List<String> now = keys(SECRET, "https", NOW, ROTATE);
        List<String> next = keys(SECRET, "https", NOW.plus(ROTATE), ROTATE);
        List<String> later = keys(SECRET, "https", NOW.plus(ROTATE.multipliedBy(2)), ROTATE);

        assertThat(next).contains(now.getFirst());
        assertThat(now).contains(next.getFirst());
        assertThat(later).doesNotContain(now.getFirst());
        assertThat(next.getFirst()).isNotEqualTo(now.getFirst());
    }

    @Test
    void anotherSecretPurposeOrLengthHasNothingInCommon() {
        byte[] other = SECRET.clone();
        other[0] = 1;

        assertThat(keys(SECRET, "https", NOW, ROTATE))
                .doesNotContainAnyElementsOf(keys(other, "https", NOW, ROTATE))
                .doesNotContainAnyElementsOf(keys(SECRET, "admin", NOW, ROTATE))
                .doesNotContainAnyElementsOf(keys(SECRET, "https", NOW, Duration.ofHours(24)));
    }

    @Test
    void aSecretSurvivesItsFileAndOtherFilesAreRefused() throws GeneralSecurityException {
        byte[] secret = TicketSecret.random(new SecureRandom());

        assertThat(TicketSecret.of(TicketSecret.file(secret))).isEqualTo(secret);
        assertThatThrownBy(() -> TicketSecret.of("secret".getBytes(StandardCharsets.US_ASCII)))
                .hasMessage("not a secret of 64 hexadecimal digits on one line");
    }
}
