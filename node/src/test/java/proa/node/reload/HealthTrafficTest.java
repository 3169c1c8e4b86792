package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.member.Member;
import proa.cluster.sessions.SessionStore;
import proa.config.BackendConfig;
import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.Expect;
import proa.config.FrontendConfig;
import proa.config.HealthConfig;
import proa.config.HealthConfig.Failure;
import proa.config.HealthConfig.Passive;
import proa.config.HttpOptions;
import proa.config.HttpOptions.ErrorPage;
import proa.config.ProaConfig;
import proa.config.RecordOptions;
import proa.config.RecordOptions.RequestId;
import proa.node.Await;
import proa.node.listener.Protocol;
import proa.node.protocol.resp.FakeStore;
import proa.testing.Ports;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Traffic through a whole node whose servers fall ill in different ways. */
class HealthTrafficTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(100);

    private static final RecordOptions IDENTIFIED =
            new RecordOptions(
                    Optional.empty(),
                    Optional.of(
                            new RequestId(
                                    "X-Request-ID", true, RecordOptions.Accept.NOBODY, true)));

    @TempDir private Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final LoneMember member = new LoneMember();
    private HttpClient client;
    private Patient one;
    private Patient two;
    private List<ErrorPage> pages = List.of();
    private Duration serverTimeout = PATIENCE;

    @BeforeEach
    void serve() throws Exception {
        one = keep(new Patient("one", Ports.free()));
        two = keep(new Patient("two", Ports.free()));
        client = keep(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : opened.reversed()) {
            part.close();
        }
    }

    @Test
    void aServerThatAnswers200WithTheWrongBodyIsTakenOut() throws Exception {
        NodeRuntime node = start(check(healthy(), SOON), HealthConfig.NONE);
        Await.until("both serve", () -> answers(node).equals(Set.of("200 one", "200 two")));
        two.health = "{\"status\":\"DOWN\"}";
        Await.until("one alone", () -> answers(node).equals(Set.of("200 one")));
        assertThat(status(node))
                .containsPattern(
                        "\"passed\":false,\"result\":\"L7STS\",\"code\":200,[^}]*\"why\":\"[^\"]+\"")
                .containsPattern(
                        "\"from\":\"up\",\"to\":\"down\",\"reason\":\"after \\d+ failures?:"
                                + " [^\"]+\"");
        two.health = Patient.HEALTHY;
        Await.until("both again", () -> answers(node).equals(Set.of("200 one", "200 two")));
        assertThat(status(node))
                .containsPattern(
                        "\"from\":\"down\",\"to\":\"up\",\"reason\":\"after \\d+ pass(es)?\"");
    }

    @Test
    void failedTrafficTakesADyingServerOutLongBeforeItsCheckWould() throws Exception {
        NodeRuntime node =
                start(check(healthy(), HOUR), passive(Duration.ofMillis(300), Failure.CONNECT));
        Await.until("both serve", () -> answers(node).equals(Set.of("200 one", "200 two")));
        int port = two.address().getPort();
        two.close();
        Await.until(
                "out, and nobody has noticed",
                () -> {
                    assertThat(answers(node)).isEqualTo(Set.of("200 one"));
                    return status(node).contains("\"ejected\":true");
                });
        two = keep(new Patient("two", port));
        Await.until("back", () -> answers(node).equals(Set.of("200 one", "200 two")));
    }

    @Test
    void aServerThatAnswersErrorsIsTakenOutAlthoughItsCheckPasses() throws Exception {
        NodeRuntime node = start(check(healthy(), SOON), passive(HOUR, Failure.SERVER_ERROR));
        two.status = 500;
        Await.until("one alone", () -> answers(node).equals(Set.of("200 one")));
        assertThat(status(node)).contains("\"ejected\":true").doesNotContain("\"state\":\"DOWN\"");
    }

    /**
     * The rest of a pool serves; when there is none, clients are told so in the operator's words.
     */
    @Test
    void aPageIsShownWhileNoServerIsLeft() throws Exception {
        Path page = Files.writeString(directory.resolve("sorry.html"), "<p>We are back soon.</p>");
        pages = List.of(new ErrorPage(503, page));
        NodeRuntime node = start(check(healthy(), SOON), HealthConfig.NONE);
        one.health = "sick";
        Await.until("two alone", () -> answers(node).equals(Set.of("200 two")));
        two.health = "sick";
        Await.until("the page", () -> answers(node).equals(Set.of("503 <p>We are back soon.</p>")));
        assertThat(
                        client.send(request(node), HttpResponse.BodyHandlers.ofString())
                                .headers()
                                .firstValue("Content-Type"))
                .hasValue("text/html; charset=utf-8");
        one.health = Patient.HEALTHY;
        Await.until("one alone", () -> answers(node).equals(Set.of("200 one")));
    }

    /** So that its line of the log, and the server's own, are found. */
    @Test
    void theEventOfAnEjectionNamesTheRequestThatFailedLast() throws Exception {
        NodeRuntime node = start(check(healthy(), HOUR), passive(HOUR, Failure.SERVER_ERROR));
        two.status = 500;
        List<String> failed = new ArrayList<>();
        while (!status(node).contains("\"ejected\":true")) {
            HttpResponse<String> answer =
                    client.send(request(node), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 500) {
                failed.add(answer.headers().firstValue("X-Request-ID").orElseThrow());
            }
        }
        String begin = "ejected: it failed live traffic, last request ";
        Await.until("told", () -> NodeSocket.ask(directory, "/events").contains(begin));
        assertThat(NodeSocket.ask(directory, "/events"))
                .as("the third of %s", failed)
                .contains(begin + failed.get(2));
    }

    @Test
    void errorsThatSpeakOfTheRequestAreNoFailures() throws Exception {
        NodeRuntime node = start(check(healthy(), HOUR), passive(HOUR, Failure.SERVER_ERROR));
        two.status = 501;
        for (int round = 0; round < 3; round++) {
            assertThat(answers(node)).containsExactlyInAnyOrder("200 one", "501 two");
        }
        assertThat(status(node)).doesNotContain("\"ejected\":true");
    }

    @Test
    void aServerThatClosesWithoutAnAnswerIsTakenOut() throws Exception {
        NodeRuntime node = start(check(healthy(), HOUR), passive(HOUR, Failure.NO_ANSWER));
        two.status = Patient.SILENT;
        Await.until("one alone", () -> answers(node).equals(Set.of("200 one")));
        assertThat(status(node)).contains("\"ejected\":true");
    }

    @Test
    void aServerThatDoesNotAnswerInTimeIsTakenOut() throws Exception {
        serverTimeout = Duration.ofSeconds(2);
        NodeRuntime node = start(check(healthy(), HOUR), passive(HOUR, Failure.NO_ANSWER));
        two.status = Patient.HANGING;
        List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        for (int request = 0; request < 8; request++) {
            asked.add(client.sendAsync(request(node), HttpResponse.BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> each : asked) {
            assertThat(each.get().statusCode()).isIn(200, 504);
        }
        Await.until("one alone", () -> answers(node).equals(Set.of("200 one")));
        assertThat(status(node)).contains("\"ejected\":true");
    }

    @Test
    void whenAllAreDownAllServeIfPanicIsAllowed() throws Exception {
        HealthConfig panic = new HealthConfig(Optional.empty(), Optional.empty(), 1);
        one.health = "sick";
        two.health = "sick";
        NodeRuntime node = start(check(healthy(), SOON), panic);
        Await.until("panic", () -> status(node).contains("\"panic\":true"));
        assertThat(answers(node)).isEqualTo(Set.of("200 one", "200 two"));
        one.health = Patient.HEALTHY;
        Await.until("one alone", () -> answers(node).equals(Set.of("200 one")));
        Await.until("no more panic", () -> !status(node).contains("\"panic\":true"));
    }

    /** The different answers to a few requests. */
    private Set<String> answers(NodeRuntime node) throws Exception {
        Set<String> answers = new TreeSet<>();
        for (int request = 0; request < 6; request++) {
            HttpResponse<String> response =
                    client.send(request(node), HttpResponse.BodyHandlers.ofString());
            answers.add(response.statusCode() + " " + response.body());
        }
        return answers;
    }

    private static HttpRequest request(NodeRuntime node) {
        int port = node.address("http").getPort();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build();
    }

    private String status(NodeRuntime node) throws IOException {
        assertThat(node).isNotNull();
        return NodeSocket.ask(directory, "/status");
    }

    private static Expect healthy() {
        return new Expect(
                Expect.status(200).statuses(),
                Optional.of("\"status\":\"healthy\""),
                Optional.empty(),
                List.of(new Expect.JsonValue("status", "healthy")),
                Expect.BODY_BYTES_MAX_DEFAULT);
    }

    /** A patient check: on a busy machine a probe may wait, and that is no failure. */
    private static Check check(Expect expect, Duration every) {
        Probe probe = new Probe.Http("GET", "/health", Optional.empty(), List.of(), "", expect);
        return new Check(probe, every, PATIENCE, 2, 2);
    }

    private static HealthConfig passive(Duration out, Failure counted) {
        return new HealthConfig(
                Optional.empty(),
                Optional.of(new Passive(3, HOUR, out, HOUR, 50, List.of(counted))),
                0);
    }

    private NodeRuntime start(Check check, HealthConfig health) throws Exception {
        ProaConfig shop = TestConfig.shop(List.of(one.address(), two.address()));
        ProaConfig config =
                new ProaConfig(
                        shop.cluster(),
                        shop.groups(),
                        shop.tables(),
                        shop.frontends().stream()
                                .filter(frontend -> frontend.name().equals("http"))
                                .map(this::shown)
                                .toList(),
                        shop.backends().stream()
                                .map(backend -> with(backend, check, health))
                                .toList());
        Setup setup =
                new Setup(config, "hash", "lb1", directory, directory.resolve("state"), PATIENCE);
        NodeRuntime node = keep(NodeRuntime.start(setup, new LoneEngines(), Instant.now()));
        Await.until("probed", () -> !node.lacking().contains(Readiness.UNPROBED));
        return node;
    }

    /** With ids for requests, and these pages. */
    private FrontendConfig shown(FrontendConfig frontend) {
        return new FrontendConfig(
                        frontend.name(),
                        frontend.bind(),
                        frontend.mode(),
                        frontend.rules(),
                        frontend.routes(),
                        frontend.allow(),
                        frontend.users(),
                        frontend.timeouts(),
                        frontend.limits(),
                        new HttpOptions(List.of(), false, List.of(), pages),
                        frontend.tls(),
                        frontend.udp())
                .with(IDENTIFIED);
    }

    private BackendConfig with(BackendConfig backend, Check check, HealthConfig health) {
        return new BackendConfig(
                        backend.name(),
                        backend.balance(),
                        new BackendConfig.Sticky.Off(),
                        Optional.of(check),
                        backend.servers(),
                        new BackendConfig.Timeouts(PATIENCE, serverTimeout),
                        backend.retries(),
                        backend.idleConnectionsMax())
                .with(backend.spreading())
                .with(health);
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.add(part);
        return part;
    }

    /** A server whose health and answers can be changed. */
    private static final class Patient implements AutoCloseable {
        static final String HEALTHY = "{\"status\":\"healthy\"}";
        static final int SILENT = 0;
        static final int HANGING = 1;

        private final HttpServer server;
        volatile String health = HEALTHY;
        volatile int status = 200;
        private final CountDownLatch ended = new CountDownLatch(1);

        Patient(String name, int port) throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/health", exchange -> answer(exchange, 200, health));
            server.createContext("/", exchange -> answer(exchange, status, name));
            server.start();
        }

        InetSocketAddress address() {
            return server.getAddress();
        }

        @Override
        public void close() {
            ended.countDown();
            server.stop(0);
        }

        private void hang() throws IOException {
            try {
                ended.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        /** Each answer ends its connection, so that the next request needs a new one. */
        private void answer(HttpExchange exchange, int status, String text) throws IOException {
            if (status == HANGING) {
                hang();
            }
            if (status <= HANGING) {
                exchange.close();
                return;
            }
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        }
    }

    private final class LoneEngines implements Engines {
        @Override
        public Member member(ProaConfig config, String node, long incarnation) {
            return member;
        }

        @Override
        public SessionStore sessions(ProaConfig config, String node, Member member) {
            return new FakeStore(null);
        }

        @Override
        public Protocol sessionProtocol(FrontendConfig frontend, SessionStore store) {
            throw new AssertionError("there is no frontend for sessions");
        }
    }
}
