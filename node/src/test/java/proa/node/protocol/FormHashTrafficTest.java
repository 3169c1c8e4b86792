package proa.node.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.HttpOptions.Version;
import proa.config.RateConfig.OfClients;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.Hash;
import proa.config.SpreadingConfig.HashKey;
import proa.config.SpreadingConfig.Limits;
import proa.config.SpreadingConfig.Method;
import proa.node.Await;
import proa.node.balance.Pool;
import proa.node.balance.Pools;
import proa.node.exchange.Traffic;
import proa.node.exchange.Traffic.Decision;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.http2.H2Client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests whose server is chosen by a parameter of their query or of the form that they carry. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class FormHashTrafficTest {

    private static final String BOTH = "protocols = [h2, http/1.1]\n";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static final int LIMIT = 4 << 10;

    private final List<ScriptedServer> servers = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        for (int number = 0; number < 3; number++) {
            servers.add(named("web" + number));
        }
    }

    @AfterEach
    void stop() throws IOException {
        for (ScriptedServer server : servers) {
            server.close();
        }
    }

    /** Says its name, and behind it what it got. */
    private static ScriptedServer named(String name) throws IOException {
        return new ScriptedServer(
                peer -> {
                    for (Wire.Message got = peer.request(); got != null; got = peer.request()) {
                        String text = name + "\n" + got.head() + "\n" + Wire.latin(got.raw());
                        peer.send(
                                "HTTP/1.1 200 OK\r\nContent-Length: "
                                        + text.length()
                                        + "\r\n\r\n"
                                        + text);
                    }
                });
    }

    private BackendConfig backend(int bytesMax) {
        List<BackendConfig.Server> list = new ArrayList<>();
        for (ScriptedServer server : servers) {
            list.add(PoolPath.server("web" + list.size(), server, Optional.empty()));
        }
        Hash hash =
                new Hash(
                        new HashKey.FormParameter("sid", bytesMax),
                        Method.MAGLEV,
                        Optional.empty());
        return new BackendConfig(
                        "test",
                        Balance.HASH,
                        new Sticky.Off(),
                        Optional.empty(),
                        list,
                        BackendConfig.Timeouts.DEFAULTS,
                        BackendConfig.RETRIES_DEFAULT,
                        BackendConfig.IDLE_CONNECTIONS_DEFAULT)
                .with(new SpreadingConfig(Optional.of(hash), Optional.empty(), 1, Limits.DEFAULTS));
    }

    private static Pool pool(BackendConfig backend) {
        return new Pools(List.of(backend), _ -> null, System::nanoTime, 1).pool("test");
    }

    private RuledPath path(String options, int bytesMax) throws IOException {
        BackendConfig backend = backend(bytesMax);
        Pool pool = pool(backend);
        RuledPath path = RuledPath.http(options, backend);
        path.servers.rule = facts -> new Decision.Forward(pool.destination(facts));
        return path;
    }

    private static String byQuery(RuledPath path, String value) throws IOException {
        try (DataPath.Client client = path.client()) {
            return name(
                    client.ask("GET /?a=1&sid=" + value + " HTTP/1.1\r\nHost: a\r\n\r\n").text());
        }
    }

    private static String name(String answer) {
        return answer.substring(0, answer.indexOf('\n'));
    }

    private static String post(int length, String... fields) {
        return "POST /up HTTP/1.1\r\nHost: a\r\n"
                + FORM
                + String.join("", fields)
                + "Content-Length: "
                + length
                + "\r\n\r\n";
    }

    private static String chunked() {
        return "POST /up HTTP/1.1\r\nHost: a\r\n" + FORM + "Transfer-Encoding: chunked\r\n\r\n";
    }

    private static String inChunks(String body, int size) {
        StringBuilder chunks = new StringBuilder();
        for (int at = 0; at < body.length(); at += size) {
            String part = body.substring(at, Math.min(body.length(), at + size));
            chunks.append(Integer.toHexString(part.length()))
                    .append("\r\n")
                    .append(part)
                    .append("\r\n");
        }
        return chunks + "0\r\n\r\n";
    }

    private static void sendBytes(DataPath.Client client, String text) throws IOException {
        for (int at = 0; at < text.length(); at++) {
            client.send(text.substring(at, at + 1));
        }
    }

    @Test
    void theSameValueInTheQueryAndInTheBodyIsTheSameServers() throws Exception {
        try (RuledPath path = path("", LIMIT);
                DataPath.Client client = path.client()) {
            Set<String> names = new HashSet<>();
            for (int number = 0; number < 30; number++) {
                String body = "a=1&sid=user" + number + (number % 2 == 0 ? "&b=2" : "");
                String got = client.ask(post(body.length()) + body).text();
                assertThat(got).endsWith("\r\n\r\n\n" + body);
                assertThat(name(got)).isEqualTo(byQuery(path, "user" + number));
                String chunks = inChunks(body, 4);
                String again = client.ask(chunked() + chunks).text();
                assertThat(again).endsWith("\r\n\r\n\n" + chunks);
                assertThat(name(again)).isEqualTo(name(got));
                names.add(name(got));
            }
            assertThat(names).hasSize(3);
        }
    }

    @Test
    void aBodyMayComeByteByByte() throws Exception {
        try (RuledPath path = path("", LIMIT);
                DataPath.Client client = path.client()) {
            for (int number = 0; number < 6; number++) {
                String body = "a=1&sid=slow" + number + "&b=2";
                String server = byQuery(path, "slow" + number);
                client.send(post(body.length()));
                sendBytes(client, body);
                String got = client.response().text();
                assertThat(name(got)).isEqualTo(server);
                assertThat(got).endsWith("\r\n\r\n\n" + body);
                String chunks = inChunks(body, 3);
                sendBytes(client, chunked() + chunks);
                String again = client.response().text();
                assertThat(name(again)).isEqualTo(server);
                assertThat(again).endsWith("\r\n\r\n\n" + chunks);
            }
        }
    }

    @Test
    void aRequestBehindTheBodyIsTheNextOne() throws Exception {
        try (RuledPath path = path("", LIMIT);
                DataPath.Client client = path.client()) {
            String body = "a=1&sid=one";
            String next = "GET /next?sid=two HTTP/1.1\r\nHost: a\r\n\r\n";
            client.send(post(body.length()) + body.substring(0, 5));
            client.send(body.substring(5) + next + next);
            assertThat(client.response().text()).endsWith("\r\n\r\n\n" + body);
            assertThat(client.response().text()).contains("GET /next?sid=two ");
            assertThat(client.response().text()).contains("GET /next?sid=two ");
        }
    }

    @Test
    void whatIsBeyondTheLimitIsNotLookedForAndArrives() throws Exception {
        try (RuledPath path = path("", LIMIT);
                DataPath.Client client = path.client()) {
            String far = "a=" + "x".repeat(300_000) + "&sid=far&b=2";
            String cut = "a=" + "x".repeat(LIMIT - 10) + "&sid=value-that-is-cut&b=2";
            for (String body : List.of(far, cut)) {
                Set<String> names = new HashSet<>();
                for (int time = 0; time < 3; time++) {
                    client.send(post(body.length()) + body.substring(0, 7));
                    client.send(body.substring(7));
                    String got = client.response().text();
                    assertThat(got).endsWith("\r\n\r\n\n" + body);
                    names.add(name(got));
                }
                assertThat(names).as("in turns").hasSize(3);
            }
        }
    }

    /** Nobody waits for the rest of these bodies: what has come is with a server. */
    @Test
    void onlyAFormOfAPostIsWaitedFor() throws Exception {
        String begun = "POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n";
        List<String> others =
                List.of(
                        begun + "Content-Type: text/plain\r\n\r\nsid=1",
                        begun + FORM + "Content-Encoding: gzip\r\n\r\nsid=1",
                        begun.replace("POST /up", "PUT /up") + FORM + "\r\nsid=1",
                        begun.replace("/up", "/up?sid=2") + FORM + "\r\nsid=1");
        try (RuledPath path = path("", LIMIT)) {
            long connections = 0;
            for (String other : others) {
                try (DataPath.Client client = path.client()) {
                    client.send(other);
                    long before = connections;
                    Await.until(other, () -> connections() > before);
                }
                connections = connections();
            }
        }
    }

    private long connections() {
        return servers.stream().mapToInt(server -> server.connections.get()).sum();
    }

    @Test
    void aClientThatWaitsWithItsBodyIsAskedForItOnce() throws Exception {
        try (RuledPath path = path("", LIMIT);
                DataPath.Client client = path.client()) {
            String body = "a=1&sid=polite&b=2";
            client.send(post(body.length(), "Expect: 100-continue\r\n"));
            assertThat(client.response().head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(connections()).as("nobody is chosen yet").isZero();
            Wire.Message answer = client.ask(body);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(name(answer.text())).isEqualTo(byQuery(path, "polite"));
            assertThat(answer.text()).endsWith("\r\n\r\n\n" + body).doesNotContain("Expect");
            Wire.Message atOnce =
                    client.ask(post(body.length(), "Expect: 100-continue\r\n") + body);
            assertThat(atOnce.status()).as("it did not wait").isEqualTo(200);
        }
    }

    /** It does not know what it says (RFC 9110 §10.1.1). */
    @Test
    void aClientOfHttp10IsNotAsked() throws Exception {
        try (RuledPath path = path("", LIMIT);
                DataPath.Client client = path.client()) {
            String body = "sid=old";
            String head = post(body.length(), "Expect: 100-continue\r\n");
            client.send(head.replace("HTTP/1.1", "HTTP/1.0")).send(body.substring(0, 3));
            assertThat(client.ask(body.substring(3)).status()).isEqualTo(200);
        }
    }

    private static H2Client headers(H2Client client, int stream, String... more)
            throws IOException {
        List<String> fields =
                new ArrayList<>(
                        List.of(
                                ":method",
                                "POST",
                                ":scheme",
                                "http",
                                ":path",
                                "/up",
                                ":authority",
                                "a",
                                "content-type",
                                "application/x-www-form-urlencoded; charset=UTF-8"));
        fields.addAll(List.of(more));
        return client.headers(stream, false, fields.toArray(String[]::new));
    }

    @Test
    void overHttp2ItIsTheSame() throws Exception {
        try (RuledPath path = path(BOTH, LIMIT);
                H2Client client = H2Client.greeting(path.port())) {
            int stream = 1;
            for (int number = 0; number < 8; number++) {
                String body = "a=1&sid=h2-" + number + (number % 2 == 0 ? "&b=2" : "");
                headers(client, stream, "content-length", "" + body.length());
                for (int at = 0; at < body.length(); at++) {
                    client.data(stream, at == body.length() - 1, body.substring(at, at + 1));
                }
                String got = client.response(stream).body();
                assertThat(name(got)).isEqualTo(byQuery(path, "h2-" + number));
                assertThat(got).endsWith("\r\n\r\n\n" + body);
                stream += 2;
            }
            headers(client, stream).data(stream, false, "sid=").data(stream, false, "h2-1");
            client.headers(stream, true, "x-behind", "yes");
            String got = client.response(stream).body();
            assertThat(name(got)).as("it ends with trailers").isEqualTo(byQuery(path, "h2-1"));
            assertThat(got).contains("\n4\r\nsid=\r\n4\r\nh2-1\r\n0\r\n");
        }
    }

    @Test
    void overHttp2AClientIsAskedToo() throws Exception {
        try (RuledPath path = path(BOTH, LIMIT);
                H2Client client = H2Client.greeting(path.port())) {
            headers(client, 1, "expect", "100-continue");
            H2Client.Frame interim = client.next(H2Client.HEADERS);
            assertThat(client.fields(interim)).containsExactly(":status: 100");
            client.data(1, true, "sid=polite");
            H2Client.Response answer = client.response(1);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(name(answer.body())).isEqualTo(byQuery(path, "polite"));
            assertThat(answer.body()).doesNotContain("expect");
        }
    }

    /** All of them wait for the rest, and the client may send no more: some go on without. */
    @Test
    void manyStreamsThatWaitDoNotWaitForEachOther() throws Exception {
        try (RuledPath path = path(BOTH, 64 << 10);
                H2Client client = H2Client.greeting(path.port())) {
            String part = "x".repeat(16_000);
            for (int stream = 1; stream < 40; stream += 2) {
                headers(client, stream).data(stream, false, part);
            }
            Await.until("one that is not whole is with a server", () -> connections() > 0);
            for (int stream = 1; stream < 40; stream += 2) {
                client.data(stream, true, "&sid=" + stream);
            }
            client.windowUpdate(0, 1 << 20);
            for (int answered = 0; answered < 20; answered++) {
                H2Client.Frame head = client.next(H2Client.HEADERS);
                assertThat(client.fields(head)).contains(":status: 200");
            }
        }
    }

    @Test
    void aServerThatIsGoneIsReplacedAndTheBodyArrives() throws Exception {
        try (RuledPath path = path("", LIMIT);
                DataPath.Client client = path.client()) {
            String body = "a=1&sid=orphan&b=2";
            String gone = byQuery(path, "orphan");
            servers.get(gone.charAt(gone.length() - 1) - '0').close();
            client.send(post(body.length()) + body.substring(0, 5));
            String got = client.ask(body.substring(5)).text();
            assertThat(name(got)).isNotEqualTo(gone).startsWith("web");
            assertThat(got).endsWith("\r\n\r\n\n" + body);
        }
    }

    @Test
    void toServersOfHttp2ItIsTheSame() throws Exception {
        BackendConfig backend = backend(LIMIT).with(Version.HTTP_2);
        Pool pool = pool(backend);
        AtomicInteger seen = new AtomicInteger();
        try (RuledPath path = RuledPath.http("", backend)) {
            path.servers.rule =
                    facts -> {
                        seen.incrementAndGet();
                        return new Decision.Forward(pool.destination(facts));
                    };
            try (DataPath.Client client = path.client()) {
                client.send(post(20) + "a=1&");
                Await.until("looked at", () -> seen.get() == 1);
                client.send("sid=one&").send("12345678");
                // These servers know no HTTP/2: that a connection comes is what is shown here.
                Await.until("chosen", () -> connections() > 0);
            }
        }
    }

    private static SocketChannel nobody() {
        throw new ChannelException("a server is asked");
    }

    private FakeSocket alone(int bytesPerSecond) {
        FakeSocket client = new FakeSocket(FormHashTrafficTest::nobody);
        FrontendConfig.Limits limits =
                new FrontendConfig.Limits(
                        10,
                        8 << 10,
                        16 << 10,
                        100,
                        1 << 20,
                        bytesPerSecond,
                        0,
                        OfClients.UNLIMITED);
        FrontendConfig.Timeouts timeouts =
                new FrontendConfig.Timeouts(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofHours(1));
        Pool pool = pool(backend(LIMIT));
        Traffic traffic = facts -> new Decision.Forward(pool.destination(facts));
        client.begin(
                new HttpProtocol(TestConfigs.frontend(Mode.HTTP, timeouts, limits), () -> traffic)
                        .handler(client.loop(), client));
        return client;
    }

    @Test
    void aClientThatStopsInMidBodyHears408AndNoServerOfIt() {
        FakeSocket client = alone(0);
        client.sends(post(100) + "a=1&sid=");
        client.pass(Duration.ofSeconds(8));
        client.sends("4");
        client.pass(Duration.ofSeconds(8));
        assertThat(client.got()).as("each byte has its time").isEmpty();
        client.pass(Duration.ofSeconds(3));
        assertThat(client.got())
                .startsWith("HTTP/1.1 408 ")
                .contains("the request did not arrive in time")
                .containsIgnoringCase("connection: close");
        client.finishAndReleaseAll();
    }

    @Test
    void aBodyThatComesTooSlowlyIsNotWaitedFor() {
        FakeSocket client = alone(10);
        client.sends(post(100) + "a=1&sid=");
        for (int second = 0; second < 9; second++) {
            client.pass(Duration.ofSeconds(1));
            client.sends("x");
        }
        assertThat(client.got()).isEmpty();
        client.pass(Duration.ofSeconds(3));
        assertThat(client.got()).startsWith("HTTP/1.1 408 ");
        client.finishAndReleaseAll();
    }

    @Test
    void aMalformedBodyIsRefusedBeforeAServerIsChosen() {
        FakeSocket client = alone(0);
        client.sends(chunked() + "4\r\na=1&\r\n");
        assertThat(client.got()).isEmpty();
        client.sends("no\r\n");
        assertThat(client.got()).startsWith("HTTP/1.1 400 ");
        client.finishAndReleaseAll();
    }

    @Test
    void aClientThatLeavesInMidBodyIsForgotten() {
        FakeSocket client = alone(0);
        client.sends(post(100) + "a=1&sid=");
        client.halfCloses();
        client.runPendingTasks();
        assertThat(client.got()).isEmpty();
        assertThat(client.isOpen()).isFalse();
        client.finishAndReleaseAll();
    }

    /** Bytes that nobody can take yet are not read: no more than is looked at waits. */
    @Test
    void noMoreIsReadThanIsLookedAt() {
        FakeSocket to = new FakeSocket(FormHashTrafficTest::nobody);
        FakeSocket client = new FakeSocket(() -> to);
        Pool pool = pool(backend(LIMIT));
        Traffic traffic = facts -> new Decision.Forward(pool.destination(facts));
        client.begin(
                new HttpProtocol(TestConfigs.frontend(Mode.HTTP), () -> traffic)
                        .handler(client.loop(), client));
        client.sends(post(100_000) + "x".repeat(LIMIT - 1));
        assertThat(client.config().isAutoRead()).isTrue();
        client.sends("x");
        assertThat(client.config().isAutoRead()).as("it may be the end").isTrue();
        client.sends("x");
        assertThat(client.config().isAutoRead()).isFalse();
        to.pipeline().fireChannelActive();
        assertThat(client.config().isAutoRead()).isTrue();
        assertThat(to.got()).endsWith("\r\n\r\n" + "x".repeat(LIMIT + 1));
        client.finishAndReleaseAll();
        to.finishAndReleaseAll();
    }
}
