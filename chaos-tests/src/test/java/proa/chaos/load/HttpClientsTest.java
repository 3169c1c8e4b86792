package proa.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.lab.Await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What HTTP clients repeat, and what they count as failed. */
class HttpClientsTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private final AtomicInteger connections = new AtomicInteger();
    private final RequestLog log = new RequestLog();

    /** The lines of a request; false: the client has gone. */
    private static boolean asked(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
        return line != null;
    }

    /** The first connection has one answer, each later one has every answer. */
    private void silentAfterOne(Socket client, BufferedReader in) throws IOException {
        boolean first = connections.incrementAndGet() == 1;
        for (int answers = 0; asked(in); answers++) {
            if (!first || answers == 0) {
                StubService.say(client, ANSWER);
            }
        }
    }

    private static void garbled(Socket client, BufferedReader in) throws IOException {
        while (asked(in)) {
            StubService.say(client, "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n");
        }
    }

    /** Until so many requests are over. */
    private LoadReport.Requests ask(StubService service, int requests) {
        LoadPlan.Ports ports = new LoadPlan.Ports(service.port(), 0, 0, 0, 0, 0);
        try (Pace pace = new Pace()) {
            LoadPlan plan = StubService.plan(ports, 0, 0);
            new HttpClients(plan, log, pace, TIMEOUT_MILLIS).start();
            Await.until(
                    SOON,
                    "requests are over",
                    () -> log.counts().answered() + log.counts().failed() >= requests);
        }
        return log.report(System.nanoTime());
    }

    @Test
    void whatNobodyAnswersIsNotSentAgainOnAKeptConnection() {
        try (StubService service = new StubService(this::silentAfterOne)) {
            LoadReport.Requests seen = ask(service, 2);
            assertThat(seen.resent()).isZero();
            assertThat(seen.failed()).isEqualTo(1);
            assertThat(seen.failures().getFirst().outcome()).contains("timed out");
        }
    }

    @Test
    void anAnswerThatCannotBeReadIsAFailureAndTheClientGoesOn() {
        try (StubService service = new StubService(HttpClientsTest::garbled)) {
            LoadReport.Requests seen = ask(service, 2);
            assertThat(seen.failed()).isGreaterThanOrEqualTo(2);
            assertThat(seen.failures())
                    .anySatisfy(each -> assertThat(each.outcome()).contains("no number: x"));
        }
    }
}
