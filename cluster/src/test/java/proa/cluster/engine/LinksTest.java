package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.cluster.member.Certificates;
import proa.cluster.transport.BlockedWriter;
import proa.config.ClusterConfig;
import proa.config.tls.MemberTls;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLSocket;

/** The tunnels of lb1, from its engine's end to the gate of lb2, which is the test. */
class LinksTest {

    private static final int TIMEOUT_MILLIS = 15_000;
    private static final byte[] HELLO = {'h', 'i'};

    private final List<Closeable> opened = new ArrayList<>();
    private ServerSocket gate;
    private ClusterConfig.Node lb2;
    private Links links;

    @BeforeEach
    void open() throws Exception {
        ClusterConfig base = TestCluster.config(2, "links", 1).cluster();
        lb2 = base.nodes().getLast();
        gate = keep(new ServerSocket(0, 5, lb2.address()));
        gate.setSoTimeout(TIMEOUT_MILLIS);
        ClusterConfig cluster =
                new ClusterConfig(
                        base.name(),
                        base.timing(),
                        base.nodes(),
                        base.tls(),
                        new ClusterConfig.Ports(1, gate.getLocalPort(), 3, 4),
                        base.ownership());
        links =
                new Links(
                        cluster,
                        base.nodes().getFirst(),
                        Optional.of(Certificates.OF_MEMBERS.get("lb1")));
        links.admit(Set.of("lb1", "lb2"));
    }

    @AfterEach
    void close() throws IOException {
        links.admit(Set.of());
        for (Closeable each : opened) {
            each.close();
        }
    }

    private <T extends Closeable> T keep(T each) {
        opened.add(each);
        return each;
    }

    /** The engine's end of a tunnel to lb2 that has just been asked for. */
    private Socket engine() throws IOException {
        try (ServerSocket doorway = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket engine = keep(new Socket());
            engine.connect(new InetSocketAddress(doorway.getInetAddress(), doorway.getLocalPort()));
            engine.setSoTimeout(TIMEOUT_MILLIS);
            links.outward(doorway.accept(), lb2);
            return engine;
        }
    }

    /** The gate's end, with this member's certificate. */
    private SSLSocket accepted(String name) throws IOException {
        Socket plain = keep(gate.accept());
        SSLSocket socket =
                (SSLSocket)
                        Certificates.named(name).getSocketFactory().createSocket(plain, null, true);
        socket.setUseClientMode(false);
        socket.setSSLParameters(MemberTls.parameters());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.startHandshake();
        return socket;
    }

    private static boolean ended(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void bytesPassBothWays() throws Exception {
        Socket engine = engine();
        SSLSocket peer = accepted("lb2");
        engine.getOutputStream().write(HELLO);
        assertThat(peer.getInputStream().readNBytes(2)).isEqualTo(HELLO);
        peer.getOutputStream().write(HELLO);
        assertThat(engine.getInputStream().readNBytes(2)).isEqualTo(HELLO);
    }

    @Test
    void anotherMemberAtThePeersAddressGetsNothing() throws Exception {
        Socket engine = engine();
        SSLSocket stranger = accepted("lb3");
        engine.getOutputStream().write(HELLO);
        assertThat(ended(stranger)).isTrue();
        assertThat(ended(engine)).isTrue();
    }

    @Test
    void whoeverLeavesTheViewIsCutAtOnceAlthoughItReadsNoMore() throws Exception {
        Socket engine = engine();
        SSLSocket hung = accepted("lb2");
        hung.getOutputStream().write(HELLO);
        assertThat(engine.getInputStream().readNBytes(2)).isEqualTo(HELLO);
        FutureTask<Long> writer = BlockedWriter.on(engine);

        FutureTask<Boolean> cut =
                new FutureTask<>(
                        () -> {
                            links.admit(Set.of("lb1"));
                            return true;
                        });
        Thread.ofPlatform().daemon().start(cut);
        assertThat(cut.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(writer.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isPositive();
    }
}
