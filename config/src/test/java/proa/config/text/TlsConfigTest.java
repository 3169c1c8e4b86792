package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

import proa.config.BackendTls;
import proa.config.Condition;
import proa.config.FrontendTls;
import proa.config.FrontendTls.Identity;
import proa.config.ProaConfig;
import proa.config.TlsCipher;
import proa.config.TlsFact;
import proa.config.TlsVersion;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** TLS of frontends and backends: what is read, and each thing an operator can get wrong. */
class TlsConfigTest {

    private static final String SOUND =
            """
            schema = 1
            cluster {
              name = edge
              insecure = true
              nodes { lb1 { id = 1, addresses = ["10.0.0.11"] }, lb2 { id = 2, addresses = ["10.0.0.12"] } }
            }
            frontends {
              https {
                bind { address = "10.0.0.11", port = 443 }
                mode = http
                tls {
                  certificates = [
                    "certs/shop.pem",
                    { certificate = "certs/api.pem", key = "certs/api.key", ocsp = "api.ocsp" }
                  ]
                  min-version = TLSv1.3
                  alpn = ["http/1.1"]
                  clients { authorities = ["ca.pem"], require = false }
                  tickets { secret = "tickets.secret", rotate = 1h }
                  handshakes { timeout = 5s, open = 2k }
                }
                backend = shop
              }
              pass {
                bind { address = "10.0.0.11", port = 8443 }
                mode = tcp
                routes = [ { when { sni = "*.Shop.example" }, backend = shop }, { backend = shop } ]
              }
              line { bind { address = "10.0.0.11", port = 6514 }, mode = tcp, tls { certificate = "a.pem" }, backend = shop }
            }
            backends {
              shop {
                check { tcp = true }
                tls { authorities = ["servers.pem"], server-name = shop.internal, certificate = "own.pem", key = "own.key" }
                servers = [ { name = a, address = "10.0.1.1:8443" } ]
              }
            }
            """;

    private static Outcome parse(String text) {
        return ConfigParser.parse(text, "f", Path.of("etc"), Optional.empty());
    }

    private static ProaConfig read(String text) {
        assertThat(parse(text)).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) parse(text)).config();
    }

    private static FrontendTls tls(String frontend) {
        return read(SOUND).frontends().stream()
                .filter(each -> each.name().equals(frontend))
                .findFirst()
                .flatMap(each -> each.tls())
                .orElseThrow();
    }

    @Test
    void everythingWrittenIsRead() {
        assertThat(tls("https"))
                .isEqualTo(
                        new FrontendTls(
                                List.of(
                                        new Identity(
                                                Path.of("etc/certs/shop.pem"),
                                                Path.of("etc/certs/shop.pem")),
                                        new Identity(
                                                Path.of("etc/certs/api.pem"),
                                                Path.of("etc/certs/api.key"),
                                                Optional.of(Path.of("etc/api.ocsp")))),
                                TlsVersion.TLS_1_3,
                                TlsCipher.DEFAULTS,
                                List.of("http/1.1"),
                                Optional.of(
                                        new FrontendTls.Clients(
                                                List.of(Path.of("etc/ca.pem")), false)),
                                new FrontendTls.Tickets(
                                        Optional.of(Path.of("etc/tickets.secret")),
                                        Duration.ofHours(1)),
                                new FrontendTls.Handshakes(Duration.ofSeconds(5), 2_000)));
        assertThat(read(SOUND).backends().getFirst().tls())
                .contains(
                        new BackendTls(
                                BackendTls.Verify.NAME,
                                List.of(Path.of("etc/servers.pem")),
                                Optional.of("shop.internal"),
                                Optional.of(
                                        new Identity(
                                                Path.of("etc/own.pem"), Path.of("etc/own.key"))),
                                TlsVersion.TLS_1_2));
    }

    @Test
    void defaults() {
        FrontendTls tls = tls("line");
        assertThat(tls.minVersion()).isEqualTo(TlsVersion.TLS_1_2);
        assertThat(tls.ciphers()).hasSize(6).allMatch(TlsCipher::modern);
        assertThat(tls.alpn()).as("mode tcp").isEmpty();
        assertThat(tls.clients()).isEmpty();
        assertThat(tls.tickets()).isEqualTo(FrontendTls.Tickets.DEFAULTS);
        assertThat(tls.handshakes()).isEqualTo(FrontendTls.Handshakes.DEFAULTS);
        String bare = SOUND.replace("      alpn = [\"http/1.1\"]\n", "");
        assertThat(read(bare).frontends().getFirst().tls().orElseThrow().alpn())
                .containsExactly("h2", "http/1.1");
    }

    private static final String FLOATING =
            SOUND.replace(
                            "frontends {\n",
                            "groups { web { vrid = 51, prefer = [lb1, lb2], vips { main ="
                                    + " \"10.0.0.100\" } } }\n"
                                    + "frontends {\n")
                    .replace(
                            "line { bind { address = \"10.0.0.11\", port = 6514 }",
                            "line { bind { group = web, vip = main, port = 6514 }");

    private static List<String> warnings(String text) {
        assertThat(parse(text)).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) parse(text))
                .warnings().stream()
                        .map(Violation::toString)
                        .filter(warning -> warning.contains("ticket"))
                        .toList();
    }

    @Test
    void aFloatingFrontendIsWarnedOfWhereMembersShareNoTicketSecret() {
        assertThat(warnings(SOUND)).as("its address stays where it is").isEmpty();
        assertThat(warnings(FLOATING))
                .singleElement()
                .asString()
                .startsWith("f:30: ")
                .contains("whole handshake", "proa cert tickets", "tickets { secret")
                .doesNotContain("\n");
        assertThat(
                        warnings(
                                FLOATING.replace(
                                        "insecure = true",
                                        "tls { certificate = \"m\", key = \"k\", authorities ="
                                                + " [\"c\"] }")))
                .as("the members share one")
                .isEmpty();
        assertThat(
                        warnings(
                                FLOATING.replace(
                                        "tls { certificate = \"a.pem\" }",
                                        "tls { certificate = \"a.pem\", tickets { secret = \"t\" }"
                                                + " }")))
                .isEmpty();
        assertThat(
                        warnings(
                                FLOATING.replace(
                                                ", lb2 { id = 2, addresses = [\"10.0.0.12\"] }", "")
                                        .replace("[lb1, lb2]", "[lb1]")))
                .as("nobody takes over")
                .isEmpty();
    }

    @Test
    void aServerNameIsComparedInLowerCase() {
        assertThat(read(SOUND).frontends().getLast().routes().getFirst().when())
                .isEqualTo(new Condition.ServerName("*.shop.example"));
    }

    private static Condition condition(String written) {
        ProaConfig config = read(SOUND.replace("sni = \"*.Shop.example\"", written));
        return config.frontends().getLast().routes().getFirst().when();
    }

    /** Where TLS ends. */
    private static Condition secured(String written) {
        String text =
                SOUND.replace(
                        "    backend = shop\n  }\n  pass {",
                        "    routes = [ { when { "
                                + written
                                + " }, backend = shop }, { backend = shop } ]\n  }\n  pass {");
        assertThat(text).contains(written);
        return read(text).frontends().getFirst().routes().getFirst().when();
    }

    @Test
    void whatTlsTellsIsTested() {
        assertThat(condition("tls = true")).isEqualTo(new Condition.Secure(false));
        assertThat(condition("tls = false"))
                .isEqualTo(new Condition.None(List.of(new Condition.Secure(false))));
        assertThat(secured("tls-version = TLSv1.3"))
                .isEqualTo(new Condition.TlsIs(TlsFact.VERSION, "TLSv1.3"));
        assertThat(secured("tls-cipher = TLS_AES_128_GCM_SHA256"))
                .isEqualTo(new Condition.TlsIs(TlsFact.CIPHER, "TLS_AES_128_GCM_SHA256"));
    }

    @ParameterizedTest
    @CsvSource({"0A:1B, a1b", "000A1B, a1b", "A1B, a1b", "00, 0", "10, 10"})
    void aSerialNumberIsComparedAsANumberHoweverItIsWritten(String written, String compared) {
        assertThat(secured("certificate = serial, value = \"" + written + "\""))
                .isEqualTo(new Condition.TlsIs(TlsFact.SERIAL, compared));
    }

    /** One mistake, where it must be reported, and words of it. */
    record Row(String from, String to, int line, String words) {
        @Override
        public String toString() {
            return to + " → " + words;
        }
    }

    static final List<Row> ROWS =
            List.of(
                    new Row(
                            "alpn = [\"http/1.1\"]",
                            "alpn = [spdy]",
                            17,
                            "does not speak \"spdy\""),
                    new Row(
                            "TLSv1.3",
                            "TLSv1.1",
                            16,
                            "\"TLSv1.1\" is not one of TLSv1.2 | TLSv1.3"),
                    new Row(
                            "alpn = [\"http/1.1\"]",
                            "ciphers = [ECDHE-RSA-AES128-GCM-SHA256]",
                            17,
                            "which `min-version` refuses"),
                    new Row("alpn = [\"http/1.1\"]", "ciphers = [RC4-SHA]", 17, "is not one of"),
                    new Row("authorities = [\"ca.pem\"], ", "", 18, "`authorities` is missing"),
                    new Row("[\"ca.pem\"]", "[]", 18, "nobody could be trusted"),
                    new Row("rotate = 1h", "rotate = 1m", 19, "out of range (10m to 7d)"),
                    new Row(
                            "\"certs/shop.pem\",",
                            "{ key = \"a.key\" },",
                            13,
                            "`certificate` is missing"),
                    new Row(
                            "tls { certificate = \"a.pem\" }",
                            "tls { min-version = TLSv1.2 }",
                            29,
                            "needs either `certificates`, or `certificate`"),
                    new Row(
                            "tls { certificate = \"a.pem\" }",
                            "tls { certificates = [] }",
                            29,
                            "nobody could be served"),
                    new Row("sni = \"*.Shop.example\"", "sni = \"a*b\"", 27, "cannot stand here"),
                    new Row(
                            "port = 8443 }\n    mode = tcp",
                            "port = 8443 }\n    mode = http",
                            27,
                            "`sni` never holds in mode http"),
                    new Row(
                            "sni = \"*.Shop.example\"",
                            "tls-version = TLSv1.3",
                            27,
                            "TLS does not end here"),
                    new Row(
                            "sni = \"*.Shop.example\"",
                            "tls-cipher = TLS_AES_128_GCM_SHA256",
                            27,
                            "TLS does not end here"),
                    new Row(
                            "sni = \"*.Shop.example\"",
                            "certificate = verified",
                            27,
                            "no client is asked for a certificate"),
                    new Row(
                            "sni = \"*.Shop.example\"",
                            "certificate = subject",
                            27,
                            "nothing to compare it with"),
                    new Row(
                            "sni = \"*.Shop.example\"",
                            "certificate = verified, value = x",
                            27,
                            "there is no value"),
                    new Row("shop.internal", "\"*.internal\"", 34, "a pattern cannot be asked for"),
                    new Row("certificate = \"own.pem\", ", "", 34, "`key` without `certificate`"),
                    new Row(
                            "server-name = shop.internal",
                            "verify = none",
                            34,
                            "`verify = none` together with `authorities`"));

    @ParameterizedTest
    @FieldSource("ROWS")
    void aMistakeIsReportedAtItsLine(Row row) {
        String text = SOUND.replace(row.from(), row.to());
        assertThat(text).isNotEqualTo(SOUND);
        assertThat(parse(text)).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) parse(text)).violations())
                .anySatisfy(
                        violation -> {
                            assertThat(violation.line()).isEqualTo(row.line());
                            assertThat(violation.toString()).contains(row.words());
                        });
    }

    @Test
    void aCheckInTlsNeedsToKnowWhomToTrust() {
        String text =
                SOUND.replace("check { tcp = true }", "check { tcp = true, tls = true }")
                        .replace("tls { authorities = [\"servers.pem\"]", "# tls { ");
        assertThat(parse(text).toString()).contains("f:33: the backend does not say how");
        assertThat(read(SOUND.replace("tcp = true }", "tcp = true, tls = false }")).backends())
                .singleElement()
                .satisfies(shop -> assertThat(shop.check().orElseThrow().secured()).isFalse());
    }

    @Test
    void suitesOfOldAndNoVerificationAreWarnedOf() {
        String text =
                SOUND.replace(
                                "tls { certificate = \"a.pem\" }",
                                "tls { certificate = \"a.pem\", ciphers = [AES128-GCM-SHA256] }")
                        .replace(
                                "authorities = [\"servers.pem\"], server-name = shop.internal",
                                "verify = none");
        assertThat(((Outcome.Ok) parse(text)).warnings().toString())
                .contains("AES128-GCM-SHA256: not forward secret", "nobody is verified");
        String both = text.replace("alpn = [\"http/1.1\"]", "ciphers = [AES128-GCM-SHA256]");
        String old = both.replace("min-version = TLSv1.3", "min-version = TLSv1.2");
        assertThat(((Outcome.Ok) parse(old)).warnings().toString())
                .contains("HTTP/2 forbids all of these in TLS 1.2");
    }

    @Test
    void whatIsWrongWithAFileIsReportedWhereItIsNamed() {
        CertificateChecks checks =
                new CertificateChecks() {
                    @Override
                    public List<Finding> identity(Path certificate, Path key) {
                        return List.of(new Finding(true, certificate + " " + key, "mend it"));
                    }

                    @Override
                    public List<Finding> authorities(Path file) {
                        return List.of(new Finding(true, file.toString(), "mend it"));
                    }

                    @Override
                    public List<Finding> ticketSecret(Path file) {
                        return List.of(new Finding(true, file.toString(), "mend it"));
                    }
                };
        Outcome outcome = ConfigParser.parse(SOUND, "f", Path.of("etc"), Optional.empty(), checks);
        assertThat(((Outcome.Refused) outcome).violations())
                .extracting(Violation::toString)
                .containsExactly(
                        "f:13: etc/certs/shop.pem etc/certs/shop.pem (mend it)",
                        "f:14: etc/certs/api.pem etc/certs/api.key (mend it)",
                        "f:18: etc/ca.pem (mend it)",
                        "f:19: etc/tickets.secret (mend it)",
                        "f:29: etc/a.pem etc/a.pem (mend it)",
                        "f:34: etc/servers.pem (mend it)",
                        "f:34: etc/own.pem etc/own.key (mend it)");
    }
}
