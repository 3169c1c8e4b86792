package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import proa.config.ClusterConfig;
import proa.testing.Patience;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

@Timeout(60)
class TunnelsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path nothing;

    private static boolean takes(InetSocketAddress port) {
        try (Socket socket = new Socket()) {
            socket.connect(port);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static ClusterConfig with(ClusterConfig cluster, int enginePort) {
        ClusterConfig.Ports ports = cluster.ports();
        return new ClusterConfig(
                cluster.name(),
                cluster.timing(),
                cluster.nodes(),
                cluster.tls(),
                new ClusterConfig.Ports(
                        ports.members(), ports.sessions(), enginePort, ports.mesh()),
                cluster.ownership());
    }

    @Test
    void aDoorwayWhosePortWasTakenIsOpenedWhenItIsFree() throws Exception {
        try (RaftTrio trio = new RaftTrio(nothing)) {
            ClusterConfig.Node peer = trio.config.cluster().node("lb2").orElseThrow();
            ServerSocket taken = new ServerSocket();
            taken.bind(new InetSocketAddress(EngineConfig.loopback(peer), 0));
            ClusterConfig cluster = with(trio.config.cluster(), taken.getLocalPort());
            InetSocketAddress port = EngineConfig.address(cluster, peer);
            try (Tunnels tunnels =
                    Tunnels.begun(cluster, cluster.node("lb1").orElseThrow(), Optional.empty())) {
                tunnels.admit(Set.of("lb1", "lb2"));
                taken.close();
                Patience patience = new Patience(PATIENCE);
                while (!takes(port)) {
                    assertThat(patience.isOver()).isFalse();
                    LockSupport.parkNanos(10_000_000);
                }
            }
        }
    }
}
