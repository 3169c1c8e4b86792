package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;

/** Fields of responses that rules add, or change in part. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class ResponseFieldsTest {

    private static final String GET = "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n";

    private static ScriptedServer server() throws Exception {
        return new ScriptedServer(
                peer -> {
                    while (true) {
                        peer.request();
                        peer.send(
                                "HTTP/1.1 200 OK\r\n"
                                        + "Location: http://10.0.0.21:80/a?to=http://10.0.0.21/\r\n"
                                        + "Set-Cookie: a=1; Path=/app\r\n"
                                        + "Set-Cookie: b=2; Path=/\r\n"
                                        + "Via: 1.1 inner\r\n"
                                        + "Content-Length: 2\r\n\r\n"
                                        + "ok");
                    }
                });
    }

    @Test
    void everyMatchInEveryFieldOfTheNameIsReplaced() throws Exception {
        String rules =
                """
                rules = [
                  { replace-response-header {
                      Location { match = "http://10\\\\.0\\\\.0\\\\.21(:\\\\d+)?/", with = "https://shop.example/" }
                      Set-Cookie { match = "Path=(/\\\\w*)", with = "Path=$1; Secure" }
                      X-None { match = "a", with = "b" }
                    } }
                ]
                """;
        try (ScriptedServer server = server();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            for (int request = 0; request < 2; request++) {
                assertThat(client.ask(GET.formatted(request)).head())
                        .contains(
                                "\r\nLocation: https://shop.example/a?to=https://shop.example/\r\n",
                                "\r\nSet-Cookie: a=1; Path=/app; Secure\r\n",
                                "\r\nSet-Cookie: b=2; Path=/; Secure\r\n",
                                "\r\nVia: 1.1 inner\r\n")
                        .doesNotContain("10.0.0.21", "X-None");
            }
        }
    }

    @Test
    void anAddedFieldStandsBesideThoseThatAreThere() throws Exception {
        String rules =
                """
                rules = [
                  { add-response-header { Via = "1.1 edge", X-Path = "%{path}" } }
                  { when { path = "/1" }, add-response-header { Via = "1.1 second" } }
                ]
                """;
        try (ScriptedServer server = server();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            String first = client.ask(GET.formatted("0")).head();
            assertThat(first)
                    .containsSubsequence("\r\nVia: 1.1 inner\r\n", "\r\nVia: 1.1 edge\r\n")
                    .contains("\r\nX-Path: /0\r\n", "\r\nSet-Cookie: a=1; Path=/app\r\n")
                    .doesNotContain("second");
            String second = client.ask(GET.formatted("1")).head();
            assertThat(second)
                    .containsSubsequence(
                            "\r\nVia: 1.1 inner\r\n",
                            "\r\nVia: 1.1 edge\r\n",
                            "\r\nVia: 1.1 second\r\n")
                    .contains("\r\nX-Path: /1\r\n");
        }
    }
}
