package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.TlsCipher;

import java.nio.file.Path;
import java.util.Optional;

/** Suites towards servers, and those that nobody can choose. */
class TlsSuitesTest {

    private static final String SHOP = "check { tcp = true, every = 2s }";

    /** The sound file with TLS to the servers of {@code shop}, on line 38. */
    private static Outcome read(String tls) {
        return ConfigParser.parse(
                ViolationsTest.SOUND.replace(SHOP, SHOP + "\n      tls { " + tls + " }"),
                "f",
                Path.of(""),
                Optional.empty());
    }

    @Test
    void theyAreReadInTheirOrder() {
        assertThat(((Outcome.Ok) read("")).config().backend("shop").orElseThrow().tls())
                .hasValueSatisfying(tls -> assertThat(tls.ciphers()).isEmpty());
        Outcome two = read("ciphers = [ECDHE-RSA-AES256-GCM-SHA384, ECDHE-RSA-AES128-GCM-SHA256]");
        assertThat(((Outcome.Ok) two).config().backend("shop").orElseThrow().tls())
                .hasValueSatisfying(
                        tls ->
                                assertThat(tls.ciphers())
                                        .containsExactly(
                                                TlsCipher.ECDHE_RSA_AES256_GCM,
                                                TlsCipher.ECDHE_RSA_AES128_GCM));
        assertThat(((Outcome.Ok) two).hash()).isNotEqualTo(((Outcome.Ok) read("")).hash());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ciphers = [RC4-SHA]|is not one of",
                "ciphers = [TLS_AES_128_GCM_SHA256]|BoringSSL fixes all three",
                "ciphers = tls_chacha20_poly1305_sha256|BoringSSL fixes all three",
                "min-version = TLSv1.3, ciphers = [ECDHE-RSA-AES128-GCM-SHA256]|"
                        + "`ciphers` are those of TLS 1.2"
            })
    void aMistakeIsAnErrorAtItsLine(String written, String words) {
        assertThat(((Outcome.Refused) read(written)).violations())
                .singleElement()
                .satisfies(violation -> assertThat(violation.line()).isEqualTo(38))
                .satisfies(violation -> assertThat(violation.toString()).contains(words));
    }

    @ParameterizedTest
    @ValueSource(strings = {"AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA"})
    void weakOnesAloneAreWarnedOf(String suite) {
        assertThat(((Outcome.Ok) read("ciphers = [" + suite + "]")).warnings())
                .extracting(Object::toString)
                .anyMatch(text -> text.contains("none of these is forward secret and safe"));
    }

    @Test
    void whatChecksCannotDoIsWarnedOf() {
        assertThat(((Outcome.Ok) read("ciphers = [AES128-GCM-SHA256]")).warnings())
                .extracting(Object::toString)
                .anyMatch(text -> text.contains("Java, which makes the checks, does not do these"));
    }
}
