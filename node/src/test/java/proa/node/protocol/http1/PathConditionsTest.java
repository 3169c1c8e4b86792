package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.StrictServer;
import proa.node.protocol.Wire;

/** A rule about a path is about every way to write it, and what is forwarded is what was sent. */
class PathConditionsTest {

    private static StrictServer server;
    private static RuledPath path;

    @BeforeAll
    static void start() throws Exception {
        server = new StrictServer();
        path =
                RuledPath.http(
                        """
                        rules = [
                          { when { path-prefix = "/admin" }, deny = 403 }
                          { when { path = "/secret" }, deny = 403 }
                          { when { path-suffix = ".bak" }, deny = 403 }
                          { when { path-regex = "^/v[0-9]+/keys$" }, deny = 403 }
                          { when { path-prefix = "/a%20b" }, deny = 403 }
                          { when { raw-path-regex = "^/raw/%41$" }, deny = 404 }
                        ]
                        """,
                        server.socket());
    }

    @AfterAll
    static void stop() throws Exception {
        path.close();
        server.close();
    }

    private static Wire.Message ask(String target) throws Exception {
        try (DataPath.Client client = path.client()) {
            return client.ask("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin",
                "/admin/x",
                "//admin",
                "///admin/x",
                "/%61dmin",
                "/%61%64%6d%69%6E",
                "/./admin",
                "/x/../admin",
                "/x/%2e%2e/admin",
                "/../admin",
                "/admin;x",
                "/admin;x=y/z",
                "/;x/admin",
                "/%2fadmin",
                "/%5Cadmin",
                "/\\admin",
                "/admin%2fx",
                "http://a/x/../admin",
                "http://a//admin",
                "/secret",
                "/secret;x",
                "/secre%74",
                "/x/.././secret",
                "/x.bak",
                "/x.ba%6b",
                "/x.bak;.html",
                "/v12/keys",
                "/v12//keys",
                "/a%20b",
                "/%61%20b/c"
            })
    void isDeniedHoweverItIsWritten(String target) throws Exception {
        long before = server.received();
        assertThat(ask(target).status()).isEqualTo(403);
        assertThat(server.received()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x/..;/admin", "/x%2f../admin", "/x/..%2fadmin", "/%zz", "/admin%00"})
    void whatHasNoFormThatAllAgreeOnIsRefused(String target) throws Exception {
        long before = server.received();
        assertThat(ask(target).status()).isEqualTo(400);
        assertThat(server.received()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "/x//y/./z/../%61;p=1?q=/../admin",
        "/Admin",
        "/admi/../n",
        "/%2561dmin",
        "/x?/admin",
        "/secret/x",
        "/raw/A"
    })
    void othersPassAsTheyWereSent(String target) throws Exception {
        assertThat(ask(target).text()).isEqualTo("GET " + target + " \"\"");
    }

    @ParameterizedTest
    @CsvSource({"/raw/%41, 404", "/raw/%41?x, 404", "//raw/%41, 200", "/raw/A, 200"})
    void theBytesAsSentCanBeAskedFor(String target, int status) throws Exception {
        assertThat(ask(target).status()).isEqualTo(status);
    }
}
