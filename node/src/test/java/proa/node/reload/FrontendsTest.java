package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.config.ClusterConfig.Ownership;
import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.node.Await;
import proa.node.listener.EventLoops;
import proa.node.listener.Listener;
import proa.node.listener.Listeners;
import proa.node.listener.Transport;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.tcp.TcpProtocol;

import java.net.Socket;
import java.util.List;

/** What becomes of listeners and their connections when a group that they are bound by is lost. */
class FrontendsTest {

    private static final int PATIENCE_MILLIS = 60_000;

    private final EventLoops loops = EventLoops.start(Transport.best(), 1);
    private final Listeners listeners = new Listeners(loops);
    private ScriptedServer server;
    private Frontends frontends;

    @BeforeEach
    void owned() throws Exception {
        server = new ScriptedServer(peer -> peer.in.transferTo(peer.out));
        ProaConfig config = TestConfig.floating(Ownership.BIND, 0, List.of(server.address()));
        frontends = new Frontends(config, listeners);
        FrontendConfig http = config.frontends().getFirst();
        FixedTraffic traffic = new FixedTraffic(TestConfigs.backend(List.of(server.address())));
        frontends.open(http, new TcpProtocol(http, () -> traffic));
        frontends.own("web", true, false);
        Await.until("it is bound", () -> !frontends.open().isEmpty());
    }

    @AfterEach
    void close() throws Exception {
        frontends.close();
        listeners.close();
        loops.close();
        server.close();
    }

    /** A connection that reaches the server and would go on. */
    private Socket talking() throws Exception {
        Listener open = frontends.open().get("http");
        Socket client = new Socket(open.address().getAddress(), open.address().getPort());
        client.setSoTimeout(PATIENCE_MILLIS);
        client.getOutputStream().write('a');
        assertThat(client.getInputStream().read()).isEqualTo('a');
        return client;
    }

    @Test
    void whatWasLostIsClosedAndForgottenAlsoIfTheGroupComesBackAtOnce() throws Exception {
        try (Socket before = talking()) {
            frontends.own("web", false, false);
            frontends.own("web", true, false);
            Await.until("the first is forgotten", () -> server.closed.get() == 1);
            assertThat(before.getInputStream().read()).isEqualTo(-1);
            Await.until("one is there", () -> !frontends.open().isEmpty());
            assertThat(listeners.all()).containsExactlyElementsOf(frontends.open().values());
            try (Socket now = talking()) {
                assertThat(now.isConnected()).isTrue();
            }
        }
    }

    @Test
    void connectionsThatGoOnBehindAPlannedMoveAreCountedUntilTheyEnd() throws Exception {
        try (Socket client = talking()) {
            frontends.own("web", false, true);
            Await.until("it is no longer bound", () -> frontends.open().isEmpty());
            assertThat(frontends.connectionsOf("web")).isEqualTo(1);
            assertThat(frontends.connections()).isEqualTo(1);
            assertThat(frontends.connectionsOf("other")).isZero();
            client.getOutputStream().write('b');
            assertThat(client.getInputStream().read()).isEqualTo('b');
            frontends.own("web", false, false);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            Await.until("nothing is left", () -> listeners.all().isEmpty());
            assertThat(frontends.connectionsOf("web")).isZero();
        }
    }
}
