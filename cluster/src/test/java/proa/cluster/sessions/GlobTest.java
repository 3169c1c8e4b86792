package proa.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "sess:*, sess:1, true",
        "sess:*, sess:, true",
        "sess:*, xsess:1, false",
        "*, '', true",
        "'', '', true",
        "'', a, false",
        "h?llo, hello, true",
        "h?llo, hllo, false",
        "h[ae]llo, hallo, true",
        "h[ae]llo, hillo, false",
        "h[^e]llo, hallo, true",
        "h[^e]llo, hello, false",
        "h[a-c]llo, hbllo, true",
        "h[c-a]llo, hbllo, true",
        "h[a-c]llo, hdllo, false",
        "a\\*b, a*b, true",
        "a\\*b, axb, false",
        "a[\\]]b, a]b, true",
        "a[bc, ab, true",
        "*a*b*, xxaxxbxx, true",
        "*a*b*, xxbxxaxx, false",
        "*.js, a.js.js, true",
        "a\\, 'a\\', true"
    })
    void aPatternMatchesAsInRedis(String pattern, String key, boolean expected) {
        assertThat(new Glob(pattern).matches(key)).isEqualTo(expected);
    }

    @Test
    void aHostilePatternCostsNoMoreThanItsProduct() {
        String key = "a".repeat(4_000);
        assertThat(new Glob("*a".repeat(2_000) + "b").matches(key)).isFalse();
    }

    @Test
    void expirySaturates() {
        assertThat(Expiry.at(1_000, Long.MAX_VALUE)).isEqualTo(Expiry.AT_MAX);
        assertThat(Expiry.at(1_000, 5)).isEqualTo(1_005);
        assertThat(Expiry.at(1_000, SessionStore.KEEP)).isEqualTo(SessionStore.KEEP);
        assertThat(Expiry.ttl(1_000, 999)).isZero();
        assertThat(Expiry.ttl(1_000, Long.MAX_VALUE)).isEqualTo(Expiry.AT_MAX - 1_000);
    }

    @Test
    void aCursorIsAPlainNumberForJavaScript() {
        ScanCursor last = new ScanCursor(1_023, 0xffff_ffffL);
        assertThat(last.encode()).isLessThan(1L << 53);
        assertThat(ScanCursor.decode(last.encode())).isEqualTo(last);
        assertThat(ScanCursor.decode(0)).isEqualTo(ScanCursor.START);
    }
}
