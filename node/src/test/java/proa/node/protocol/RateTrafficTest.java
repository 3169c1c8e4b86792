package proa.node.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Clients that come more often than a frontend lets them. */
class RateTrafficTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int CLIENTS = 10;

    private ScriptedServer server;

    @BeforeEach
    void start() throws IOException {
        server = ScriptedServer.echo();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static long secondsSince(long began) {
        return (System.nanoTime() - began) / 1_000_000_000;
    }

    @Test
    void connectionsBeyondTheRateAreClosed() throws Exception {
        String limits = "limits { connection-rate { per-second = 1, burst = 2, excess = refuse } }";
        try (RuledPath path = RuledPath.http(limits, server)) {
            long began = System.nanoTime();
            int served = 0;
            for (int at = 0; at < CLIENTS; at++) {
                try (DataPath.Client client = path.client()) {
                    served += client.ask(GET).status() == 200 ? 1 : 0;
                } catch (IOException _) {
                    // Closed.
                }
            }
            assertThat(served).isBetween(2, (int) (3 + secondsSince(began)));
        }
    }

    @Test
    void orTheyWaitToBeAccepted() throws Exception {
        String limits = "limits { connection-rate { per-second = 20, burst = 1 } }";
        try (RuledPath path = RuledPath.http(limits, server)) {
            long began = System.nanoTime();
            for (int at = 0; at < CLIENTS; at++) {
                try (DataPath.Client client = path.client()) {
                    assertThat(client.ask(GET).status()).isEqualTo(200);
                }
            }
            assertThat(System.nanoTime() - began).isGreaterThan(200_000_000);
        }
    }

    @Test
    void requestsBeyondTheRateHear429() throws Exception {
        String limits = "limits { request-rate { per-second = 1, burst = 2 } }";
        try (RuledPath path = RuledPath.http(limits, server);
                DataPath.Client client = path.client()) {
            long began = System.nanoTime();
            List<Integer> answers = new ArrayList<>();
            for (int at = 0; at < CLIENTS; at++) {
                answers.add(client.ask(GET).status());
            }
            assertThat(answers).containsOnly(200, 429);
            assertThat(answers.stream().filter(status -> status == 200).count())
                    .isBetween(2L, 3 + secondsSince(began));
        }
    }

    @Test
    void orTheyWaitForTheirTurn() throws Exception {
        String limits = "limits { request-rate { per-second = 20, burst = 1, wait = 1m } }";
        List<DataPath.Client> clients = new ArrayList<>();
        try (RuledPath path = RuledPath.http(limits, server)) {
            for (int at = 0; at < CLIENTS; at++) {
                clients.add(path.client());
            }
            long began = System.nanoTime();
            for (DataPath.Client client : clients) {
                client.send(GET);
            }
            for (DataPath.Client client : clients) {
                assertThat(client.response().status()).isEqualTo(200);
            }
            assertThat(System.nanoTime() - began).isGreaterThan(200_000_000);
            for (DataPath.Client client : clients) {
                client.close();
            }
        }
    }
}
