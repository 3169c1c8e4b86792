package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.member.Member;
import proa.cluster.sessions.SessionStore;
import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.FirstChoice;
import proa.config.BackendConfig.Sticky;
import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendConfig.Route;
import proa.config.HealthConfig;
import proa.config.Network;
import proa.config.ProaConfig;
import proa.config.UdpOptions;
import proa.node.Await;
import proa.node.listener.Protocol;
import proa.node.protocol.resp.FakeStore;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.naming.Context;
import javax.naming.directory.InitialDirContext;

/** A whole node in front of name servers. */
class UdpRuntimeTest {

    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration IMPATIENT = Duration.ofMillis(300);

    @TempDir private Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final LoneMember member = new LoneMember();
    private NameServer one;
    private NameServer two;

    /** Answers every question of one name with one address (RFC 1035 §4). */
    private static final class NameServer implements AutoCloseable {
        final DatagramSocket socket;
        final AtomicInteger asked = new AtomicInteger();
        private final byte last;
        private final Thread serving;

        NameServer(int last) throws IOException {
            this.last = (byte) last;
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            serving = Thread.ofPlatform().daemon().start(this::serve);
        }

        private void serve() {
            while (!socket.isClosed()) {
                try {
                    DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                    socket.receive(packet);
                    byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                    asked.incrementAndGet(); // what strangers send here is no question
                    socket.send(
                            new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                } catch (IOException | IndexOutOfBoundsException _) {
                    // Closed, or not a question.
                }
            }
        }

        private byte[] answer(byte[] question) {
            int end = 12;
            while (question[end] != 0) {
                end += question[end] + 1;
            }
            end += 5; // root label, type, class
            ByteBuffer answer = ByteBuffer.allocate(512);
            answer.put(question, 0, 2).putShort((short) 0x8180);
            answer.putShort((short) 1).putShort((short) 1).putInt(0);
            answer.put(question, 12, end - 12);
            answer.putShort((short) 0xc00c).putShort((short) 1).putShort((short) 1).putInt(60);
            answer.putShort((short) 4).put(new byte[] {(byte) 192, 0, 2, last});
            return Arrays.copyOf(answer.array(), answer.position());
        }

        InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        @Override
        public void close() {
            socket.close();
            Await.endOf(serving);
        }
    }

    @BeforeEach
    void serve() throws Exception {
        one = keep(new NameServer(1));
        two = keep(new NameServer(2));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : opened.reversed()) {
            part.close();
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.add(part);
        return part;
    }

    private static FrontendConfig frontend(String name, List<Network> allow, String backend) {
        return new FrontendConfig(
                        name,
                        new Bind.Fixed(InetAddress.getLoopbackAddress(), 0),
                        Mode.UDP,
                        List.of(),
                        List.of(new Route(new Condition.Always(), backend)),
                        allow,
                        Optional.empty(),
                        FrontendConfig.Timeouts.DEFAULTS,
                        FrontendConfig.Limits.DEFAULTS)
                .with(new UdpOptions(4_096, Optional.empty(), Optional.of(1)));
    }

    private BackendConfig backend(String name, Sticky sticky) {
        HealthConfig.Passive passive =
                new HealthConfig.Passive(
                        2,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        50,
                        List.of(HealthConfig.Failure.CONNECT));
        return new BackendConfig(
                        name,
                        Balance.ROUND_ROBIN,
                        sticky,
                        Optional.empty(),
                        List.of(
                                new BackendConfig.Server("ns1", one.address(), 1, false),
                                new BackendConfig.Server("ns2", two.address(), 1, false)),
                        BackendConfig.Timeouts.DEFAULTS,
                        2,
                        8)
                .with(new HealthConfig(Optional.empty(), Optional.of(passive), 0));
    }

    private NodeRuntime node() throws Exception {
        return node(TestConfig.shop(List.of(one.address())));
    }

    private NodeRuntime node(ProaConfig plain) throws Exception {
        ProaConfig config =
                new ProaConfig(
                        plain.cluster(),
                        plain.groups(),
                        plain.tables(),
                        List.of(
                                frontend("dns", List.of(), "spread"),
                                frontend("sticky", List.of(), "source"),
                                frontend(
                                        "closed",
                                        List.of(new Network(InetAddress.getByName("10.0.0.0"), 8)),
                                        "spread")),
                        List.of(
                                backend("spread", new Sticky.Off()),
                                backend("source", new Sticky.Table("clients", FirstChoice.HASH))));
        Setup setup =
                new Setup(
                        config,
                        "hash",
                        "lb1",
                        folder.resolve("run"),
                        folder.resolve("state"),
                        Duration.ofSeconds(20));
        return keep(NodeRuntime.start(setup, new LoneEngines(), Instant.now()));
    }

    /** Asks as a Java program does: the JDK's own client of DNS is behind JNDI. */
    @SuppressWarnings({"BanJNDI", "JdkObsolete"})
    private static String resolve(NodeRuntime node, String frontend, Duration patience)
            throws Exception {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(
                Context.PROVIDER_URL, "dns://127.0.0.1:" + node.address(frontend).getPort());
        environment.put("com.sun.jndi.dns.timeout.initial", "" + patience.toMillis());
        environment.put("com.sun.jndi.dns.timeout.retries", "6");
        InitialDirContext context = new InitialDirContext(environment);
        try {
            return (String)
                    context.getAttributes("www.example.com", new String[] {"A"}).get("A").get();
        } finally {
            context.close();
        }
    }

    private String status() throws IOException {
        return NodeSocket.ask(folder.resolve("run"), "/status");
    }

    @Test
    void namesAreResolvedThroughItWhenOneOfTheServersDies() throws Exception {
        NodeRuntime node = node();
        List<String> answers = new ArrayList<>();
        for (int question = 0; question < 10; question++) {
            answers.add(resolve(node, "dns", PATIENT)); // each is asked once
        }
        assertThat(answers).contains("192.0.2.1", "192.0.2.2");
        assertThat(one.asked).hasValue(5);
        assertThat(two.asked).hasValue(5);

        one.close();
        for (int question = 0; question < 10; question++) {
            assertThat(resolve(node, "dns", IMPATIENT)).isEqualTo("192.0.2.2");
        }
        Await.until("taken out", () -> status().contains("\"ejected\":true"));
        assertThat(one.asked.get() + two.asked.get()).isGreaterThanOrEqualTo(20);
        Await.until(
                () ->
                        "every answer is passed on, also to whoever asked again: "
                                + one.asked
                                + " and "
                                + two.asked
                                + " of "
                                + status(),
                () -> counted("toClients") == one.asked.get() + two.asked.get());
        assertThat(counted("fromClients")).isGreaterThanOrEqualTo(22);
        assertThat(counted("unreachable")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void itHearsItsClientsOnceItsTablesHaveComeFromTheOtherMember() throws Exception {
        member.synchronised = false;
        member.inSight = List.of("lb1", "lb2");
        NodeRuntime node = node(TestConfig.ofPair(TestConfig.shop(List.of(one.address()))));
        member.synchronised = true;
        assertThat(resolve(node, "dns", IMPATIENT)).startsWith("192.0.2.");
    }

    /** A number of the first frontend. */
    private long counted(String what) throws IOException {
        Matcher found = Pattern.compile("\"" + what + "\":(\\d+)").matcher(status());
        assertThat(found.find()).as(what).isTrue();
        return Long.parseLong(found.group(1));
    }

    @Test
    void aClientStaysOnItsServerByATableAndStrangersAreRefused() throws Exception {
        NodeRuntime node = node();
        String answer = resolve(node, "sticky", PATIENT);
        for (int question = 0; question < 5; question++) {
            assertThat(resolve(node, "sticky", PATIENT)).as("from another port").isEqualTo(answer);
        }
        String server = answer.endsWith("1") ? "ns1" : "ns2";
        assertThat(status())
                .contains("\"entries\":1,\"entriesMax\":1000,\"servers\":{\"" + server + "\":1}");

        try (DatagramSocket stranger = new DatagramSocket()) {
            stranger.setSoTimeout(1);
            byte[] bytes = "hello".getBytes(StandardCharsets.UTF_8);
            stranger.send(new DatagramPacket(bytes, bytes.length, node.address("closed")));
            Await.until("refused", () -> status().contains("\"refused\":1"));
            try {
                stranger.receive(new DatagramPacket(new byte[1], 1));
                throw new AssertionError("an answer");
            } catch (SocketTimeoutException _) {
                // None, as it should be.
            }
        }
    }

    @Test
    void aPlannedStopWaitsForSessionsToFallSilentButNotForTheirWholeTime() throws Exception {
        NodeRuntime node = node();
        try (DatagramSocket client = new DatagramSocket()) {
            byte[] half = new byte[12]; // no name server answers this
            long began = System.nanoTime();
            client.send(new DatagramPacket(half, half.length, node.address("dns")));
            Await.until("a session", () -> counted("connections") == 1);
            node.close();
            long millis = (System.nanoTime() - began) / 1_000_000;
            assertThat(millis).isBetween(900L, 10_000L);
        }
    }

    private final class LoneEngines implements Engines {
        @Override
        public Member member(ProaConfig config, String node, long incarnation) {
            return member;
        }

        @Override
        public SessionStore sessions(ProaConfig config, String node, Member of) {
            return new FakeStore(null);
        }

        @Override
        public Protocol sessionProtocol(FrontendConfig frontend, SessionStore store) {
            throw new IllegalStateException("no sessions here");
        }
    }
}
