package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/** Nothing that might be a secret leaves the house. */
class RedactionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password = hunter2",
                "Password: \"hunter2\"",
                "secrets = [\"a\", \"hunter2\"]",
                "secrets = [\"a]\", \"hunter2\"]",
                "secrets = [\"a\", \"hunter2",
                "secret = \"\"\"a \"hunter2\" b\"\"\"",
                "secret = \"\"\"a \"hunter2",
                "secret = \"a \\\" hunter2\"",
                "secret = \"hunter2",
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
                "check.http.body = \"{\\\"password\\\":\\\"hunter2\\\"}\"",
                "respond { body = \"\"\"{ a: hunter2 }\"\"\" }",
                "text = \"{\\\"password\\\":\\\"hunter2\\\"}\"",
                "text = \"{\\\"password\\\" : \\\"a \\\\\\\" hunter2\\\"}\"",
                "headers { Cookie = \"sid=hunter2\" }",
                "set-response-header { Set-Cookie = \"sid=hunter2\" }",
                "when { header = X-Origin-Secret, value = \"hunter2\" }",
                "when { cookie = sid, matches = \"^hunter2$\" }",
                "when { query = key, value = hunter2 }",
                "token = \"a\" \"hunter2\"",
                "token = \"a\"\"hunter2\"",
                "token = ${a} \"hunter2\"",
                "token = a${b}hunter2",
                "password = a hunter2",
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

    /** What once took time with the square of the length: days for this much. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                " ",
                "secret",
                "secret ",
                "secret=",
                "secret=[ ",
                "secret = \"\"\" x\n",
                "secret = \"x",
                "secret = \\\"x",
                "secret = a b",
                "secret = \"\" ",
                "secret = \\\\",
                "\\",
                "basic ",
                "url = http://a",
                "-----BEGIN A",
                "-----BEGIN PRIVATE KEY-----",
                "event=12 kind=server subject=shop/s1 text=\"its check says down\"\n"
            })
    void fourMegabytesTakeNoLongerThanTheirLength(String part) {
        String text = part.repeat((4 << 20) / part.length());
        assertTimeoutPreemptively(
                Duration.ofMinutes(2), () -> assertThat(Redaction.of(text)).isNotEmpty());
    }

    @Test
    void whatFollowsAValueStays() {
        assertThat(Redaction.of("secret=a kind=server subject=shop/s1"))
                .isEqualTo("secret=\"***\" kind=server subject=shop/s1");
        assertThat(Redaction.of("{\"token\": \"a\", \"value\": 1}"))
                .isEqualTo("{\"token\": \"***\", \"value\": 1}");
        assertThat(Redaction.of("secret = [ \"a\" ]\nname = b"))
                .isEqualTo("secret = \"***\"\nname = b");
    }

    @Test
    void aValueMayBeLong() {
        String text = "secret = \"" + "hunter2\\n".repeat(100_000) + "\", name = a";
        assertThat(Redaction.of(text)).isEqualTo("secret = \"***\", name = a");
    }
}
