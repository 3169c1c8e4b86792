package proa.node.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.node.Await;
import proa.node.Nobody;
import proa.node.exchange.Traffic;
import proa.node.listener.Transport;
import proa.node.protocol.DataPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.Wire;

import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Connections passed on as bytes. */
class TcpProtocolTest {

    private static ScriptedServer echo() throws IOException {
        return new ScriptedServer(peer -> peer.in.transferTo(peer.out));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bytesPassUnchangedOnEveryTransport(Transport transport) throws Exception {
        byte[] sent = new byte[8 << 20];
        new Random(7).nextBytes(sent);
        try (ScriptedServer server = echo();
                DataPath path =
                        DataPath.of(
                                transport,
                                2,
                                TestConfigs.frontend(FrontendConfig.Mode.TCP),
                                TestConfigs.backend(List.of(server.address())));
                DataPath.Client client = path.client()) {
            Thread writer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            client.out.write(sent);
                                            client.socket.shutdownOutput();
                                        } catch (IOException _) {
                                            // What is missing fails the comparison.
                                        }
                                    });
            byte[] back = client.in.readAllBytes();
            writer.join();
            assertThat(digest(back)).isEqualTo(digest(sent));
            Await.until(
                    "the server is free", () -> path.traffic.servers.getFirst().current.get() == 0);
        }
    }

    private static byte[] digest(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    @Test
    void aServerThatEndsFirstCanStillBeWrittenTo() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.send("hello");
                                    peer.socket.shutdownOutput();
                                    if (Wire.latin(peer.in.readAllBytes()).equals("late")) {
                                        heard.countDown();
                                    }
                                });
                DataPath path = DataPath.tcp(server);
                DataPath.Client client = path.client()) {
            assertThat(Wire.latin(client.in.readAllBytes())).isEqualTo("hello");
            client.send("late");
            client.socket.shutdownOutput();
            assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aServerThatCannotBeReachedIsReplacedByAnother() throws Exception {
        try (ScriptedServer server = echo();
                DataPath path =
                        DataPath.of(
                                TestConfigs.frontend(FrontendConfig.Mode.TCP),
                                TestConfigs.backend(List.of(Nobody.listens(), server.address())));
                DataPath.Client client = path.client()) {
            client.send("hi");
            assertThat(Wire.latin(client.in.readNBytes(2))).isEqualTo("hi");
            assertThat(path.traffic.servers.getFirst().failures).hasValue(1);
            assertThat(path.traffic.servers.getFirst().current).hasValue(0);
            assertThat(path.traffic.servers.getLast().current).hasValue(1);
        }
    }

    @Test
    void withoutAServerTheClientIsReset() throws Exception {
        try (DataPath path =
                        DataPath.of(
                                TestConfigs.frontend(FrontendConfig.Mode.TCP),
                                TestConfigs.backend(List.of(Nobody.listens())));
                DataPath.Client client = path.client()) {
            assertThat(client.ended()).isTrue();
            Await.until("it is gone", () -> path.listeners.connections() == 0);
        }
    }

    @Test
    void aDeniedConnectionReachesNoServer() throws Exception {
        try (ScriptedServer server = echo();
                DataPath path = DataPath.tcp(server)) {
            path.traffic.rule = _ -> new Traffic.Decision.Reply(403, "no");
            try (DataPath.Client client = path.client()) {
                assertThat(client.ended()).isTrue();
            }
            assertThat(server.connections).hasValue(0);
        }
    }

    @Test
    void aResetIsPassedOn() throws Exception {
        try (ScriptedServer server = echo();
                DataPath path = DataPath.tcp(server)) {
            try (DataPath.Client client = path.client()) {
                client.send("x");
                client.in.read();
                client.socket.setSoLinger(true, 0);
            }
            Await.until("the server is left", () -> server.closed.get() == 1);
            Await.until("it is gone", () -> path.listeners.connections() == 0);
            Await.until(
                    "the server is free", () -> path.traffic.servers.getFirst().current.get() == 0);
        }
    }

    @Test
    void silenceEndsBothSides() throws Exception {
        Duration longer = Duration.ofSeconds(30);
        try (ScriptedServer server = echo();
                DataPath path =
                        DataPath.of(
                                TestConfigs.frontend(
                                        FrontendConfig.Mode.TCP,
                                        new FrontendConfig.Timeouts(
                                                longer, longer, Duration.ofMillis(150), longer),
                                        FrontendConfig.Limits.DEFAULTS),
                                TestConfigs.backend(
                                        List.of(server.address()),
                                        BackendConfig.Timeouts.DEFAULTS));
                DataPath.Client client = path.client()) {
            client.send("x");
            client.in.read();
            assertThat(client.ended()).isTrue();
            Await.until("the server is left", () -> server.closed.get() == 1);
        }
    }
}
