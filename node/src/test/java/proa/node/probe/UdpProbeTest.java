package proa.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.ScriptStep;
import proa.node.Await;
import proa.node.health.CheckMachine.Event;
import proa.testing.Ports;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Probes by datagrams of a server that answers every question, or none. */
class UdpProbeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private DatagramSocket server;
    private Thread answering;
    private volatile String answer = "pong";
    private volatile String asked = "";

    @BeforeEach
    void serve() throws IOException {
        server = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        answering = Thread.ofPlatform().daemon().start(this::answer);
    }

    @AfterEach
    void close() {
        server.close();
        Await.endOf(answering);
    }

    private void answer() {
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        while (!server.isClosed()) {
            try {
                server.receive(packet);
                asked = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
                byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
                if (bytes.length > 0) {
                    server.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                }
            } catch (IOException _) {
                // Closed.
            }
        }
    }

    private Event probe(Duration timeout) {
        Probe probe =
                new Probe.Udp(List.of(new ScriptStep.Send("ping"), new ScriptStep.Await("pong")));
        Check check = new Check(probe, PATIENCE, timeout, 3, 2);
        InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
        return new Prober(address, check, ProxyProtocol.V1, null).probe().event();
    }

    @Test
    void aServerThatAnswersIsUp() {
        assertThat(probe(PATIENCE)).isInstanceOf(Event.Passed.class);
        assertThat(asked).as("without a PROXY header").isEqualTo("ping");
    }

    @Test
    void aServerThatIsSilentOrAnswersOtherwiseFailsAtTheTimeout() {
        for (String other : List.of("", "ping")) {
            answer = other;
            assertThat(probe(Duration.ofMillis(100)))
                    .isEqualTo(new Event.Failed("no answer within 100 ms"));
        }
    }

    @Test
    void whereNobodyListensTheKernelSaysSo() {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free());
        Probe probe =
                new Probe.Udp(List.of(new ScriptStep.Send("ping"), new ScriptStep.Await("pong")));
        Check check = new Check(probe, PATIENCE, PATIENCE, 3, 2);
        assertThat(new Prober(address, check, ProxyProtocol.OFF, null).probe().event())
                .isEqualTo(new Event.Failed("nobody listens there"));
    }
}
