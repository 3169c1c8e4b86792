package proa.node.protocol.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Limits;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendConfig.Timeouts;
import proa.config.UdpOptions;
import proa.node.Await;
import proa.node.exchange.Traffic.Decision;
import proa.node.listener.DatagramCounters.Kind;
import proa.node.listener.ListenException;
import proa.node.listener.Transport;
import proa.node.protocol.TestConfigs;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** Datagrams passed on between real sockets. */
class UdpProtocolTest {

    private static InetSocketAddress address(DatagramSocket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private static UdpOptions options(int bytes, Integer requests, Integer responses) {
        return new UdpOptions(bytes, Optional.ofNullable(requests), Optional.ofNullable(responses));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void datagramsOfEverySizePassUnchangedOnEveryTransport(Transport transport) throws Exception {
        Random random = new Random(11);
        FrontendConfig frontend =
                TestConfigs.frontend(Mode.UDP)
                        .with(options(UdpOptions.DATAGRAM_BYTES_LIMIT, null, null));
        try (UdpPath.Server server = UdpPath.Server.echo();
                UdpPath path = UdpPath.of(transport, frontend, server.address());
                UdpPath.Client client = path.client()) {
            for (int size : new int[] {1, 2, 512, 1_472, 4_096, 16_384, 16_385, 65_507}) {
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                client.send(bytes);
                assertThat(client.receive()).isEqualTo(bytes);
            }
            assertThat(path.listener.connections()).as("one session").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anotherSizeHoldsAfterAReloadOnEveryTransport(Transport transport) throws Exception {
        FrontendConfig small = TestConfigs.frontend(Mode.UDP).with(options(512, null, null));
        FrontendConfig large = TestConfigs.frontend(Mode.UDP).with(options(60_000, null, null));
        String much = "x".repeat(50_000);
        try (UdpPath.Server server = UdpPath.Server.echo();
                UdpPath path = UdpPath.of(transport, small, server.address());
                UdpPath.Client before = path.client();
                UdpPath.Client after = path.client();
                UdpPath.Client last = path.client()) {
            assertThat(before.ask("hello")).isEqualTo("hello");
            before.send(much);
            Await.until("dropped", () -> path.count(Kind.WRONG_SIZE) == 1);
            path.listener.become(large, new UdpProtocol(large, () -> path.servers));
            Await.until("it passes", () -> after.askPatiently(much, 100).equals(much));
            long dropped = path.count(Kind.WRONG_SIZE); // some are received as was asked before
            path.listener.become(small, new UdpProtocol(small, () -> path.servers));
            Await.until(
                    "dropped again",
                    () -> {
                        after.send(much);
                        return path.count(Kind.WRONG_SIZE) > dropped;
                    });
            CountDownLatch everywhere = new CountDownLatch(1);
            path.loops.afterTurn(everywhere::countDown); // the others may be on another loop
            everywhere.await();
            last.send(much);
            assertThat(last.ask("again")).as("the only answer").isEqualTo("again");
            assertThat(before.ask("again")).isEqualTo("again");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void datagramsOfOneClientStayInOrderOnEveryTransport(Transport transport) throws Exception {
        try (UdpPath.Server server = UdpPath.Server.echo();
                UdpPath path =
                        UdpPath.of(transport, TestConfigs.frontend(Mode.UDP), server.address());
                UdpPath.Client client = path.client()) {
            int burst = 40; // fits into every buffer on the way
            for (int from = 0; from < 2_000; from += burst) {
                for (int number = from; number < from + burst; number++) {
                    client.send(ByteBuffer.allocate(200).putInt(number).array());
                }
                for (int number = from; number < from + burst; number++) {
                    assertThat(ByteBuffer.wrap(client.receive()).getInt()).isEqualTo(number);
                }
            }
            assertThat(path.count(Kind.FROM_CLIENTS)).isEqualTo(2_000);
            assertThat(path.count(Kind.TO_CLIENTS)).isEqualTo(2_000);
            assertThat(new HashSet<>(server.peers)).as("one socket of ours").hasSize(1);
        }
    }

    @Test
    void manyClientsAreSpreadAndNobodyGetsAnothersAnswer() throws Exception {
        List<UdpPath.Client> clients = new ArrayList<>();
        try (UdpPath.Server one = UdpPath.Server.named("one");
                UdpPath.Server two = UdpPath.Server.named("two");
                UdpPath path = UdpPath.of(one.address(), two.address())) {
            Set<String> answers = new HashSet<>();
            for (int number = 0; number < 200; number++) {
                clients.add(path.client());
            }
            for (int round = 0; round < 3; round++) {
                for (int number = 0; number < clients.size(); number++) {
                    clients.get(number).send("client " + number);
                }
                for (int number = 0; number < clients.size(); number++) {
                    String answer = clients.get(number).text();
                    assertThat(answer).endsWith(" client " + number);
                    answers.add(answer);
                }
            }
            assertThat(answers).as("each client stayed on its server").hasSize(200);
            assertThat(path.listener.connections()).isEqualTo(200);
            assertThat(one.received).hasValue(300);
            assertThat(two.received).hasValue(300);
        } finally {
            clients.forEach(UdpPath.Client::close);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aServerThatIsNotThereIsReplacedOnEveryTransport(Transport transport) throws Exception {
        try (DatagramSocket nobody = UdpPath.deaf(0);
                UdpPath.Server server = UdpPath.Server.named("alive");
                UdpPath path =
                        UdpPath.of(
                                transport,
                                TestConfigs.frontend(Mode.UDP),
                                address(nobody),
                                server.address());
                UdpPath.Client client = path.client()) {
            Await.until("an answer", () -> client.askPatiently("hello", 100).equals("alive hello"));
            assertThat(path.servers.servers.getFirst().failures).hasValue(1);
            assertThat(path.servers.servers.getFirst().current).hasValue(0);
            assertThat(path.servers.servers.getLast().current).hasValue(1);
            assertThat(path.count(Kind.UNREACHABLE)).isEqualTo(1);
            assertThat(path.count(Kind.SESSIONS)).as("the session went on").isEqualTo(1);
        }
    }

    @Test
    void aServerThatDiesDuringASessionIsReplaced() throws Exception {
        UdpPath.Server one = UdpPath.Server.named("one");
        try (UdpPath.Server two = UdpPath.Server.named("two");
                UdpPath path = UdpPath.of(one.address(), two.address());
                UdpPath.Client client = path.client()) {
            assertThat(client.ask("a")).isEqualTo("one a");
            int port = one.address().getPort();
            one.close();
            try (DatagramSocket _ = UdpPath.deaf(port)) {
                Await.until("the other one", () -> client.askPatiently("b", 100).equals("two b"));
                client.send("c");
                Await.until("behind late answers to b", () -> client.text().equals("two c"));
                assertThat(path.servers.servers.getFirst().current).hasValue(0);
            }
        }
    }

    @Test
    void whenEveryServerIsGoneTheSessionComesBackWithOne() throws Exception {
        try (DatagramSocket later = UdpPath.deaf(0);
                UdpPath path = UdpPath.of(address(later));
                UdpPath.Client client = path.client()) {
            client.send("lost");
            Await.until("noticed", () -> path.count(Kind.UNREACHABLE) == 1);
            later.disconnect();
            try (UdpPath.Server _ = new UdpPath.Server(later, bytes -> bytes)) {
                Await.until("back", () -> client.askPatiently("hi", 100).equals("hi"));
            }
        }
    }

    @Test
    void aSessionIsOverWhenAllAnswersHaveCome() throws Exception {
        try (UdpPath.Server server = UdpPath.Server.echo();
                UdpPath path = UdpPath.of(options(1_500, null, 1), server.address());
                UdpPath.Client client = path.client()) {
            for (int question = 0; question < 5; question++) {
                assertThat(client.ask("q" + question)).isEqualTo("q" + question);
                Await.until("over", () -> path.listener.connections() == 0);
            }
            assertThat(path.count(Kind.SESSIONS)).isEqualTo(5);
            assertThat(new HashSet<>(server.peers)).hasSizeGreaterThan(1);
            assertThat(path.servers.servers.getFirst().current).hasValue(0);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whereNoAnswerIsExpectedEveryDatagramIsASessionOfItsOwn(Transport transport)
            throws Exception {
        FrontendConfig frontend = TestConfigs.frontend(Mode.UDP).with(options(1_500, 1, 0));
        try (UdpPath.Server one = new UdpPath.Server(_ -> new byte[0]);
                UdpPath.Server two = new UdpPath.Server(_ -> new byte[0]);
                UdpPath path = UdpPath.of(transport, frontend, one.address(), two.address());
                UdpPath.Client client = path.client()) {
            for (int line = 0; line < 20; line++) {
                client.send("log line " + line);
            }
            Await.until("all", () -> one.received.get() == 10 && two.received.get() == 10);
            Await.until("over", () -> path.listener.connections() == 0);
            assertThat(path.count(Kind.SESSIONS)).isEqualTo(20);
        }
    }

    @Test
    void afterSoManyRequestsAnotherSessionBeginsAndTheOldOneIsStillHeard() throws Exception {
        try (UdpPath.Server one = UdpPath.Server.named("one");
                UdpPath.Server two = UdpPath.Server.named("two");
                UdpPath path = UdpPath.of(options(1_500, 2, null), one.address(), two.address());
                UdpPath.Client client = path.client()) {
            List<String> answers = new ArrayList<>();
            for (int question = 0; question < 6; question++) {
                answers.add(client.ask("q").split(" ")[0]);
            }
            assertThat(answers).containsExactly("one", "one", "two", "two", "one", "one");
            assertThat(path.listener.connections())
                    .as("three that may still be heard")
                    .isEqualTo(3);
        }
    }

    @Test
    void whatIsTooLargeOrEmptyIsDroppedAndCounted() throws Exception {
        byte[] large = new byte[1_001];
        try (UdpPath.Server server =
                        new UdpPath.Server(bytes -> bytes.length == 7 ? large : bytes);
                UdpPath path = UdpPath.of(options(1_000, null, null), server.address());
                UdpPath.Client client = path.client()) {
            client.send(large);
            client.send(new byte[0]);
            client.send("7 bytes");
            assertThat(client.ask("ok")).isEqualTo("ok");
            client.send(new byte[1_000]);
            assertThat(client.receive()).hasSize(1_000);
            assertThat(server.received).hasValue(3);
            assertThat(path.count(Kind.WRONG_SIZE)).isBetween(2L, 3L); // the empty one may be lost
        }
    }

    @Test
    void thereAreNoMoreSessionsThanAllowed() throws Exception {
        FrontendConfig frontend =
                TestConfigs.frontend(
                        Mode.UDP,
                        Timeouts.DEFAULTS,
                        new Limits(2, 8 << 10, 16 << 10, 100, 1 << 20));
        try (UdpPath.Server server = UdpPath.Server.echo();
                UdpPath path = UdpPath.of(Transport.best(), frontend, server.address());
                UdpPath.Client first = path.client();
                UdpPath.Client second = path.client();
                UdpPath.Client third = path.client()) {
            assertThat(first.ask("1")).isEqualTo("1");
            assertThat(second.ask("2")).isEqualTo("2");
            third.send("3");
            Await.until("refused", () -> path.count(Kind.TOO_MANY) == 1);
            assertThat(first.ask("still")).isEqualTo("still");
            assertThat(server.received).hasValue(3);
        }
    }

    @Test
    void whoIsRefusedByTheRulesGetsNoSession() throws Exception {
        try (UdpPath.Server server = UdpPath.Server.echo();
                UdpPath path = UdpPath.of(server.address());
                UdpPath.Client client = path.client()) {
            path.servers.rule = _ -> new Decision.Reply(503, "no route");
            client.send("hello");
            Await.until("refused", () -> path.count(Kind.REFUSED) == 1);
            path.servers.rule = _ -> null;
            assertThat(client.ask("hello")).isEqualTo("hello");
            assertThat(path.listener.connections()).isEqualTo(1);
        }
    }

    @Test
    void aSilentSessionEndsAndTheNextDatagramBeginsAnother() throws Exception {
        FrontendConfig frontend =
                TestConfigs.frontend(
                        Mode.UDP,
                        new Timeouts(
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(3), // an answer is no silence
                                Duration.ofHours(1)),
                        Limits.DEFAULTS);
        try (UdpPath.Server server = UdpPath.Server.echo();
                UdpPath path = UdpPath.of(Transport.best(), frontend, server.address());
                UdpPath.Client client = path.client()) {
            assertThat(client.ask("1")).isEqualTo("1");
            Await.until("silent", () -> path.listener.connections() == 0);
            assertThat(client.ask("2")).isEqualTo("2");
            assertThat(path.count(Kind.SESSIONS)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aListenerThatStopsServesTheSessionsItHasUntilTheyEnd(Transport transport)
            throws Exception {
        try (UdpPath.Server server = UdpPath.Server.echo();
                UdpPath path =
                        UdpPath.of(transport, TestConfigs.frontend(Mode.UDP), server.address());
                UdpPath.Client client = path.client();
                UdpPath.Client late = path.client()) {
            assertThat(client.ask("1")).isEqualTo("1");
            path.listener.stop();
            assertThat(client.ask("2")).as("a session that is there").isEqualTo("2");
            late.send("new");
            path.listener.drain();
            Await.until("drained", () -> path.listener.connections() == 0);
            assertThat(server.received).as("no new ones").hasValue(2);
            Await.until("the port is free", () -> isFree(path.listener.address()));
        }
    }

    private static boolean isFree(InetSocketAddress address) {
        try (DatagramSocket _ = new DatagramSocket(address)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void closingEndsEverySessionAtOnce() throws Exception {
        try (UdpPath.Server server = UdpPath.Server.echo();
                UdpPath path = UdpPath.of(server.address());
                UdpPath.Client client = path.client()) {
            assertThat(client.ask("1")).isEqualTo("1");
            path.listener.closeConnections();
            Await.until("ended", () -> path.listener.connections() == 0);
            assertThat(path.servers.servers.getFirst().current).hasValue(0);
            assertThat(client.ask("2")).as("it has not stopped").isEqualTo("2");
        }
    }

    /** A floating address is bound from the start, whoever owns it. */
    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void anAddressThatIsNotHereYetIsBound(Transport transport) throws Exception {
        FrontendConfig frontend = TestConfigs.frontend(Mode.UDP);
        try (UdpPath.Server server = UdpPath.Server.echo();
                UdpPath path = UdpPath.of(transport, frontend, server.address())) {
            InetSocketAddress elsewhere = new InetSocketAddress("192.0.2.77", 0);
            assertThat(
                            path.listeners
                                    .open(
                                            frontend,
                                            elsewhere,
                                            new UdpProtocol(frontend, () -> path.servers))
                                    .address()
                                    .getAddress())
                    .isEqualTo(elsewhere.getAddress());
        }
    }

    @Test
    void aPortThatSomebodyHasIsNotTaken() throws Exception {
        try (UdpPath.Server taken = UdpPath.Server.echo();
                UdpPath path = UdpPath.of(taken.address())) {
            FrontendConfig frontend = TestConfigs.frontend(Mode.UDP);
            assertThatThrownBy(
                            () ->
                                    path.listeners.open(
                                            frontend,
                                            taken.address(),
                                            new UdpProtocol(frontend, () -> path.servers)))
                    .isInstanceOf(ListenException.class)
                    .hasMessageContaining("another program listens there already");
        }
    }
}
