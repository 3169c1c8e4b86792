package proa.chaos.bench.l4;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What wrk says. */
class L4BenchTest {

    private static final String SOUND =
            """
              1 threads and 32 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency     1.06ms  312.54us   9.88ms   82.15%
              60214 requests in 2.00s, 9.07MB read
            """;

    private static final String TAIL = "Requests/sec:  30099.61\n";

    @Test
    void requestsThatFailedAreNoThroughput() {
        assertThat(L4Bench.failures(SOUND + TAIL)).isEmpty();
        String errors = "Socket errors: connect 0, read 12, write 0, timeout 3";
        assertThat(L4Bench.failures(SOUND + "  " + errors + "\n" + TAIL)).contains(errors);
        assertThat(L4Bench.failures(SOUND + "  Non-2xx or 3xx responses: 60214\n" + TAIL))
                .contains("Non-2xx or 3xx responses: 60214");
    }
}
