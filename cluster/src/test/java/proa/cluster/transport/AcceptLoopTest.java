package proa.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

@Timeout(30)
class AcceptLoopTest {

    private static final int TRIES = 3;

    private final List<Long> triedNanos = new ArrayList<>();
    private final List<IOException> told = new ArrayList<>();

    @Test
    void thereIsAPauseAfterEachFailureAndAClosedListenerIsNone() throws Exception {
        ServerSocket listener = new ServerSocket();
        AcceptLoop.run(
                listener,
                () -> {
                    triedNanos.add(System.nanoTime());
                    if (triedNanos.size() == TRIES) {
                        listener.close();
                    }
                    throw new SocketException("Too many open files");
                },
                told::add);
        assertThat(told).hasSize(TRIES - 1);
        for (int next = 1; next < TRIES; next++) {
            assertThat(triedNanos.get(next) - triedNanos.get(next - 1))
                    .isGreaterThanOrEqualTo(
                            TimeUnit.MILLISECONDS.toNanos(AcceptLoop.PAUSE_MILLIS - 1));
        }
    }

    /** A machine that has no thread left says so by an error. */
    @Test
    void anErrorDoesNotEndIt() throws Exception {
        ServerSocket listener = new ServerSocket();
        AcceptLoop.run(
                listener,
                () -> {
                    triedNanos.add(System.nanoTime());
                    if (triedNanos.size() == TRIES) {
                        listener.close();
                    } else {
                        throw new InternalError("unable to create native thread");
                    }
                },
                told::add);
        assertThat(told).hasSize(TRIES - 1);
        assertThat(told.getFirst()).hasMessageContaining("unable to create native thread");
    }

    @Test
    void whatIsAcceptedIsNotFollowedByAPause() throws Exception {
        long began = System.nanoTime();
        ServerSocket listener = new ServerSocket();
        AcceptLoop.run(
                listener,
                () -> {
                    triedNanos.add(System.nanoTime());
                    if (triedNanos.size() == 1_000) {
                        listener.close();
                    }
                },
                told::add);
        assertThat(told).isEmpty();
        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(20));
    }
}
