package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.FrontendConfig;
import proa.config.Http2Options;
import proa.config.HttpOptions.Version;
import proa.config.ProaConfig;

import java.nio.file.Path;
import java.util.Optional;

/** Keys of HTTP/2 with clients and servers. */
class Http2ConfigTest {

    private static String file(String frontend, String backend) {
        return """
        schema = 1
        cluster {
          name = test, insecure = true, ownership = bind
          nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } }
        }
        frontends {
          web { bind { address = "127.0.0.1", port = 1 }, backend = shop
            FRONTEND
          }
        }
        backends {
          shop { servers = [ { name = a, address = "127.0.0.1:9" } ]
            BACKEND
          }
        }
        """
                .replace("FRONTEND", frontend)
                .replace("BACKEND", backend);
    }

    private static Outcome outcome(String frontend, String backend) {
        return ConfigParser.parse(file(frontend, backend), "test", Path.of(""), Optional.empty());
    }

    private static ProaConfig read(String frontend, String backend) {
        if (outcome(frontend, backend) instanceof Outcome.Ok ok) {
            return ok.config();
        }
        throw new AssertionError(outcome(frontend, backend));
    }

    private static FrontendConfig frontend(String keys) {
        return read(keys, "").frontends().getFirst();
    }

    @Test
    void inClearNothingIsGuessed() {
        FrontendConfig web = frontend("mode = http");
        assertThat(web.http().versions()).containsExactly(Version.HTTP_1_1);
        assertThat(web.http().http2()).isEqualTo(Http2Options.DEFAULTS);
        assertThat(read("mode = http", "").backends().getFirst().protocol())
                .isEqualTo(Version.HTTP_1_1);
    }

    @Test
    void insideTlsBothAreOffered() {
        FrontendConfig web = frontend("mode = http, tls { certificate = \"a.pem\" }");
        assertThat(web.http().versions()).containsExactly(Version.HTTP_2, Version.HTTP_1_1);
        assertThat(web.tls().orElseThrow().alpn()).containsExactly("h2", "http/1.1");
        FrontendConfig one =
                frontend(
                        "mode = http, protocols = [\"http/1.1\"], tls { certificate = \"a.pem\" }");
        assertThat(one.tls().orElseThrow().alpn()).containsExactly("http/1.1");
        FrontendConfig mail = frontend("mode = tcp, tls { certificate = \"a.pem\" }");
        assertThat(mail.http().versions()).containsExactly(Version.HTTP_1_1);
        assertThat(mail.tls().orElseThrow().alpn()).isEmpty();
    }

    @Test
    void everyKeyArrives() {
        FrontendConfig web =
                frontend(
                        """
                        mode = http, protocols = [h2]
                        http2 { streams = 7, window = 1m, resets = 8, control-frames = 90, continuations = 0 }
                        """);
        assertThat(web.http().versions()).containsExactly(Version.HTTP_2);
        assertThat(web.http().http2()).isEqualTo(new Http2Options(7, 1 << 20, 8, 90, 0));
        assertThat(read("mode = http", "protocol = h2").backends().getFirst().protocol())
                .isEqualTo(Version.HTTP_2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mode = http, protocols = [spdy];; is not one of",
                "mode = http, protocols = [];; speaks nothing",
                "mode = tcp, protocols = [h2];; needs `mode = http`",
                "mode = http, http2 { streams = 5 };; not among the `protocols`",
                "mode = http, protocols = [h2], http2 { window = 16k };; out of range",
                "mode = http, protocols = [h2], http2 { reset = 5 };; unknown key `reset`",
                "mode = http; protocol = h2, proxy-protocol = v2; shared by clients",
                "mode = tcp; protocol = h2; passes bytes on",
                "mode = http; protocol = h3; is not one of"
            })
    void mistakesAreFound(String frontend, String backend, String words) {
        Outcome outcome = outcome(frontend, backend == null ? "" : backend);
        assertThat(outcome.toString()).contains(words);
        assertThat(outcome).isNotInstanceOf(Outcome.Ok.class);
    }
}
