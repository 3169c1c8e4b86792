package proa.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.lab.Await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Requests that are sent once, whatever becomes of them. */
class OnceClientsTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private volatile boolean silent;

    private void refuse(Socket client, BufferedReader in) throws IOException {
        for (String line = in.readLine(); line != null && !line.isEmpty(); ) {
            line = in.readLine();
        }
        if (!silent) {
            StubService.say(client, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        }
        in.readLine();
    }

    private static LoadPlan plan(int port) {
        return new LoadPlan(
                List.of("127.0.0.1"),
                Map.of("lb1", "127.0.0.1"),
                Map.of("web1", "127.0.0.1:" + port),
                new LoadPlan.Ports(port, 0, 0, 0, 0, 0),
                new LoadPlan.SourcePlan("", "", "", ""),
                1,
                1,
                new LoadPlan.Asked("stub", "/"),
                0,
                0);
    }

    @Test
    void whatIsNotAnsweredWithSuccessHasFailed() {
        try (StubService service = new StubService(this::refuse);
                Pace pace = new Pace()) {
            OnceClients once = new OnceClients(plan(service.port()), pace);
            once.start();
            Await.until(SOON, "failures", () -> once.counts().failed() > 2);
            assertThat(once.counts().answered()).isZero();
            silent = true;
            Await.until(SOON, "some are under way", () -> underWay(once) > 0);
        }
    }

    private static long underWay(OnceClients once) {
        return once.underWay(System.nanoTime(), System.nanoTime());
    }
}
