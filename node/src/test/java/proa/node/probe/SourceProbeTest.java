package proa.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.ScriptStep;
import proa.config.Sources;
import proa.node.balance.SourceTurn;
import proa.node.health.CheckMachine.Event;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Checks come from the addresses that the traffic comes from. */
class SourceProbeTest {

    private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();

    private static Prober prober(Probe probe, int port, String... sources) {
        Check check = new Check(probe, Duration.ofSeconds(10), Duration.ofSeconds(10), 1, 1);
        Sources from = new Sources(Stream.of(sources).map(InetAddress::ofLiteral).toList());
        return new Prober(
                new InetSocketAddress(LOCAL, port),
                SourceTurn.of(from, LOCAL),
                check,
                ProxyProtocol.OFF,
                null);
    }

    @Test
    void addressesAreTakenInTurn() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 8, LOCAL)) {
            Prober prober =
                    prober(new Probe.Tcp(), server.getLocalPort(), "127.0.0.2", "::1", "127.0.0.3");
            for (String expected : List.of("127.0.0.2", "127.0.0.3", "127.0.0.2")) {
                assertThat(prober.probe().event()).isInstanceOf(Event.Passed.class);
                try (Socket accepted = server.accept()) {
                    assertThat(accepted.getInetAddress().getHostAddress()).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void datagramsToo() throws Exception {
        try (DatagramSocket server = new DatagramSocket(0, LOCAL)) {
            Prober prober =
                    prober(
                            new Probe.Udp(List.of(new ScriptStep.Send("x"))),
                            server.getLocalPort(),
                            "127.0.0.5");
            assertThat(prober.probe().event()).isInstanceOf(Event.Passed.class);
            DatagramPacket got = new DatagramPacket(new byte[16], 16);
            server.setSoTimeout(30_000);
            server.receive(got);
            assertThat(got.getAddress().getHostAddress()).isEqualTo("127.0.0.5");
        }
    }

    @Test
    void anAddressThatIsNotHereIsNamed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 8, LOCAL)) {
            Prober prober = prober(new Probe.Tcp(), server.getLocalPort(), "192.0.2.77");
            assertThat(prober.probe().event())
                    .isInstanceOfSatisfying(
                            Event.Failed.class,
                            failed ->
                                    assertThat(failed.toString())
                                            .contains("from 192.0.2.77, the `source`: "));
        }
    }
}
