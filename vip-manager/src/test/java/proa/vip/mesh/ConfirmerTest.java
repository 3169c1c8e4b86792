package proa.vip.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Knocks at listeners over loopback that die, or do not, as the test says. */
final class ConfirmerTest {

    private static final long PATIENCE_SECONDS = 30;
    private static final long SILENCE_SECONDS = 3;

    private final BlockingQueue<Event.Verdict> told = new LinkedBlockingQueue<>();
    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket();
        listener.bind(new InetSocketAddress(address(2), 0), 16);
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    private static InetAddress address(int id) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (110 + id)});
    }

    private Confirmer confirmer(int id, Consumer<Event.Verdict> told) throws IOException {
        MeshSettings.Peer peer = new MeshSettings.Peer("peer" + id, id, address(id));
        MeshSettings settings =
                new MeshSettings(
                        new MeshMessage.Hello("one", 1, "c", List.of()),
                        address(1),
                        listener.getLocalPort(),
                        List.of(peer),
                        Optional.empty(),
                        _ -> "");
        return new Confirmer(settings, peer, () -> false, told);
    }

    private Event.Verdict next() throws InterruptedException {
        Event.Verdict verdict = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(verdict).as("a verdict").isNotNull();
        return verdict;
    }

    /**
     * The next verdict but that nothing is known. Asked anew after a silence: an inquiry lasts a
     * quarter of a second, in which a busy machine may not have run its thread twice. Not sooner,
     * for whoever asks meanwhile is told what is known once more.
     */
    private Event.Verdict next(Confirmer confirmer) throws InterruptedException {
        for (long waited = 0; waited < PATIENCE_SECONDS; waited += SILENCE_SECONDS) {
            Event.Verdict verdict = told.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
            if (verdict == null) {
                confirmer.ask();
            } else if (verdict != Event.Verdict.UNKNOWN) {
                return verdict;
            }
        }
        throw new AssertionError("no verdict");
    }

    private void closeListener() {
        Sockets.closeQuietly(listener);
    }

    @Test
    void aProcessThatIsStillDyingWhenItIsKnockedAtIsFoundDeadWhenItsListenerGoes()
            throws Exception {
        Consumer<Event.Verdict> dieOnceAlive =
                verdict -> {
                    told.add(verdict);
                    if (verdict == Event.Verdict.ALIVE) {
                        closeListener();
                    }
                };
        try (Confirmer confirmer = confirmer(2, dieOnceAlive)) {
            confirmer.ask();
            assertThat(next(confirmer)).isEqualTo(Event.Verdict.ALIVE);
            assertThat(next(confirmer)).isEqualTo(Event.Verdict.DEAD);
        }
    }

    @Test
    void whoeverAsksMeanwhileIsToldWhatIsKnownWithoutAnotherKnock() throws Exception {
        AtomicBoolean again = new AtomicBoolean(true);
        Confirmer[] asked = new Confirmer[1];
        Consumer<Event.Verdict> askAgain =
                verdict -> {
                    told.add(verdict);
                    if (verdict == Event.Verdict.ALIVE && again.getAndSet(false)) {
                        asked[0].ask();
                        closeListener();
                    }
                };
        try (Confirmer confirmer = confirmer(2, askAgain)) {
            asked[0] = confirmer;
            confirmer.ask();
            assertThat(List.of(next(confirmer), next(confirmer), next(confirmer)))
                    .containsExactly(Event.Verdict.ALIVE, Event.Verdict.ALIVE, Event.Verdict.DEAD);
        }
    }

    @Test
    void oneThatLivesAndClosesWhatItAcceptedIsNotDead() throws Exception {
        Thread closing =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    try {
                                        while (true) {
                                            try (Socket socket = listener.accept()) {
                                                socket.shutdownOutput();
                                            }
                                        }
                                    } catch (IOException _) {
                                        // The test is over.
                                    }
                                });
        try (Confirmer confirmer = confirmer(2, told::add)) {
            confirmer.ask();
            assertThat(next(confirmer)).isEqualTo(Event.Verdict.ALIVE);
        }
        closeListener();
        closing.join();
    }

    @Test
    void whereNobodyListensTheProcessIsDead() throws Exception {
        try (Confirmer confirmer = confirmer(3, told::add)) {
            confirmer.start();
            confirmer.ask();
            assertThat(next(confirmer)).isEqualTo(Event.Verdict.DEAD);
            confirmer.ask();
            assertThat(next(confirmer)).as("asked anew").isEqualTo(Event.Verdict.DEAD);
        }
    }

    @Test
    void whoIsConnectedAgainMeanwhileIsFoundDeadWhereItWasAskedAbout() throws Exception {
        ServerSocket early = new ServerSocket();
        early.bind(new InetSocketAddress(address(2), 0), 1);
        early.close();
        try (Confirmer confirmer = confirmer(2, told::add)) {
            confirmer.knockAt(early.getLocalPort());
            confirmer.ask();
            confirmer.knockAt(0);
            assertThat(next()).isEqualTo(Event.Verdict.DEAD);
        }
    }

    @Test
    void twoPeersThatDieDoNotWaitForEachOther() throws Exception {
        CountDownLatch other = new CountDownLatch(1);
        Consumer<Event.Verdict> waitForOther =
                verdict -> {
                    try {
                        if (other.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                            told.add(verdict);
                        }
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                };
        try (Confirmer first = confirmer(2, waitForOther);
                Confirmer second = confirmer(3, _ -> other.countDown())) {
            first.ask();
            second.ask();
            assertThat(next()).isNotEqualTo(Event.Verdict.DEAD);
        }
    }
}
