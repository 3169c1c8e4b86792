package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Timeouts;
import proa.config.FrontendConfig.Mode;
import proa.node.exchange.Traffic;
import proa.node.protocol.FakeSocket;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.TestConfigs;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Which connection the next request goes to. */
class HttpServerConnectionTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration SHORTLY = Duration.ofMillis(100);

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
        return protocol(keeping(Timeouts.DEFAULTS.idle()));
    }

    private static HttpProtocol protocol(Traffic traffic) {
        return new HttpProtocol(TestConfigs.frontend(Mode.HTTP), () -> traffic);
    }

    /** Traffic to a backend whose idle connections are kept for so long. */
    private static FixedTraffic keeping(Duration idle) {
        return new FixedTraffic(
                TestConfigs.backend(
                        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)),
                        new Timeouts(LONG, LONG, idle)));
    }

    /** The server answers its first request, on a connection that is there now. */
    private static void connectsAndAnswers(FakeSocket server) {
        server.pipeline().fireChannelActive();
        server.sends(OK);
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

    /** A handshake of NTLM that loses its connection between two steps never comes to its end. */
    @Test
    void oneThatStandsForItsClientWaitsLongerThanOthers() {
        FakeSocket client = new FakeSocket(this::server);
        client.begin(protocol(keeping(SHORTLY)).handler(client.loop(), client));
        client.sends(get(""));
        FakeSocket own = servers.getFirst();
        own.pipeline().fireChannelActive();
        own.sends(answer("401", "WWW-Authenticate: NTLM\r\n"));
        own.got();
        client.pass(SHORTLY.multipliedBy(10));

        client.sends(get("Authorization: NTLM TlRM\r\n"));

        assertThat(own.got()).startsWith("GET / ");
        client.finishAndReleaseAll();
        servers.forEach(FakeSocket::finishAndReleaseAll);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.5S", "PT5S", "PT1M", "PT10M"})
    void anIdleOneIsClosedAfterTheTimeOfItsBackend(Duration idle) {
        FakeSocket client = new FakeSocket(this::server);
        client.begin(protocol(keeping(idle)).handler(client.loop(), client));
        client.sends(get(""));
        FakeSocket server = servers.getFirst();
        connectsAndAnswers(server);
        client.pass(idle.minus(SHORTLY));
        assertThat(server.isOpen()).as("open before").isTrue();

        client.pass(SHORTLY.multipliedBy(2));

        assertThat(server.isOpen()).as("open after").isFalse();
        client.finishAndReleaseAll();
        servers.forEach(FakeSocket::finishAndReleaseAll);
    }

    /** What a burst leaves is kept for five seconds, and no longer than what is always kept. */
    @ParameterizedTest
    @CsvSource({"PT1S, PT1S", "PT10S, PT5S"})
    void oneThatABurstLeftIsNotKeptForLongerThanOthers(Duration idle, Duration kept) {
        int more = BackendConfig.IDLE_CONNECTIONS_DEFAULT + 1;
        FakeSocket first = new FakeSocket(this::server);
        HttpProtocol protocol = protocol(keeping(idle));
        List<FakeSocket> clients = new ArrayList<>(List.of(first));
        for (int at = 1; at < more; at++) {
            clients.add(new FakeSocket(HttpServerConnectionTest::none));
        }
        clients.forEach(client -> client.begin(protocol.handler(first.loop(), client)));
        clients.forEach(client -> client.sends(get("")));
        servers.forEach(HttpServerConnectionTest::connectsAndAnswers);
        assertThat(servers).hasSize(more);
        first.pass(kept.minus(SHORTLY));
        assertThat(servers).as("before").allMatch(FakeSocket::isOpen);

        first.pass(SHORTLY.multipliedBy(2));

        assertThat(servers.getLast().isOpen()).as("the burst's after its time").isFalse();
        assertThat(servers.getFirst().isOpen())
                .as("one that is always kept")
                .isEqualTo(kept.compareTo(idle) < 0);
        clients.reversed().forEach(FakeSocket::finishAndReleaseAll);
        servers.forEach(FakeSocket::finishAndReleaseAll);
    }

    @Test
    void aNewTimeCountsForThoseThatArePutAwayAfterwards() {
        AtomicReference<Traffic> current = new AtomicReference<>(keeping(IDLE));
        FakeSocket client = new FakeSocket(this::server);
        client.begin(
                new HttpProtocol(TestConfigs.frontend(Mode.HTTP), current::get)
                        .handler(client.loop(), client));
        client.sends(get(""));
        FakeSocket server = servers.getFirst();
        connectsAndAnswers(server);
        current.set(keeping(SHORTLY.multipliedBy(5)));
        client.pass(IDLE.minus(SHORTLY));
        assertThat(server.isOpen()).as("put away before").isTrue();
        client.sends(get(""));
        server.sends(OK);
        client.pass(SHORTLY.multipliedBy(4));
        assertThat(server.isOpen()).as("put away after, before its time").isTrue();

        client.pass(SHORTLY.multipliedBy(2));

        assertThat(server.isOpen()).as("put away after").isFalse();
        assertThat(servers).hasSize(1);
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
