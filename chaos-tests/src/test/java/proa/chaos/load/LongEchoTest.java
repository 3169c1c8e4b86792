package proa.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.lab.Await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What is told of one long connection. */
class LongEchoTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private volatile boolean silent;
    private final AtomicInteger unanswered = new AtomicInteger();

    private void echo(Socket client, BufferedReader in) throws IOException {
        StubService.say(client, "web1\n");
        char[] heard = new char[Long.BYTES];
        for (int count = in.read(heard); count > 0; count = in.read(heard)) {
            unanswered.addAndGet(silent ? count : 0);
            if (!silent) {
                StubService.say(client, new String(heard, 0, count));
            }
        }
    }

    private static LongEcho started(int port, Pace pace) {
        LoadPlan.Ports ports = new LoadPlan.Ports(0, port, 0, 0, 0, 0);
        LongEcho echo = new LongEcho(StubService.plan(ports, 0, 0), pace);
        echo.start();
        return echo;
    }

    @Test
    void oneOnWhichNothingComesBackAnyMoreIsOpenAndSilent() {
        try (StubService service = new StubService(this::echo);
                Pace pace = new Pace()) {
            LongEcho echo = started(service.port(), pace);
            Await.until(SOON, "echoes", () -> echo.report(0).echoes() > 1);
            assertThat(echo.report(0).open()).isTrue();
            silent = true;
            Await.until(SOON, "silence", () -> echo.report(0).silentMillis() > 300);
            assertThat(echo.report(0).open()).isTrue();
            assertThat(echo.report(0).ended()).isZero();
        }
    }

    /** Else it would not hear of a reset by whoever has the address now. */
    @Test
    void withoutAnAnswerItSaysMore() {
        try (StubService service = new StubService(this::echo);
                Pace pace = new Pace()) {
            LongEcho echo = started(service.port(), pace);
            Await.until(SOON, "echoes", () -> echo.report(0).echoes() > 1);
            silent = true;
            Await.until(SOON, "more", () -> unanswered.get() > 2 * Long.BYTES);
            assertThat(echo.report(0).wrong()).isZero();
        }
    }

    private static void garble(Socket client, BufferedReader in) throws IOException {
        StubService.say(client, "web1\n");
        char[] heard = new char[Long.BYTES];
        for (int count = in.read(heard); count > 0; count = in.read(heard)) {
            StubService.say(client, "x".repeat(count));
        }
    }

    @Test
    void otherOctetsAreToldAndEndIt() {
        try (StubService service = new StubService(LongEchoTest::garble);
                Pace pace = new Pace()) {
            LongEcho echo = started(service.port(), pace);
            Await.until(SOON, "wrong octets", () -> echo.report(0).wrong() > 0);
            Await.until(SOON, "an end", () -> echo.report(0).ended() > 0);
            assertThat(echo.report(0).how()).startsWith("said 0, heard ");
            assertThat(echo.report(0).open()).isFalse();
        }
    }

    @Test
    void oneThatNeverWasIsNotOpen() {
        try (StubService service = new StubService((_, _) -> {});
                Pace pace = new Pace()) {
            LoadReport.LongEcho seen = started(service.port(), pace).report(0);
            assertThat(seen.echoes()).isZero();
            assertThat(seen.open()).isFalse();
            assertThat(seen.ended()).isZero();
        }
    }
}
