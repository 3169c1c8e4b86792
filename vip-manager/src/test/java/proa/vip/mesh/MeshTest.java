package proa.vip.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import proa.config.tls.ClusterAuthority;
import proa.config.tls.MemberTls;
import proa.testing.Patience;
import proa.testing.Ports;
import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Event;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import javax.net.ssl.SSLContext;

/** Two meshes over loopback, with mutual TLS. */
final class MeshTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SecureRandom RANDOM = new SecureRandom();

    private static ClusterAuthority authority;
    private static byte[] root;

    private final List<Mesh> opened = new ArrayList<>();
    private final BlockingQueue<MeshEvent> heardByOne = new LinkedBlockingQueue<>();
    private final BlockingQueue<MeshEvent> heardByTwo = new LinkedBlockingQueue<>();

    @BeforeAll
    static void makeAuthority() throws Exception {
        ClusterAuthority.Issued issued = ClusterAuthority.create("c", Instant.now(), RANDOM);
        authority = ClusterAuthority.of(issued.certificate(), issued.key());
        root = issued.certificate();
    }

    @AfterEach
    void close() {
        opened.forEach(Mesh::close);
    }

    private Mesh listen(String node, int id, String certificate, int port) throws Exception {
        List<MeshSettings.Peer> peers =
                List.of(
                        id == 1
                                ? new MeshSettings.Peer("two", 2, address(2))
                                : new MeshSettings.Peer("one", 1, address(1)));
        MeshSettings settings =
                new MeshSettings(
                        new MeshMessage.Hello(node, id, "c", List.of()),
                        address(id),
                        port,
                        peers,
                        Optional.of(context(certificate)),
                        MemberTls::nodeName);
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

    private static InetAddress address(int id) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (100 + id)});
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

    private void connect(Mesh one, Mesh two) throws InterruptedException {
        two.start(heardByTwo::add);
        one.start(heardByOne::add);
        assertThat(next(heardByOne, MeshEvent.PeerUp.class).node()).isEqualTo("two");
        assertThat(next(heardByTwo, MeshEvent.PeerUp.class).node()).isEqualTo("one");
    }

    /**
     * Asks until the answer is that. A busy machine may not give the answer within the milliseconds
     * a confirmation has, and the kernel keeps a listener until the thread that accepts on it has
     * noticed the end; the death of a process does not wait for that.
     */
    private void awaitConfirmed(Mesh mesh, Event.Verdict verdict) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Event.Verdict heard;
        do {
            mesh.confirm("two");
            heard = next(heardByOne, MeshEvent.Confirmed.class).verdict();
        } while (heard != verdict && System.nanoTime() - deadline < 0);
        assertThat(heard).isEqualTo(verdict);
    }

    @Test
    void whatOneSaysTheOtherHears() throws Exception {
        int port = Ports.free();
        Mesh one = listen("one", 1, "one", port);
        Mesh two = listen("two", 2, "two", port);
        connect(one, two);
        MeshMessage said = new MeshMessage.Release("web", 7, "one", "because");
        two.say("one", said);
        assertThat(next(heardByOne, MeshEvent.PeerSaid.class).message()).isEqualTo(said);
    }

    @Test
    void anEndWithoutGoodbyeIsACrashAndTheListenerIsGoneToo() throws Exception {
        int port = Ports.free();
        Mesh one = listen("one", 1, "one", port);
        Mesh two = listen("two", 2, "two", port);
        connect(one, two);
        two.close();
        assertThat(next(heardByOne, MeshEvent.PeerDown.class).how()).isEqualTo(Event.Ending.BROKEN);
        awaitConfirmed(one, Event.Verdict.DEAD);
    }

    @Test
    void thePortIsFreeOnceItIsClosed() throws Exception {
        int port = Ports.free();
        for (int life = 0; life < 300; life++) {
            Mesh mesh = listen("one", 1, "one", port);
            mesh.start(_ -> {});
            mesh.close();
        }
    }

    @Test
    void aGoodbyeIsNoCrash() throws Exception {
        int port = Ports.free();
        Mesh one = listen("one", 1, "one", port);
        Mesh two = listen("two", 2, "two", port);
        connect(one, two);
        two.leave();
        assertThat(next(heardByOne, MeshEvent.PeerDown.class).how()).isEqualTo(Event.Ending.LEFT);
    }

    /** Or a peer that is there would count as gone for as long as its connection lasts. */
    @Test
    void theEndOfAConnectionIsToldBeforeTheBeginningOfTheNext() throws Exception {
        int port = Ports.free();
        Mesh two = listen("two", 2, "two", port);
        CountDownLatch ends = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        two.start(
                event -> {
                    if (event instanceof MeshEvent.PeerDown) {
                        ends.countDown();
                        awaitQuietly(goOn);
                    }
                    heardByTwo.add(event);
                });
        Mesh one = listen("one", 1, "one", port);
        one.start(heardByOne::add);
        assertThat(next(heardByTwo, MeshEvent.PeerUp.class).node()).isEqualTo("one");
        one.close();
        assertThat(ends.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        listen("one", 1, "one", port).start(heardByOne::add);
        Patience left = new Patience(PATIENCE);
        while (!isTold(MeshEvent.PeerUp.class) && !waitsForItsTurn()) {
            assertThat(left.isOver()).isFalse();
            Thread.onSpinWait();
        }
        assertThat(isTold(MeshEvent.PeerUp.class)).isFalse();
        goOn.countDown();
        next(heardByTwo, MeshEvent.PeerDown.class);
        next(heardByTwo, MeshEvent.PeerUp.class);
    }

    private boolean isTold(Class<? extends MeshEvent> kind) {
        return heardByTwo.stream().anyMatch(kind::isInstance);
    }

    private static boolean waitsForItsTurn() {
        return Thread.getAllStackTraces().values().stream()
                .map(Arrays::asList)
                .anyMatch(
                        stack ->
                                isIn(stack, ReentrantLock.class, "lock")
                                        && isIn(stack, Mesh.class, "begun"));
    }

    private static boolean isIn(List<StackTraceElement> stack, Class<?> type, String method) {
        return stack.stream()
                .anyMatch(
                        frame ->
                                frame.getClassName().equals(type.getName())
                                        && frame.getMethodName().equals(method));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            boolean _ = latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aLivingPeerIsConfirmedAlive() throws Exception {
        int port = Ports.free();
        Mesh one = listen("one", 1, "one", port);
        Mesh two = listen("two", 2, "two", port);
        connect(one, two);
        awaitConfirmed(one, Event.Verdict.ALIVE);
    }

    @Test
    void aMemberThatCallsItselfAnotherIsRefused() throws Exception {
        int port = Ports.free();
        Mesh impostor = listen("one", 1, "three", port);
        Mesh two = listen("two", 2, "two", port);
        two.start(heardByTwo::add);
        impostor.start(heardByOne::add);
        assertThat(next(heardByTwo, MeshEvent.Refused.class).why())
                .contains("calls itself one with the certificate of three");
        assertThat(two.connected("one")).isFalse();
    }
}
