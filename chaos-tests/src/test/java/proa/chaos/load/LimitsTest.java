package proa.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** What clients over their limit count. */
class LimitsTest {

    private static final int LIMIT = 10;
    private static final int WINDOW_MILLIS = 4_000;

    /** What is not asked within it counts as failed, however busy the machine is. */
    private static final int LONG_WINDOW_MILLIS = 60_000;

    private static LimitedClient client() {
        LoadPlan.Ports ports = new LoadPlan.Ports(1, 0, 0, 1, 0, 0);
        return new LimitedClient(StubService.plan(ports, LIMIT, WINDOW_MILLIS), new Pace());
    }

    private static void admitted(LimitedClient client, long begunMillis, long endedMillis) {
        client.count(
                200,
                TimeUnit.MILLISECONDS.toNanos(begunMillis),
                TimeUnit.MILLISECONDS.toNanos(endedMillis));
    }

    @Test
    void whatIsAdmittedWithinAWindowIsCounted() {
        LimitedClient client = client();
        for (int at = 0; at < LIMIT + 5; at++) {
            admitted(client, 100L * at, 100L * at + 2);
        }
        assertThat(client.report().admittedInWindow()).isEqualTo(LIMIT + 5);
        for (int at = 0; at < LIMIT; at++) {
            admitted(client, 10_000 + 100L * at, 10_000 + 100L * at + 2);
        }
        client.forget();
        assertThat(client.report().admittedInWindow()).isEqualTo(LIMIT);
    }

    /** It may have been admitted before the window, or after: by no window too many are. */
    @Test
    void requestsThatWereUnderWayWhenANodeHungAreOfNoCertainWindow() {
        LimitedClient client = client();
        for (int at = 0; at < LIMIT; at++) {
            admitted(client, 5_000 + at, 5_010 + at);
        }
        for (int at = 0; at < LIMIT; at++) {
            admitted(client, 1_000 + at, 6_000 + at);
        }
        assertThat(client.report().admitted()).isEqualTo(2 * LIMIT);
        assertThat(client.report().admittedInWindow()).isEqualTo(LIMIT);
    }

    /** Two counters that hear of each other after a while, as two nodes of a busy machine. */
    private static final class LateSum {
        private static final long LAG_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

        private final ReentrantLock lock = new ReentrantLock();
        private final List<List<Long>> admitted = List.of(new ArrayList<>(), new ArrayList<>());
        private int turns;

        void answer(Socket client, BufferedReader in) throws IOException {
            String line = in.readLine();
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            lock.lock();
            try {
                int node = turns++ % 2;
                long now = System.nanoTime();
                long known =
                        admitted.get(node).size()
                                + admitted.get(1 - node).stream()
                                        .filter(nanos -> now - nanos > LAG_NANOS)
                                        .count();
                boolean admits = known < LIMIT;
                if (admits) {
                    admitted.get(node).add(now);
                }
                StubService.say(
                        client,
                        "HTTP/1.1 "
                                + (admits ? "200 OK" : "429 Too Many Requests")
                                + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            } finally {
                lock.unlock();
            }
        }
    }

    @Test
    void anExactSumIsExactOnlyWhenReplicationIsOver() throws IOException {
        LateSum sum = new LateSum();
        try (StubService service = new StubService(sum::answer)) {
            LoadPlan.Ports ports = new LoadPlan.Ports(0, 0, 0, service.port(), 0, 0);
            ExactLimit exact = new ExactLimit(StubService.plan(ports, LIMIT, LONG_WINDOW_MILLIS));
            exact.begin();
            LoadReport.Exact found = exact.await();
            assertThat(found.failed()).isZero();
            assertThat(found.offered()).isGreaterThan(LIMIT);
            assertThat(found.admitted()).isEqualTo(LIMIT);
        }
    }
}
