package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.FrontendConfig.Mode;
import proa.node.protocol.FakeSocket;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.TestConfigs;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Which connection the next request goes to. */
class HttpServerConnectionTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";

    private final List<FakeSocket> servers = new ArrayList<>();

    private FakeSocket server() {
        FakeSocket made = new FakeSocket(HttpServerConnectionTest::none);
        servers.add(made);
        return made;
    }

    private static SocketChannel none() {
        throw new ChannelException("none");
    }

    /** A client that connects to a node whose event loop is that of another one. */
    private static void begin(FakeSocket client, FakeSocket first) {
        client.begin(protocol().handler(first.loop(), client));
    }

    private static HttpProtocol protocol() {
        InetAddress here = InetAddress.getLoopbackAddress();
        FixedTraffic traffic =
                new FixedTraffic(TestConfigs.backend(List.of(new InetSocketAddress(here, 1))));
        return new HttpProtocol(TestConfigs.frontend(Mode.HTTP), () -> traffic);
    }

    private static String get(String field) {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n";
    }

    private static String answer(String status, String field) {
        return "HTTP/1.1 " + status + " X\r\n" + field + "Content-Length: 0\r\n\r\n";
    }

    /** Such a server takes what comes on the connection for the client's who proved itself. */
    @ParameterizedTest
    @CsvSource({
        "'', 401, WWW-Authenticate: NTLM",
        "'', 401, 'WWW-Authenticate: Basic realm=\"a, b\",negotiate'",
        "'', 407, Proxy-Authenticate: ntlm TlRM",
        "Authorization: Negotiate YII=, 200, X: y",
        "Proxy-Authorization: NTLM TlRM, 200, X: y",
    })
    void oneThatStandsForItsClientServesNobodyElse(String asks, int status, String answers) {
        FakeSocket client = new FakeSocket(this::server);
        begin(client, client);
        client.sends(get(asks.isEmpty() ? "" : asks + "\r\n"));
        FakeSocket own = servers.getFirst();
        own.pipeline().fireChannelActive();
        own.sends(answer(Integer.toString(status), answers + "\r\n"));
        own.got();
        FakeSocket other = new FakeSocket(HttpServerConnectionTest::none);
        begin(other, client);

        other.sends(get(""));

        assertThat(own.got()).isEmpty();
        assertThat(servers).hasSize(2);
        client.sends(POST);
        assertThat(own.got()).as("the client's next request").startsWith("POST / ");
        own.sends(answer("200", ""));
        client.close();
        assertThat(own.isOpen()).as("open without its client").isFalse();
        other.finishAndReleaseAll();
        client.finishAndReleaseAll();
        servers.forEach(FakeSocket::finishAndReleaseAll);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 401, 'WWW-Authenticate: Basic realm=\"NTLM\"'",
        "Authorization: Bearer NTLM, 200, X: y",
        "Authorization: Negotiated, 200, X: y",
    })
    void oneThatTellsRequestsApartServesAll(String asks, int status, String answers) {
        FakeSocket client = new FakeSocket(this::server);
        begin(client, client);
        client.sends(get(asks.isEmpty() ? "" : asks + "\r\n"));
        FakeSocket first = servers.getFirst();
        first.pipeline().fireChannelActive();
        first.sends(answer(Integer.toString(status), answers + "\r\n"));
        first.got();
        FakeSocket other = new FakeSocket(HttpServerConnectionTest::none);
        begin(other, client);

        other.sends(get(""));

        assertThat(first.got()).startsWith("GET / ");
        assertThat(servers).hasSize(1);
        other.finishAndReleaseAll();
        client.finishAndReleaseAll();
        servers.forEach(FakeSocket::finishAndReleaseAll);
    }

    /** Its channel tells only with the next turn of the loop, and a POST is not sent twice. */
    @Test
    void anIdleOneThatWasClosedInTheSameTurnIsNotUsed() {
        FakeSocket client = new FakeSocket(this::server);
        begin(client, client);
        client.sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        FakeSocket first = servers.getFirst();
        first.pipeline().fireChannelActive();
        first.sends(OK);
        assertThat(client.got()).startsWith("HTTP/1.1 200 ");
        first.closesAnd(() -> client.sends(POST));
        assertThat(client.got()).isEmpty();
        assertThat(servers).hasSize(2);
        servers.getLast().pipeline().fireChannelActive();
        assertThat(servers.getLast().got()).startsWith("POST / ");
        servers.getLast().sends(OK);
        assertThat(client.got()).startsWith("HTTP/1.1 200 ");
        client.finishAndReleaseAll();
        servers.forEach(FakeSocket::finishAndReleaseAll);
    }
}
