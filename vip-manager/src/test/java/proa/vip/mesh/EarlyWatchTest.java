package proa.vip.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.testing.Ports;
import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Event;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A mesh whose peer has an early port, which the test holds as the kernel would for a thread with a
 * descriptor table of its own.
 */
final class EarlyWatchTest {

    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<MeshEvent> heard = new LinkedBlockingQueue<>();
    private final ServerSocket early = new ServerSocket();
    private int port;
    private Mesh one;
    private Mesh two;

    EarlyWatchTest() throws IOException {}

    @BeforeEach
    void choosePorts() throws IOException {
        early.bind(new InetSocketAddress(address(2), 0), 16);
        port = Ports.free();
    }

    @AfterEach
    void close() throws IOException {
        early.close();
        one.close();
        two.close();
    }

    private static InetAddress address(int id) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (160 + id)});
    }

    private Mesh listen(String node, int id, String peer, int earlyPort) throws IOException {
        int other = 3 - id;
        return Mesh.listen(
                new MeshSettings(
                        new MeshMessage.Hello(node, id, "c", List.of(), earlyPort),
                        address(id),
                        port,
                        List.of(new MeshSettings.Peer(peer, other, address(other))),
                        Optional.empty(),
                        _ -> ""));
    }

    private void connect(int earlyPort) throws Exception {
        connect(earlyPort, heard::add);
    }

    private void connect(int earlyPort, Consumer<MeshEvent> listener) throws Exception {
        one = listen("one", 1, "two", 0);
        two = listen("two", 2, "one", earlyPort);
        CountDownLatch connected = new CountDownLatch(1);
        two.start(event -> countDown(event, connected));
        one.start(listener);
        next(MeshEvent.PeerUp.class);
        assertThat(connected.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static void countDown(MeshEvent event, CountDownLatch connected) {
        if (event instanceof MeshEvent.PeerUp) {
            connected.countDown();
        }
    }

    /** The next event of that kind; none that comes before it is of the other. */
    private <T extends MeshEvent> T nextBut(Class<? extends MeshEvent> forbidden, Class<T> kind)
            throws InterruptedException {
        while (true) {
            MeshEvent event = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(event).as("a " + kind.getSimpleName()).isNotNull();
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
            assertThat(event).isNotInstanceOf(forbidden);
        }
    }

    private <T extends MeshEvent> T next(Class<T> kind) throws InterruptedException {
        while (true) {
            MeshEvent event = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(event).as("a " + kind.getSimpleName()).isNotNull();
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }

    /** Asks until the verdict is that: a busy machine may be too slow for the first knocks. */
    private void awaitConfirmed(Event.Verdict verdict, Event.Verdict... never) throws Exception {
        Event.Verdict found;
        do {
            one.confirm("two");
            found = next(MeshEvent.Confirmed.class).verdict();
            assertThat(found).isNotIn(List.of(never));
        } while (found != verdict);
    }

    /**
     * The second: the watch has seen by now that the port is there. The first ends in peace, for a
     * reset may come before the watch has seen that it was accepted.
     */
    private Socket held() throws IOException {
        early.accept().close();
        return early.accept();
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Test
    void aPeerThatRefusesWhereItAcceptedIsDeadWhileItsMeshStillStands() throws Exception {
        connect(early.getLocalPort());
        try (Socket held = held()) {
            early.close();
            reset(held);
        }
        MeshEvent.PeerDown down = next(MeshEvent.PeerDown.class);
        assertThat(down.how()).isEqualTo(Event.Ending.BROKEN);
        assertThat(down.why()).isEqualTo("its process has ended");
    }

    @Test
    void aForgedEndCostsOneConnectionAndNothingElse() throws Exception {
        connect(early.getLocalPort());
        try (Socket _ = held()) {
            MeshMessage said = new MeshMessage.Ask("web", 7);
            two.say("one", said);
            assertThat(nextBut(MeshEvent.PeerDown.class, MeshEvent.PeerSaid.class).message())
                    .isEqualTo(said);
            assertThat(one.connected("two")).isTrue();
        }
    }

    @Test
    void aPeerThatIsNotToBeReachedThereIsTakenForWhatItsMeshSays() throws Exception {
        early.close();
        connect(early.getLocalPort());
        assertThat(nextBut(MeshEvent.PeerDown.class, MeshEvent.Refused.class).why())
                .startsWith("port " + early.getLocalPort() + ", which tells of its death at once:");
        one.confirm("two");
        assertThat(next(MeshEvent.Confirmed.class).verdict()).isNotEqualTo(Event.Verdict.DEAD);
        two.close();
        assertThat(next(MeshEvent.PeerDown.class).how()).isEqualTo(Event.Ending.BROKEN);
        awaitConfirmed(Event.Verdict.DEAD);
    }

    @Test
    void aPeerWhoseMeshEndsFirstIsWhatItsMeshSays() throws Exception {
        connect(early.getLocalPort());
        try (Socket _ = held()) {
            two.close();
            assertThat(next(MeshEvent.PeerDown.class).how()).isEqualTo(Event.Ending.BROKEN);
            awaitConfirmed(Event.Verdict.DEAD);
        }
    }

    /**
     * The kernel of a process that dies accepts at the mesh's port after it refuses here. Asked as
     * the end is told: this peer's mesh lives on, and is dialed again 20 ms later.
     */
    @Test
    void aPeerThatRefusesWhereItAcceptedIsConfirmedDeadThere() throws Exception {
        connect(
                early.getLocalPort(),
                event -> {
                    heard.add(event);
                    if (event instanceof MeshEvent.PeerDown) {
                        one.confirm("two");
                    }
                });
        try (Socket held = held()) {
            early.close();
            reset(held);
        }
        next(MeshEvent.PeerDown.class);
        assertThat(next(MeshEvent.Confirmed.class).verdict()).isEqualTo(Event.Verdict.DEAD);
    }

    @Test
    void somebodyElseWhoSpeaksThereIsNobodysDeath() throws Exception {
        connect(early.getLocalPort());
        for (int count = 0; count <= EarlyWatch.AT_ONCE_MAX; count++) {
            try (Socket stranger = early.accept()) {
                stranger.getOutputStream().write('x');
            }
        }
        assertThat(nextBut(MeshEvent.PeerDown.class, MeshEvent.Refused.class).why())
                .contains("somebody else answers there");
        assertThat(one.connected("two")).isTrue();
    }

    @Test
    void aPlannedEndStaysOne() throws Exception {
        connect(early.getLocalPort());
        try (Socket held = held()) {
            two.leave();
            assertThat(next(MeshEvent.PeerDown.class).how()).isEqualTo(Event.Ending.LEFT);
            early.close();
            reset(held);
        }
        one.confirm("two");
        nextBut(MeshEvent.PeerDown.class, MeshEvent.Confirmed.class);
    }
}
