package proa.node.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;

/** What is kept of malformed messages. */
class MalformedTest {

    private final FrontendCounters counters = new FrontendCounters("web");
    private final TrafficRecord record =
            new Recorder(counters, _ -> null, new Recorder.Clocks(() -> 1L, () -> 815L))
                    .record(this, () -> Ending.NORMAL);
    private final InetAddress client = InetAddress.ofLiteral("192.0.2.7");

    @Test
    void theLastRequestAndTheLastAnswerAreKeptAndAllAreCounted() {
        record.from(client, 4711, false);
        record.malformed("the method is not a token", 3, 40);
        record.malformed("Host is missing", -1, 50);
        record.identified("id-1", "");
        record.chosen("s1", ServerCounters.NOBODYS);
        record.malformedAnswer("the status line is malformed");
        assertThat(counters.malformed()).isEqualTo(3);
        assertThat(counters.captured())
                .containsExactly(
                        new Malformed(
                                815, false, 1, "", "", client, 4711, "Host is missing", -1, 50, ""),
                        new Malformed(
                                815,
                                true,
                                2,
                                "",
                                "s1",
                                client,
                                4711,
                                "the status line is malformed",
                                -1,
                                0,
                                "id-1"));
    }

    @Test
    void answersOfOurOwnHaveTheIdWhereItIsWanted() {
        record.identified("id-1", "");
        assertThat(record.idField()).isEmpty();
        record.identified("id-2", "X-Request-ID");
        assertThat(record.idField()).isEqualTo("X-Request-ID: id-2\r\n");
        record.opens();
        record.ended();
        assertThat(record.idField()).isEmpty();
    }
}
