package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.H2Client.GET;
import static proa.node.protocol.http2.H2Client.POST;

import org.junit.jupiter.api.Test;

import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.http2.H2Client.Response;

/** Requests of HTTP/2 to servers of HTTP/1.1 and back. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class Http2ForwardingTest {

    static final String BOTH = "protocols = [h2, http/1.1]\n";

    @Test
    void aRequestBecomesOneOfHttp11() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            Response response =
                    client.ask(
                            1,
                            ":method",
                            "GET",
                            ":scheme",
                            "http",
                            ":path",
                            "/a?b=c",
                            ":authority",
                            "Shop.example:80",
                            "cookie",
                            "a=1",
                            "x-mine",
                            "yes",
                            "cookie",
                            "b=2",
                            "te",
                            "trailers");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body())
                    .isEqualTo(
                            "GET /a?b=c HTTP/1.1\r\n"
                                    + "host: Shop.example:80\r\n"
                                    + "x-mine: yes\r\n"
                                    + "cookie: a=1; b=2\r\n"
                                    + "X-Forwarded-For: 127.0.0.1\r\n\r\n\n");
        }
    }

    @Test
    void manyRequestsShareAConnection() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            for (int stream = 1; stream < 200; stream += 2) {
                assertThat(client.ask(stream, GET).status()).isEqualTo(200);
            }
            assertThat(server.connections.get()).isEqualTo(1);
        }
    }

    @Test
    void aBodyOfUnknownLengthIsChunked() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, false, POST).data(1, false, "hello ").data(1, true, "world");
            assertThat(client.response(1).body())
                    .contains("transfer-encoding: chunked")
                    .endsWith("\r\n\r\n\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n");
        }
    }

    @Test
    void firstBytesOfHttp11AreServedToo() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask("POST / HTTP/1.1\r\nHost: a\r\n\r\n").text())
                    .startsWith("POST / HTTP/1.1\r\n");
            assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text())
                    .startsWith("GET / HTTP/1.1\r\n");
        }
    }
}
