package proa.vip.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.config.tls.ClusterAuthority;
import proa.config.tls.MemberTls;
import proa.testing.Ports;
import proa.vip.message.MeshCodec;
import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Event;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A mesh and peers or strangers that read nothing, say little, send rubbish, or break it. */
final class HardPeersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final MeshMessage BIG =
            new MeshMessage.Release("web", 7, "one", "y".repeat(3_000));

    /** The start of a TLS record of 16,000 bytes. */
    private static final byte[] RECORD_START = {22, 3, 3, 62, (byte) 128};

    private static ClusterAuthority authority;
    private static byte[] root;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final BlockingQueue<MeshEvent> heardByOne = new LinkedBlockingQueue<>();
    private final BlockingQueue<MeshEvent> heardByTwo = new LinkedBlockingQueue<>();
    private int port;

    @BeforeAll
    static void makeAuthority() throws Exception {
        ClusterAuthority.Issued issued = ClusterAuthority.create("c", Instant.now(), RANDOM);
        authority = ClusterAuthority.of(issued.certificate(), issued.key());
        root = issued.certificate();
    }

    @BeforeEach
    void choosePort() throws IOException {
        port = Ports.free();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : opened) {
            closeable.close();
        }
    }

    private static InetAddress address(int id) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (120 + id)});
    }

    private Mesh one(Function<X509Certificate, String> nodeName) throws Exception {
        return mesh("one", 1, new MeshSettings.Peer("two", 2, address(2)), nodeName);
    }

    private Mesh two(Function<X509Certificate, String> nodeName) throws Exception {
        return mesh("two", 2, new MeshSettings.Peer("one", 1, address(1)), nodeName);
    }

    private Mesh mesh(
            String node, int id, MeshSettings.Peer peer, Function<X509Certificate, String> nodeName)
            throws Exception {
        MeshSettings settings =
                new MeshSettings(
                        new MeshMessage.Hello(node, id, "c", List.of()),
                        address(id),
                        port,
                        List.of(peer),
                        Optional.of(context(node)),
                        nodeName);
        Mesh mesh = Mesh.listen(settings);
        opened.add(mesh);
        return mesh;
    }

    private static SSLContext context(String node) throws Exception {
        ClusterAuthority.Issued issued =
                authority.issue(
                        node,
                        List.of(address(1), address(2)),
                        Instant.now(),
                        Duration.ofDays(1),
                        RANDOM);
        return MemberTls.context(issued.certificate(), issued.key(), List.of(root));
    }

    private Socket stranger() throws IOException {
        Socket socket = new Socket();
        opened.add(socket);
        socket.bind(new InetSocketAddress(address(1), 0));
        socket.connect(new InetSocketAddress(address(2), port));
        return socket;
    }

    /** A member {@code one} by hand: both have greeted. */
    private SSLSocket greeted() throws Exception {
        Socket plain = new Socket();
        plain.setReceiveBufferSize(4_096);
        plain.bind(new InetSocketAddress(address(1), 0));
        plain.connect(new InetSocketAddress(address(2), port));
        SSLSocket peer =
                (SSLSocket)
                        context("one").getSocketFactory().createSocket(plain, "two", port, true);
        opened.add(plain);
        peer.getOutputStream()
                .write(MeshCodec.encode(new MeshMessage.Hello("one", 1, "c", List.of())));
        MeshCodec codec = new MeshCodec();
        assertThat(next(peer, codec)).isInstanceOf(MeshMessage.Hello.class);
        return peer;
    }

    private static MeshMessage next(Socket from, MeshCodec codec) throws IOException {
        byte[] arrived = new byte[512];
        MeshMessage message = codec.next();
        while (message == null) {
            int count = from.getInputStream().read(arrived);
            assertThat(count).isPositive();
            codec.feed(ByteBuffer.wrap(arrived, 0, count));
            message = codec.next();
        }
        return message;
    }

    private static <T extends MeshEvent> T next(BlockingQueue<MeshEvent> heard, Class<T> kind)
            throws InterruptedException {
        while (true) {
            MeshEvent event = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(event).as("a " + kind.getSimpleName()).isNotNull();
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }

    @Test
    void aPeerThatReadsNothingIsCutOffWithoutWaitingForIt() throws Exception {
        Mesh two = two(MemberTls::nodeName);
        two.start(heardByTwo::add);
        greeted();
        next(heardByTwo, MeshEvent.PeerUp.class);
        // 2.7 MB: more than the windows hold, so the writer waits; not more than the queue.
        for (int message = 0; message < 900; message++) {
            two.say("one", BIG);
        }
        CompletableFuture<Void> flood =
                CompletableFuture.runAsync(
                        () -> {
                            while (two.connected("one")) {
                                two.say("one", BIG);
                            }
                        });
        MeshEvent.PeerDown down = next(heardByTwo, MeshEvent.PeerDown.class);
        assertThat(down.how()).isEqualTo(Event.Ending.BROKEN);
        flood.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void theEndOfAConnectionIsToldBeforeItIsTakenDown() throws Exception {
        Mesh two = two(MemberTls::nodeName);
        CompletableFuture<SSLSocket> peer = new CompletableFuture<>();
        CompletableFuture<Boolean> openWhenTold = new CompletableFuture<>();
        Consumer<MeshEvent> looking =
                event -> {
                    heardByTwo.add(event);
                    if (event instanceof MeshEvent.PeerDown) {
                        openWhenTold.complete(isOpen(peer.join()));
                    }
                };
        two.start(looking);
        peer.complete(greeted());
        next(heardByTwo, MeshEvent.PeerUp.class);
        peer.join()
                .getOutputStream()
                .write("this is not a frame".repeat(9).getBytes(StandardCharsets.US_ASCII));
        assertThat(openWhenTold.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private static boolean isOpen(Socket socket) {
        try {
            socket.setSoTimeout(50);
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException _) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void aPlannedGoodbyeEndsTheSecuredStreamTooAndWaitsForThePeer() throws Exception {
        Mesh two = two(MemberTls::nodeName);
        two.start(heardByTwo::add);
        SSLSocket peer = greeted();
        next(heardByTwo, MeshEvent.PeerUp.class);
        CompletableFuture<Void> leaving = CompletableFuture.runAsync(two::leave);
        assertThat(next(peer, new MeshCodec())).isInstanceOf(MeshMessage.Leaving.class);
        assertThat(peer.getInputStream().read())
                .as("an exception without close_notify")
                .isNegative();
        leaving.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aVipdWithTooManyStrangersIsNotDead() throws Exception {
        two(MemberTls::nodeName).start(heardByTwo::add);
        for (int stranger = 0; stranger < 8; stranger++) {
            stranger();
        }
        Mesh one = one(MemberTls::nodeName);
        one.start(heardByOne::add);
        // Asked anew: an inquiry may be over after one verdict, if its thread comes late.
        Event.Verdict first = Event.Verdict.UNKNOWN;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (first == Event.Verdict.UNKNOWN && System.nanoTime() - deadline < 0) {
            one.confirm("two");
            first = next(heardByOne, MeshEvent.Confirmed.class).verdict();
        }
        assertThat(first).isEqualTo(Event.Verdict.ALIVE);
    }

    @Test
    void aStrangerThatSaysLittleNowAndThenIsSentAwayAllTheSame() throws Exception {
        two(MemberTls::nodeName).start(heardByTwo::add);
        Socket stranger = stranger();
        stranger.getOutputStream().write(RECORD_START);
        stranger.setSoTimeout(200);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        assertThat(saysLittleUntil(stranger, deadline)).isTrue();
    }

    /** Whether the connection ended before the deadline. */
    private static boolean saysLittleUntil(Socket stranger, long deadline) {
        try {
            while (System.nanoTime() - deadline < 0) {
                stranger.getOutputStream().write(1);
                try {
                    if (stranger.getInputStream().read() < 0) {
                        return true;
                    }
                } catch (SocketTimeoutException _) {
                    // Still there: the next byte.
                }
            }
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /** Breaks the first time, as a virtual machine may. */
    private static Function<X509Certificate, String> breaksOnce() {
        AtomicBoolean broken = new AtomicBoolean();
        return certificate -> {
            if (!broken.getAndSet(true)) {
                throw new InternalError("broken once");
            }
            return MemberTls.nodeName(certificate);
        };
    }

    @Test
    void anErrorInTheThreadThatDialsIsToldAndItDialsAgain() throws Exception {
        two(MemberTls::nodeName).start(heardByTwo::add);
        one(breaksOnce()).start(heardByOne::add);
        assertThat(next(heardByOne, MeshEvent.Refused.class).why()).contains("broken once");
        assertThat(next(heardByOne, MeshEvent.PeerUp.class).node()).isEqualTo("two");
    }

    @Test
    void anErrorInAThreadThatGreetsIsToldAndEndsThatConnection() throws Exception {
        two(breaksOnce()).start(heardByTwo::add);
        one(MemberTls::nodeName).start(heardByOne::add);
        assertThat(next(heardByTwo, MeshEvent.Refused.class).why()).contains("broken once");
        assertThat(next(heardByTwo, MeshEvent.PeerUp.class).node()).isEqualTo("one");
    }

    @Test
    void anErrorInTheThreadThatReadsIsTheEndOfThatConnection() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        Consumer<MeshEvent> breaking =
                event -> {
                    heardByTwo.add(event);
                    if (event instanceof MeshEvent.PeerSaid && !broken.getAndSet(true)) {
                        throw new InternalError("broken once");
                    }
                };
        two(MemberTls::nodeName).start(breaking);
        Mesh one = one(MemberTls::nodeName);
        one.start(heardByOne::add);
        next(heardByOne, MeshEvent.PeerUp.class);
        one.say("two", BIG);
        assertThat(next(heardByTwo, MeshEvent.PeerDown.class).why()).contains("broken once");
        assertThat(next(heardByTwo, MeshEvent.PeerUp.class).node()).isEqualTo("one");
    }
}
