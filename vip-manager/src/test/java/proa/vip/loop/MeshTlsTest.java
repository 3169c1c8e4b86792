package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.ClusterConfig;
import proa.config.Timing;
import proa.config.tls.ClusterAuthority;
import proa.config.tls.ClusterAuthority.Issued;
import proa.config.tls.MemberTls;
import proa.config.tls.PemFiles;
import proa.testing.Patience;
import proa.testing.Ports;
import proa.vip.mesh.Mesh;
import proa.vip.mesh.MeshEvent;
import proa.vip.mesh.MeshSettings;
import proa.vip.message.MeshMessage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Certificates and their authority are replaced under two vipds that go on. */
class MeshTlsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final MeshMessage ALIVE = new MeshMessage.Ask("web", 1);

    @TempDir private Path folder;
    private final List<Mesh> meshes = new ArrayList<>();
    private final List<Thread> watching = new ArrayList<>();

    @AfterEach
    void close() {
        meshes.forEach(Mesh::close);
        watching.forEach(Thread::interrupt);
    }

    private static InetAddress address(int id) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (140 + id)});
    }

    private static Issued authority() throws Exception {
        return ClusterAuthority.create("c", Instant.now(), RANDOM);
    }

    private ClusterConfig cluster(String node) throws IOException {
        return new ClusterConfig(
                "c",
                Timing.LAB,
                List.of(
                        new ClusterConfig.Node("one", 1, List.of(address(1))),
                        new ClusterConfig.Node("two", 2, List.of(address(2)))),
                Optional.of(
                        new ClusterConfig.TlsFiles(
                                folder.resolve(node + ".pem"),
                                folder.resolve(node + ".key"),
                                List.of(folder.resolve(node + "-ca.pem")))),
                ClusterConfig.Ports.DEFAULTS,
                ClusterConfig.Ownership.BIND);
    }

    /** Writes a node's files, and has whoever watches look at once. */
    private void write(String node, Issued signer, Issued... trusted) throws Exception {
        ByteArrayOutputStream authorities = new ByteArrayOutputStream();
        for (Issued each : trusted) {
            authorities.write(each.certificate());
        }
        Issued issued =
                ClusterAuthority.of(signer.certificate(), signer.key())
                        .issue(
                                node,
                                List.of(address(1), address(2)),
                                Instant.now(),
                                Duration.ofDays(90),
                                RANDOM);
        Files.write(folder.resolve(node + "-ca.pem"), authorities.toByteArray());
        Files.write(folder.resolve(node + ".key"), issued.key());
        Files.write(folder.resolve(node + ".pem"), issued.certificate());
    }

    private BigInteger written(String node) throws Exception {
        return PemFiles.certificates(Files.readAllBytes(folder.resolve(node + ".pem")))
                .getFirst()
                .getSerialNumber();
    }

    private MeshTls watched(String node) throws Exception {
        MeshTls tls = MeshTls.begin(cluster(node), node);
        assertThat(tls.check()).isEmpty();
        Journal journal = new Journal();
        watching.add(Thread.ofPlatform().daemon().start(() -> tls.watch(journal)));
        return tls;
    }

    private Mesh mesh(String node, int id, int port, SSLContext tls) throws Exception {
        MeshSettings.Peer peer =
                id == 1
                        ? new MeshSettings.Peer("two", 2, address(2))
                        : new MeshSettings.Peer("one", 1, address(1));
        Mesh mesh =
                Mesh.listen(
                        new MeshSettings(
                                new MeshMessage.Hello(node, id, "c", List.of()),
                                address(id),
                                port,
                                List.of(peer),
                                Optional.of(tls),
                                MemberTls::nodeName));
        meshes.add(mesh);
        return mesh;
    }

    /** The certificate that a mesh shows to somebody new. */
    private static BigInteger shown(int id, int port, SSLContext tls) throws IOException {
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(address(id), port));
            plain.setSoTimeout((int) PATIENCE.toMillis());
            SSLSocket socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(plain, null, port, true);
            socket.setUseClientMode(true);
            socket.startHandshake();
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSerialNumber();
        }
    }

    /** Has the watchers look until that is so; who says nothing for long is taken for dead. */
    private void awaitShown(int id, int port, SSLContext tls, BigInteger wanted)
            throws IOException {
        Patience patience = new Patience(PATIENCE);
        while (!shown(id, port, tls).equals(wanted)) {
            assertThat(patience.isOver()).as("not in time").isFalse();
            watching.forEach(LockSupport::unpark);
            meshes.forEach(mesh -> mesh.say("", ALIVE));
        }
    }

    private static <T extends MeshEvent> void next(BlockingQueue<MeshEvent> heard, Class<T> kind)
            throws InterruptedException {
        MeshEvent event = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        while (event != null && !kind.isInstance(event)) {
            event = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(event).as(kind.getSimpleName()).isNotNull();
    }

    private static SSLContext asker(Issued signer, Issued... trusted) throws Exception {
        Issued issued =
                ClusterAuthority.of(signer.certificate(), signer.key())
                        .issue(
                                "two",
                                List.of(address(2)),
                                Instant.now(),
                                Duration.ofDays(90),
                                RANDOM);
        return MemberTls.context(
                issued.certificate(),
                issued.key(),
                List.of(trusted).stream().map(Issued::certificate).toList());
    }

    @Test
    void anAuthorityIsReplacedUnderAMeshThatGoesOn() throws Exception {
        Issued old = authority();
        Issued next = authority();
        int port = Ports.free();
        write("one", old, old);
        write("two", old, old);
        BlockingQueue<MeshEvent> heardByOne = new LinkedBlockingQueue<>();
        BlockingQueue<MeshEvent> heardByTwo = new LinkedBlockingQueue<>();
        Mesh two = mesh("two", 2, port, watched("two").await().orElseThrow());
        Mesh one = mesh("one", 1, port, watched("one").await().orElseThrow());
        two.start(heardByTwo::add);
        one.start(heardByOne::add);
        next(heardByOne, MeshEvent.PeerUp.class);
        next(heardByTwo, MeshEvent.PeerUp.class);

        SSLContext asker = asker(old, old, next);
        write("one", old, old, next);
        write("two", old, old, next);
        awaitShown(1, port, asker, written("one"));
        awaitShown(2, port, asker, written("two"));
        write("one", next, old, next);
        write("two", next, old, next);
        awaitShown(1, port, asker, written("one"));
        awaitShown(2, port, asker, written("two"));
        SSLContext newAsker = asker(next, next);
        write("one", next, next);
        write("two", next, next);
        awaitShown(1, port, newAsker, written("one"));
        awaitShown(2, port, newAsker, written("two"));

        MeshMessage said = new MeshMessage.Release("web", 7, "one", "because");
        two.say("one", said);
        MeshEvent event = heardByOne.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        while (!(event instanceof MeshEvent.PeerSaid heard && heard.message().equals(said))) {
            assertThat(event)
                    .as("the connection of before went on")
                    .isNotNull()
                    .isNotInstanceOf(MeshEvent.PeerDown.class);
            event = heardByOne.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        two.close();
        next(heardByOne, MeshEvent.PeerDown.class);
        mesh("two", 2, port, newAsker).start(heardByTwo::add);
        next(heardByOne, MeshEvent.PeerUp.class);
    }

    @Test
    void filesOfAnotherNodeAreRefusedAtTheStart() throws Exception {
        Issued old = authority();
        write("two", old, old);
        MeshTls tls = MeshTls.begin(cluster("two"), "one");
        assertThatThrownBy(tls::await)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("is of node 'two', this is 'one'");
        assertThat(tls.check().orElseThrow().exitCode()).isEqualTo(Refusal.WRONG_INPUT);
    }

    /** The kernel opens a process's memory and then fails to read its first page. */
    @Test
    void filesThatCannotBeReadNowMayBeReadAtTheNextStart() throws Exception {
        write("two", authority());
        Files.delete(folder.resolve("two.key"));
        Files.createSymbolicLink(folder.resolve("two.key"), Path.of("/proc/self/mem"));
        MeshTls tls = MeshTls.begin(cluster("two"), "two");
        assertThatThrownBy(tls::await)
                .isInstanceOfSatisfying(
                        Refusal.class,
                        passing -> assertThat(passing.exitCode()).isNotEqualTo(Refusal.WRONG_INPUT))
                .hasMessage(folder.resolve("two.key") + ": Input/output error");
    }
}
