package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long {@code /health/live} and {@code /health/ready} take while more requests come than the
 * event loops work off.
 */
class HealthUnderLoadTest {

    /** What an operator may rely on. */
    private static final long LIMIT_MILLIS = 100;

    /** Of so many answers in a hundred: a machine that tests share takes its breaks. */
    private static final int PERCENT = 99;

    /** What takes too long is staged again: the machine may have been elsewhere meanwhile. */
    private static final int STAGED_MAX = 3;

    private static final int CLIENTS = 8;
    private static final int ANSWERS = 100;

    /** Each client has so many requests under way at once. */
    private static final int PIPELINED = 64;

    @Test
    void healthIsSaidInTimeWhileTheNodeIsSaturated(@TempDir Path directory) throws Exception {
        ObservedSite site = new ObservedSite(directory);
        AtomicBoolean over = new AtomicBoolean();
        LongAdder answered = new LongAdder();
        List<Thread> clients = new ArrayList<>();
        try {
            Await.until("ready", () -> site.ask("/health/ready").startsWith("HTTP/1.1 200"));
            for (int client = 0; client < CLIENTS; client++) {
                clients.add(
                        Thread.ofPlatform().start(() -> flood(site.file.httpPort, over, answered)));
            }
            Await.until("saturated", () -> answered.sum() > 10_000);
            long before = answered.sum();
            long[] live = soon(site, "/health/live", 200);
            long[] ready = soon(site, "/health/ready", 200);
            site.member.behind = true;
            long[] lacking = soon(site, "/health/ready", 503);
            long meanwhile = answered.sum() - before;
            System.out.printf(
                    "health under load (%d requests meanwhile): live p50 %.1f ms, p99 %.1f ms, max"
                            + " %.1f ms; ready p50 %.1f ms, p99 %.1f ms, max %.1f ms; not ready"
                            + " p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                    meanwhile,
                    at(live, 50),
                    at(live, PERCENT),
                    at(live, 100),
                    at(ready, 50),
                    at(ready, PERCENT),
                    at(ready, 100),
                    at(lacking, 50),
                    at(lacking, PERCENT),
                    at(lacking, 100));
            assertThat(meanwhile).isGreaterThan(ANSWERS);
            assertThat(at(live, PERCENT)).isLessThan(LIMIT_MILLIS);
            assertThat(at(ready, PERCENT)).isLessThan(LIMIT_MILLIS);
            assertThat(at(lacking, PERCENT)).isLessThan(LIMIT_MILLIS);
        } finally {
            over.set(true);
            for (Thread client : clients) {
                client.join();
            }
            site.close();
        }
    }

    private static double at(long[] sorted, int percent) {
        return sorted[Math.max(0, sorted.length * percent / 100 - 1)] / 1_000.0;
    }

    private static long[] soon(ObservedSite site, String path, int status) throws IOException {
        long[] micros = micros(site, path, status);
        for (int staged = 1; at(micros, PERCENT) >= LIMIT_MILLIS && staged < STAGED_MAX; staged++) {
            micros = micros(site, path, status);
        }
        return micros;
    }

    /** From before the connection to the last byte, sorted. */
    private static long[] micros(ObservedSite site, String path, int status) throws IOException {
        long[] micros = new long[ANSWERS];
        for (int at = 0; at < ANSWERS; at++) {
            long from = System.nanoTime();
            assertThat(site.ask(path)).startsWith("HTTP/1.1 " + status);
            micros[at] = (System.nanoTime() - from) / 1_000;
        }
        Arrays.sort(micros);
        return micros;
    }

    /** Requests that are answered by a rule, so that only the node has work with them. */
    private static void flood(int port, AtomicBoolean over, LongAdder answered) {
        byte[] requests =
                "GET /no HTTP/1.1\r\nHost: a\r\n\r\n"
                        .repeat(PIPELINED)
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] answers = new byte[1 << 16];
        while (!over.get()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(1_000);
                InputStream in = socket.getInputStream();
                while (!over.get()) {
                    socket.getOutputStream().write(requests);
                    int ends = 0;
                    int count = 0;
                    while (ends < PIPELINED && (count = in.read(answers)) > 0) {
                        for (int at = 0; at < count; at++) {
                            ends +=
                                    answers[at] == 'H' && at + 3 < count && answers[at + 3] == 'P'
                                            ? 1
                                            : 0;
                        }
                    }
                    answered.add(ends);
                    if (count < 0) {
                        break;
                    }
                }
            } catch (IOException _) {
                // the next connection is another one
            }
        }
    }
}
