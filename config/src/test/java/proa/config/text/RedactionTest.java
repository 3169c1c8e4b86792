package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that might be a secret leaves the house. */
class RedactionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password = hunter2",
                "Password: \"hunter2\"",
                "secrets = [\"a\", \"hunter2\"]",
                "{\"token\":\"hunter2\",\"a\":1}",
                "webhook = \"https://hooks.example/T1/hunter2\"",
                "set-request-header { X-Api-Key = hunter2 }",
                "set-request-header { X-Backend-Key = \"hunter2\" }",
                "{ send = \"AUTH hunter2\\r\\n\" }",
                "url = \"https://olga:hunter2@shop.example/\"",
                "otlp { url = \"https://in.example/v1/hunter2/metrics\" }",
                "otlp { url = \"https://in.example?key=hunter2\" }",
                "X = \"Basic hunter2aGVsbG8=\"",
                "header = \"authorization: bearer hunter2hunter2\"",
                "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nhunter2",
                "a = 1 # it was hunter2 before",
                "a = 1 // it was hunter2 before",
                "olga:pbkdf2-sha512$1000$c2FsdA==$hunter2:admin"
            })
    void whatMightBeASecretIsTakenOut(String text) {
        assertThat(Redaction.ofConfiguration(text)).doesNotContain("hunter2");
    }

    @Test
    void everythingElseStays() {
        String text =
                """
                servers = [ { name = web1, address = "192.0.2.7:80", weight = 3 } ]
                check { http { get = "/health#1", host = "shop.example" }, every = 5s }
                """;
        assertThat(Redaction.ofConfiguration(text)).isEqualTo(text);
    }
}
