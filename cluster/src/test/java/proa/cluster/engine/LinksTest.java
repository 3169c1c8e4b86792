package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.member.Certificates;
import proa.cluster.member.RenewedMember;
import proa.cluster.transport.BlockedWriter;
import proa.cluster.transport.TrustsAnybody;
import proa.config.ClusterConfig;
import proa.config.tls.ClusterAuthority.Issued;
import proa.config.tls.MemberTls;

import java.io.Closeable;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** The tunnels of lb1, from its engine's end to the gate of lb2, which is the test. */
class LinksTest {

    private static final int TIMEOUT_MILLIS = 60_000;
    private static final byte[] HELLO = {'h', 'i'};

    /** More than may be half-made at once: each has to give its place back. */
    private static final int STRANGERS = 80;

    private static final int BACKLOG = 5;
    private static final int ALERT_BYTES_MAX = 7;

    @TempDir private Path folder;
    private final List<Closeable> opened = new ArrayList<>();
    private final LogLines log = LogLines.of(Links.class);
    private ServerSocket gate;
    private ServerSocket own;
    private ServerSocket ownEngine;
    private int arrivedFrom;
    private ClusterConfig cluster;
    private ClusterConfig.Node lb1;
    private ClusterConfig.Node lb2;
    private Links links;

    @BeforeEach
    void open() throws Exception {
        ClusterConfig base = TestCluster.config(2, "links", 1).cluster();
        lb1 = base.nodes().getFirst();
        lb2 = base.nodes().getLast();
        gate = keep(new ServerSocket(0, BACKLOG, lb2.address()));
        gate.setSoTimeout(TIMEOUT_MILLIS);
        own = keep(new ServerSocket(0, BACKLOG, lb1.address()));
        ownEngine = keep(new ServerSocket(0, BACKLOG, EngineConfig.loopback(lb1)));
        ownEngine.setSoTimeout(TIMEOUT_MILLIS);
        cluster =
                new ClusterConfig(
                        base.name(),
                        base.timing(),
                        base.nodes(),
                        base.tls(),
                        new ClusterConfig.Ports(
                                1, gate.getLocalPort(), ownEngine.getLocalPort(), 4),
                        base.ownership());
        links = links(Certificates.OF_MEMBERS.get("lb1"));
    }

    private Links links(SSLContext tls) {
        Links made = new Links(cluster, lb1, Optional.of(tls));
        made.admit(Set.of("lb1", "lb2"));
        return made;
    }

    @AfterEach
    void close() throws IOException {
        log.close();
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

    /** The gate's end, with this member's certificate, which to make takes part of its time. */
    private SSLSocket accepted(String name) throws IOException {
        return accepted(Certificates.OF_MEMBERS.get(name));
    }

    private SSLSocket accepted(SSLContext tls) throws IOException {
        Socket plain = keep(gate.accept());
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true);
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

    /** Somebody connects to lb1's own gate. */
    private Socket arrives() throws IOException {
        Socket stranger = keep(new Socket(own.getInetAddress(), own.getLocalPort()));
        arrivedFrom = stranger.getLocalPort();
        stranger.setSoTimeout(TIMEOUT_MILLIS);
        links.inward(own.accept());
        return stranger;
    }

    /** A handshake at lb1's own gate. */
    private SSLSocket arrives(SSLContext tls) throws IOException {
        Socket plain = arrives();
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true);
        socket.setUseClientMode(true);
        socket.setEnabledProtocols(new String[] {MemberTls.PROTOCOL});
        socket.startHandshake();
        return socket;
    }

    private static BigInteger serial(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }

    private static void pass(Socket from, Socket to) throws IOException {
        from.getOutputStream().write(HELLO);
        assertThat(to.getInputStream().readNBytes(2)).isEqualTo(HELLO);
    }

    /** What runs goes on, and a member that comes afterwards gets in. */
    private void refuses(String reason, Stranger stranger) throws Exception {
        SSLSocket member = arrives(Certificates.named("lb2"));
        Socket engine = keep(ownEngine.accept());
        pass(member, engine);
        Socket refused = stranger.comes();
        assertThat(turnedAway(refused)).isTrue();
        log.await("sessions: refused /127.0.0.1:" + arrivedFrom + ": " + reason);
        pass(engine, member);
        SSLSocket next = arrives(Certificates.named("lb2"));
        pass(next, keep(ownEngine.accept()));
    }

    /** It hears one alert at most, and then the end. */
    private static boolean turnedAway(Socket stranger) {
        try {
            return stranger.getInputStream().readAllBytes().length <= ALERT_BYTES_MAX;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private interface Stranger {
        Socket comes() throws Exception;
    }

    private Socket says(byte... bytes) throws IOException {
        Socket stranger = arrives();
        stranger.getOutputStream().write(bytes);
        return stranger;
    }

    @Test
    void randomBytesEndTheirOwnConnectionOnly() throws Exception {
        byte[] garbage = new byte[4096];
        new Random(7).nextBytes(garbage);
        garbage[0] = 'G'; // no record of TLS begins so
        refuses("Unsupported or unrecognized SSL message", () -> says(garbage));
    }

    @Test
    void aRecordThatSaysItIsLongerThanAnyEndsItsOwnConnectionOnly() throws Exception {
        byte handshake = 22;
        byte most = (byte) 0xff;
        refuses(
                "Bad input record size",
                () -> says(handshake, (byte) 3, (byte) 3, most, most, (byte) 1));
    }

    @Test
    void aClientWithoutACertificateIsRefusedWithTheReason() throws Exception {
        SSLContext nobody = SSLContext.getInstance(MemberTls.PROTOCOL);
        nobody.init(null, new TrustManager[] {new TrustsAnybody()}, new SecureRandom());
        refuses("(certificate_required) Empty client certificate chain", () -> arrives(nobody));
    }

    @Test
    void strangersGiveTheirPlacesBack() throws Exception {
        for (int n = 0; n < STRANGERS; n++) {
            Socket stranger = says((byte) 'G', (byte) 'E', (byte) 'T', (byte) ' ', (byte) '/');
            assertThat(turnedAway(stranger)).isTrue();
        }
        SSLSocket member = arrives(Certificates.named("lb2"));
        pass(member, keep(ownEngine.accept()));
    }

    @Test
    void strangersWhoTakeTheirTimeKeepNeitherThisMembersTunnelsNorOthersOut() throws Exception {
        for (int n = 0; n < STRANGERS; n++) {
            says((byte) 22, (byte) 3, (byte) 1, (byte) 64, (byte) 0, (byte) 1);
        }
        Socket engine = engine();
        pass(engine, accepted("lb2"));
        SSLSocket member = arrives(Certificates.named("lb2"));
        pass(member, keep(ownEngine.accept()));
    }

    @Test
    void aNewCertificateIsShownByNewTunnelsAndOldOnesGoOn() throws Exception {
        Issued old = RenewedMember.authority();
        Issued next = RenewedMember.authority();
        RenewedMember files = new RenewedMember(folder, "lb1", old);
        RenewedMember peer = new RenewedMember(folder, "lb2", old);
        links = links(files.identity().context());
        Socket engine = engine();
        SSLSocket running = accepted(peer.identity().context());
        pass(engine, running);

        peer.renew(next, old, next);
        files.renew(old, old, next);
        files.renew(next, old, next);
        peer.renew(next, next);
        files.renew(next, next);

        pass(running, engine);
        Socket another = engine();
        SSLSocket fresh = accepted(peer.identity().context());
        pass(another, fresh);
        assertThat(serial(fresh))
                .isEqualTo(files.identity().certificate().getSerialNumber())
                .isNotEqualTo(serial(running));
        SSLSocket arrived = arrives(peer.identity().context());
        pass(arrived, keep(ownEngine.accept()));
        assertThat(serial(arrived)).isEqualTo(serial(fresh));
        peer.renew(old, old, next);
        assertThat(refused(peer.identity().context())).isTrue();
        pass(engine, running);
    }

    /**
     * Whether it does not get in; it may hear of that before its own part of the handshake ends.
     */
    private boolean refused(SSLContext tls) {
        try {
            return turnedAway(arrives(tls));
        } catch (IOException endedMeanwhile) {
            return true;
        }
    }
}
