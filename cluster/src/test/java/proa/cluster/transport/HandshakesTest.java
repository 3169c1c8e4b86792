package proa.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Handshakes of four bytes. */
class HandshakesTest {

    private static final int WHOLE = 4;
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final long DRIP_NANOS = 5_000_000;
    private static final byte DROP = 7;

    private final List<Socket> opened = new ArrayList<>();
    private ServerSocket listener;

    @BeforeEach
    void open() throws IOException {
        listener = new ServerSocket(0, WHOLE, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        for (Socket each : opened) {
            each.close();
        }
    }

    /** One that has connected, and what its handshake gives. */
    private record Arrived(Socket far, FutureTask<Integer> shaken) {
        int bytes() throws Exception {
            return shaken.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private Arrived arrives(Handshakes handshakes, int bytes) throws Exception {
        Socket far = new Socket(listener.getInetAddress(), listener.getLocalPort());
        opened.add(far);
        far.setSoTimeout(TIMEOUT_MILLIS);
        Socket near = listener.accept();
        opened.add(near);
        FutureTask<Integer> began = new FutureTask<>(() -> 1);
        FutureTask<Integer> shaken =
                new FutureTask<>(
                        () ->
                                handshakes.inTime(
                                        near,
                                        () -> {
                                            began.run();
                                            return near.getInputStream().readNBytes(bytes).length;
                                        }));
        Thread.ofVirtual().start(shaken);
        began.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        return new Arrived(far, shaken);
    }

    @Test
    void whoSendsAByteNowAndThenIsEndedAllTheSame() throws Exception {
        Arrived slow = arrives(new Handshakes(1, SHORT), Integer.MAX_VALUE);
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!slow.shaken.isDone() && System.nanoTime() - deadline < 0) {
            drip(slow.far);
            LockSupport.parkNanos(DRIP_NANOS);
        }
        assertThat(slow.shaken.isDone()).isTrue();
        assertThatThrownBy(slow::bytes)
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("no handshake within 100 ms");
    }

    private static void drip(Socket to) {
        try {
            to.getOutputStream().write(DROP);
        } catch (IOException _) {
            // ended
        }
    }

    @Test
    void theOldestGivesItsPlaceToWhoComesAndTheOthersGoOn() throws Exception {
        Handshakes two = new Handshakes(2, LONG);
        Arrived first = arrives(two, WHOLE);
        Arrived second = arrives(two, WHOLE);
        Arrived third = arrives(two, WHOLE);
        assertThatThrownBy(first::bytes).hasCauseInstanceOf(Handshakes.Displaced.class);
        assertThat(first.far.getInputStream().read()).isNegative();
        for (Arrived each : List.of(third, second)) {
            each.far.getOutputStream().write(new byte[WHOLE]);
            assertThat(each.bytes()).isEqualTo(WHOLE);
        }
    }

    @Test
    void whatHasEndedWellStaysOpenAndGivesItsPlaceBack() throws Exception {
        Handshakes one = new Handshakes(1, LONG);
        Arrived first = arrives(one, WHOLE);
        first.far.getOutputStream().write(new byte[WHOLE]);
        assertThat(first.bytes()).isEqualTo(WHOLE);
        Arrived second = arrives(one, WHOLE);
        assertThat(opened).noneMatch(Socket::isClosed);
        second.far.getOutputStream().write(new byte[WHOLE]);
        assertThat(second.bytes()).isEqualTo(WHOLE);
    }
}
