package proa.node.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.TlsCipher;

/** What RFC 9113 Appendix A lists and what it does not. */
class CipherSuitesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_NULL_WITH_NULL_NULL",
                "TLS_RSA_WITH_RC4_128_SHA",
                "TLS_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_DH_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_DH_anon_WITH_AES_128_GCM_SHA256",
                "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
                "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
                "TLS_PSK_WITH_AES_128_GCM_SHA256",
                "TLS_RSA_WITH_AES_128_CCM",
                "AES128-GCM-SHA256",
                "ECDHE-RSA-AES128-SHA"
            })
    void forbidden(String suite) {
        assertThat(CipherSuites.allows("TLSv1.2", suite)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_DHE_RSA_WITH_AES_128_CCM",
                "ECDHE-ECDSA-AES256-GCM-SHA384"
            })
    void allowed(String suite) {
        assertThat(CipherSuites.allows("TLSv1.2", suite)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void thoseThatAreCalledModernAreThose(TlsCipher cipher) {
        assertThat(CipherSuites.allows("TLSv1.2", cipher.word())).isEqualTo(cipher.modern());
    }

    @Test
    void everySuiteOfTls13IsAllowedAndNoOlderVersion() {
        assertThat(CipherSuites.allows("TLSv1.3", "TLS_AES_128_GCM_SHA256")).isTrue();
        assertThat(CipherSuites.allows("TLSv1.1", "ECDHE-RSA-AES128-GCM-SHA256")).isFalse();
    }
}
