package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.member.Member;
import proa.cluster.sessions.SessionStore;
import proa.config.ClusterConfig.Ownership;
import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.config.link.LinkMessage;
import proa.config.link.LinkMessage.State;
import proa.node.Await;
import proa.node.link.FakeVipd;
import proa.node.listener.Protocol;
import proa.node.protocol.resp.FakeStore;
import proa.testing.Ports;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

class NodeRuntimeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final LoneMember member = new LoneMember();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private Setup.Waits waits = new Setup.Waits(PATIENCE, PATIENCE);
    private HttpClient client;
    private ShopServer one;
    private ShopServer two;

    @BeforeEach
    void serve() throws Exception {
        one = keep(new ShopServer("one", Ports.free()));
        two = keep(new ShopServer("two", 0));
        client = keep(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : opened.reversed()) {
            part.close();
        }
    }

    @Test
    void spreadsRequestsAndRoutesByPath() throws Exception {
        NodeRuntime node = shop();
        for (int request = 0; request < 10; request++) {
            assertThat(get(node, "http", "/").statusCode()).isEqualTo(200);
            assertThat(get(node, "http", "/api/users").body()).isEqualTo("one");
        }
        assertThat(one.requests.get()).isEqualTo(15);
        assertThat(two.requests.get()).isEqualTo(5);
    }

    @Test
    void keepsAClientOnItsServerByACookieThatServersDoNotSee() throws Exception {
        NodeRuntime node = shop();
        HttpResponse<String> first = get(node, "http", "/");
        String cookie = first.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).matches("SERVERID=web\\d+; Path=/; HttpOnly; SameSite=Lax");
        String pair = cookie.substring(0, cookie.indexOf(';'));

        for (int request = 0; request < 6; request++) {
            HttpResponse<String> later = get(node, "http", "/", "Cookie", "a=1; " + pair + "; b=2");
            assertThat(later.body()).isEqualTo(first.body());
            assertThat(later.headers().firstValue("Set-Cookie")).isEmpty();
        }
        assertThat(first.body().equals("one") ? one.lastCookie : two.lastCookie)
                .contains("a=1", "b=2")
                .doesNotContain("SERVERID");
    }

    @Test
    void refusesWhatIsAboveTheLimit() throws Exception {
        NodeRuntime node = shop();
        for (int request = 0; request < TestConfig.LIMIT; request++) {
            assertThat(get(node, "limited", "/").statusCode()).isEqualTo(200);
        }
        HttpResponse<String> refused = get(node, "limited", "/");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body())
                .contains("too many requests: refused by rule 2 of frontend limited");
        assertThat(get(node, "http", "/").statusCode()).isEqualTo(200);
    }

    @Test
    void sticksTcpClientsByATable() throws Exception {
        NodeRuntime node = shop();
        Set<String> answers = new TreeSet<>();
        for (int connection = 0; connection < 6; connection++) {
            try (HttpClient once = HttpClient.newHttpClient()) {
                answers.add(
                        once.send(request(node, "echo", "/"), HttpResponse.BodyHandlers.ofString())
                                .body());
            }
        }
        assertThat(answers).hasSize(1);
    }

    @Test
    void losesNoRequestWhenAServerDiesAndUsesItAgainWhenItIsBack() throws Exception {
        NodeRuntime node = shop();
        try (Load load = new Load(node)) {
            Await.until("load", () -> load.answered.get() > 50);
            int port = one.address().getPort();
            one.close();
            Await.until("down", () -> status(node).contains("\"state\":\"DOWN\""));
            int before = load.answered.get();
            Await.until("going on", () -> load.answered.get() > before + 50);

            one = keep(new ShopServer("one", port));
            Await.until("back", () -> one.requests.get() > 5);
            load.stop();
            assertThat(load.failures).isEmpty();
        }
    }

    @Test
    void losesNoRequestWhenItStopsOnPurpose() throws Exception {
        NodeRuntime node = shop();
        CompletableFuture<HttpResponse<String>> slow =
                client.sendAsync(
                        request(node, "http", "/slow"), HttpResponse.BodyHandlers.ofString());
        Await.until("in flight", () -> one.requests.get() + two.requests.get() == 1);
        InetSocketAddress address = node.address("http");
        CompletableFuture<Void> closed = CompletableFuture.runAsync(node::close);
        Await.until("accepts no more", () -> !listens(address));
        assertThat(closed).as("waits for what is in flight").isNotDone();
        one.slowMayAnswer.countDown();
        two.slowMayAnswer.countDown();

        assertThat(slow.get().statusCode()).isEqualTo(200);
        assertThat(slow.get().headers().firstValue("Connection")).hasValue("close");
        assertThat(closed).as("does not wait for the deadline").succeedsWithin(PATIENCE);
    }

    @Test
    void showsItsStatus() throws Exception {
        NodeRuntime node = shop();
        get(node, "http", "/");
        Await.until("ready", () -> node.lacking().isEmpty());
        assertThat(status(node))
                .startsWith("HTTP/1.1 200 OK")
                .contains(
                        "\"node\":\"lb1\"",
                        "\"ready\":true",
                        "\"present\":[\"lb1\"]",
                        "\"name\":\"shop\",\"balance\":\"ROUND_ROBIN\"",
                        "\"waiting\":0,",
                        "\"state\":\"UP\",\"ejected\":false,\"order\":\"READY\"",
                        "\"total\":1,",
                        "\"name\":\"http\",\"mode\":\"HTTP\"",
                        "\"sessions\":{\"enabled\":false}")
                .doesNotContain(OwnTraffic.NAME);
        assertThat(ask("/live")).startsWith("HTTP/1.1 200 OK");
        assertThat(ask("/ready")).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void isNotReadyBeforeTablesHaveArrived() throws Exception {
        member.synchronised = false;
        waits = new Setup.Waits(Duration.ofHours(1), PATIENCE);
        NodeRuntime node = start(TestConfig.shop(servers()));
        assertThat(node.lacking()).contains(Readiness.NOT_SYNCHRONISED);
        assertThat(ask("/ready")).startsWith("HTTP/1.1 503");
        member.synchronised = true;
        Await.until("ready", () -> node.lacking().isEmpty());
    }

    @Test
    void doesNotWaitForTablesForEver() throws Exception {
        member.synchronised = false;
        waits = new Setup.Waits(Duration.ofSeconds(1), PATIENCE);
        NodeRuntime node = start(TestConfig.shop(servers()));
        Await.until("cold start", () -> node.lacking().isEmpty());
    }

    @Test
    void clientsOfANodeThatStartsAmongOthersWaitForItsTables() throws Exception {
        member.synchronised = false;
        member.inSight = List.of("lb1", "lb2");
        long began = System.nanoTime();
        NodeRuntime node = start(TestConfig.ofPair(TestConfig.shop(servers())));
        CompletableFuture<Long> answered =
                client.sendAsync(request(node, "http", "/"), HttpResponse.BodyHandlers.ofString())
                        .thenApply(_ -> System.nanoTime());
        Await.until("warm", () -> !node.lacking().contains("warming up"));
        long arrived = System.nanoTime();
        member.synchronised = true;
        long answer = answered.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer >= arrived || answer - began >= TablesFirst.MAX.toNanos())
                .as("not before its tables, or it waited for as long as anybody does")
                .isTrue();
        assertThat(get(node, "http", "/").statusCode()).isEqualTo(200);
    }

    @Test
    void clientsWaitOnlyForTablesThatSomebodyHas() {
        member.synchronised = false;
        member.inSight = List.of("lb1", "lb2");
        Duration nearly = TablesFirst.MAX.minusNanos(1);
        assertThat(TablesFirst.mayComeIn(member, nearly)).isFalse();
        assertThat(TablesFirst.mayComeIn(member, TablesFirst.MAX)).isTrue();
        member.inSight = List.of("lb1");
        assertThat(TablesFirst.mayComeIn(member, Duration.ZERO)).isTrue();
        member.viewNumber = 0;
        assertThat(TablesFirst.mayComeIn(member, Duration.ZERO)).as("has not joined").isFalse();
        member.synchronised = true;
        assertThat(TablesFirst.mayComeIn(member, Duration.ZERO)).as("nor fetched").isFalse();
        member.viewNumber = 1;
        member.inSight = List.of("lb1", "lb2");
        assertThat(TablesFirst.mayComeIn(member, Duration.ZERO)).isTrue();
    }

    @Test
    void isNotReadyWhileItsTablesAreBehindTheOthers() throws Exception {
        NodeRuntime node = start(TestConfig.shop(servers()));
        Await.until("ready", () -> node.lacking().isEmpty());
        member.behind = true;
        assertThat(ask("/ready"))
                .startsWith("HTTP/1.1 503")
                .contains("tables are 2500 ms behind the other members, max-lag is 2000 ms");
        member.behind = false;
        assertThat(ask("/ready")).startsWith("HTTP/1.1 200");
    }

    @Test
    void tellsVipdItsVitalsAndLeavesInOrder() throws Exception {
        FakeVipd vipd = keep(new FakeVipd(directory.resolve("vipd.sock")));
        NodeRuntime node = start(TestConfig.floating(Ownership.KERNEL, Ports.free(), servers()));

        assertThat(vipd.expect(LinkMessage.Hello.class).node()).isEqualTo("lb1");
        vipd.expectReadiness(true);
        LinkMessage.Heartbeat beat = vipd.expect(LinkMessage.Heartbeat.class);
        assertThat(beat.oldestTickMillis()).isLessThan(PATIENCE.toMillis());
        assertThat(beat.servedMillis()).isLessThan(PATIENCE.toMillis());
        vipd.say(new LinkMessage.Ownership("web", State.ACTIVE, "lb1", 1, "elected"));
        Await.until("owner", () -> status(node).contains("\"state\":\"ACTIVE\",\"owner\":\"lb1\""));

        CompletableFuture<Void> closed = CompletableFuture.runAsync(node::close);
        vipd.expect(LinkMessage.Leaving.class);
        assertThat(get(node, "http", "/").statusCode())
                .as("serves until it may leave")
                .isEqualTo(200);
        vipd.say(new LinkMessage.MayLeave());
        closed.get();
    }

    @Test
    void tellsSessionClientsToLeaveOnlyWhenTheAddressHasMoved() throws Exception {
        FakeVipd vipd = keep(new FakeVipd(directory.resolve("vipd.sock")));
        NodeRuntime node = start(TestConfig.floating(Ownership.KERNEL, Ports.free(), servers()));
        vipd.expectReadiness(true);
        vipd.say(new LinkMessage.Ownership("web", State.ACTIVE, "lb1", 1, "elected"));
        Await.until("owner", () -> status(node).contains("\"state\":\"ACTIVE\",\"owner\":\"lb1\""));
        InetSocketAddress address = node.address("sessions");
        try (Socket session = new Socket(address.getAddress(), address.getPort())) {
            Await.until("accepted", () -> accepted.get() == 1);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(node::close);
            vipd.expect(LinkMessage.Leaving.class);
            assertThat(told).as("the address is still here").hasValue(0);
            vipd.say(new LinkMessage.MayLeave());
            assertThat(session.getInputStream().read()).isEqualTo(-1);
            assertThat(told).hasPositiveValue();
            closed.get();
        }
    }

    @Test
    void bindsAFloatingAddressOnlyWhileItOwnsIt() throws Exception {
        FakeVipd vipd = keep(new FakeVipd(directory.resolve("vipd.sock")));
        NodeRuntime node = start(TestConfig.floating(Ownership.BIND, Ports.free(), servers()));
        vipd.expectReadiness(true);
        assertThat(listens(node)).isFalse();

        vipd.say(new LinkMessage.Ownership("web", State.ACTIVE, "lb1", 1, "elected"));
        Await.until("bound", () -> answers(node));

        vipd.say(new LinkMessage.Ownership("web", State.BACKUP, "lb2", 2, "moved"));
        Await.until("released", () -> !listens(node));

        vipd.say(new LinkMessage.Ownership("web", State.ACTIVE, "lb1", 3, "elected"));
        Await.until("bound again", () -> answers(node));
        vipd.close();
        Await.until("released without vipd", () -> !listens(node));
    }

    @Test
    void saysThatAPortIsTakenAndLeavesNothingBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProaConfig config =
                    TestConfig.floating(Ownership.KERNEL, taken.getLocalPort(), servers());
            assertThatThrownBy(() -> start(config))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("frontend http cannot listen on 127.0.0.1 port")
                    .hasMessageContaining("another program listens there already");
        }
        shop();
    }

    private NodeRuntime shop() throws Exception {
        NodeRuntime node = start(TestConfig.shop(servers()));
        Await.until("probed", () -> !node.lacking().contains(Readiness.UNPROBED));
        return node;
    }

    private NodeRuntime start(ProaConfig config) throws Exception {
        Setup setup =
                new Setup(
                                config,
                                "hash",
                                "lb1",
                                directory,
                                directory.resolve("state"),
                                PATIENCE.multipliedBy(2))
                        .with(waits);
        return keep(NodeRuntime.start(setup, new LoneEngines(), Instant.now()));
    }

    private List<InetSocketAddress> servers() {
        return List.of(one.address(), two.address());
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.add(part);
        return part;
    }

    private HttpResponse<String> get(
            NodeRuntime node, String frontend, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(node, frontend, path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(NodeRuntime node, String frontend, String path) {
        return HttpRequest.newBuilder(uri(node, frontend, path)).build();
    }

    private static URI uri(NodeRuntime node, String frontend, String path) {
        return URI.create("http://127.0.0.1:" + node.address(frontend).getPort() + path);
    }

    /** Not just whether it listens: it does for a moment to see whether the port is taken. */
    private boolean answers(NodeRuntime node) throws Exception {
        try {
            return get(node, "http", "/").statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean listens(NodeRuntime node) {
        return listens(node.address("http"));
    }

    private static boolean listens(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private String status(NodeRuntime node) throws IOException {
        assertThat(node).isNotNull();
        return ask("/status");
    }

    private String ask(String path) throws IOException {
        return NodeSocket.ask(directory, path);
    }

    /** Two clients that ask without a pause until they are stopped. */
    private final class Load implements AutoCloseable {
        final AtomicInteger answered = new AtomicInteger();
        final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final List<Thread> clients = new ArrayList<>();

        Load(NodeRuntime node) {
            for (int number = 0; number < 2; number++) {
                clients.add(Thread.ofPlatform().start(() -> ask(node)));
            }
        }

        void stop() throws InterruptedException {
            stopped.set(true);
            for (Thread thread : clients) {
                thread.join();
            }
        }

        @Override
        public void close() {
            stopped.set(true);
        }

        private void ask(NodeRuntime node) {
            while (!stopped.get()) {
                try {
                    HttpResponse<String> response = get(node, "http", "/");
                    if (response.statusCode() != 200) {
                        failures.add(response.statusCode() + " " + response.body());
                    }
                    answered.incrementAndGet();
                } catch (Exception e) {
                    failures.add(e.toString());
                }
            }
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
            boolean own = frontend.name().equals(OwnTraffic.NAME);
            return (_, _) -> own ? new ChannelInboundHandlerAdapter() : new Session();
        }
    }

    /** Ends when told to. */
    private final class Session extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            accepted.incrementAndGet();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == Protocol.Drain.EVENT) {
                told.incrementAndGet();
                context.close();
            }
        }
    }
}
