package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.node.Await;
import proa.testing.Ports;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A log whose writer stands still, as on a disk that hangs: its place is a pipe that nobody reads.
 * Requests are answered all the same, and the lines that found no place are in the metrics.
 */
class DroppedLogTest {

    private static final int TIMEOUT_MILLIS = 30_000;

    /** A line of each is longer than this, so that few fill pipe, batch and ring. */
    private static final String TARGET = "/" + "x".repeat(6_000);

    private static final byte[] REQUEST =
            ("GET " + TARGET + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ANSWER_END = "here".getBytes(StandardCharsets.US_ASCII);

    @TempDir private Path directory;
    private final List<ShopServer> shops = new ArrayList<>();
    private EchoServer echo;
    private NodeFile file;
    private Path log;
    private RandomAccessFile pipe;
    private NodeRuntime node;
    private @Nullable Process reader;

    @BeforeEach
    void start() throws Exception {
        log = directory.resolve("http.log");
        assertThat(new ProcessBuilder("mkfifo", log.toString()).start().waitFor()).isZero();
        pipe = new RandomAccessFile(log.toFile(), "rw"); // both ends: nobody waits for the other
        shops.add(new ShopServer("s0", 0));
        echo = new EchoServer();
        file =
                new NodeFile(
                        directory.resolve("proa.conf"),
                        shops.stream().map(ShopServer::address).toList(),
                        echo.address());
        file.write(
                file.text(1, 1)
                        .replace(
                                "backend = shop\n", "backend = shop, log { file = \"http.log\" }\n")
                        .replace(
                                "rules = [ { set-response-header { X-Weight = \"1\" } } ]",
                                "rules = [ { respond { status = 200, body = \"here\" } } ]")
                        .replace(
                                "tables {\n",
                                "admin { listen = \"127.0.0.1:%d\" }\ntables {\n"
                                        .formatted(Ports.free())));
        if (!(ConfigReader.read(file.path(), "lb1") instanceof Outcome.Ok sound)) {
            throw new AssertionError(ConfigReader.read(file.path(), "lb1"));
        }
        Setup setup =
                new Setup(
                        sound.config(),
                        sound.hash(),
                        "lb1",
                        directory,
                        directory.resolve("state"),
                        Duration.ofSeconds(2));
        node = NodeRuntime.start(setup, new LoneEngines(new LoneMember()), Instant.now());
    }

    @AfterEach
    void close() throws Exception {
        if (reader == null) {
            reader = reading(); // a writer that stands still would be waited for
        }
        node.close();
        reader.destroyForcibly().waitFor();
        pipe.close();
        echo.close();
        for (ShopServer shop : shops) {
            shop.close();
        }
    }

    private double counted(String family) throws Exception {
        String answer =
                ObservedSite.send(
                        node.monitoring().orElseThrow(),
                        "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
        return ExpositionParser.of(answer.substring(answer.indexOf("\r\n\r\n") + 4))
                .value(family, "log=\"" + log + "\"");
    }

    /** So many requests on one connection, so that their lines wait in one ring. */
    private static void ask(Socket client, int requests) throws Exception {
        InputStream in = client.getInputStream();
        for (int request = 0; request < requests; request++) {
            client.getOutputStream().write(REQUEST);
            int matched = 0;
            while (matched < ANSWER_END.length) {
                int octet = in.read();
                assertThat(octet).as("the answer goes on").isNotNegative();
                matched = octet == ANSWER_END[matched] ? matched + 1 : 0;
            }
        }
    }

    @Test
    void linesWithoutAPlaceAreCountedInTheScrapeAndCostNoRequest() throws Exception {
        assertThat(counted("proa_log_dropped_total")).isZero();
        int requests = 0;
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), file.httpPort)) {
            client.setSoTimeout(TIMEOUT_MILLIS);
            double before = 0;
            for (int growth = 0; growth < 3; growth++) {
                while (counted("proa_log_dropped_total") <= before) {
                    ask(client, 50);
                    requests += 50;
                    assertThat(requests).as("some find no place by then").isLessThan(1_000);
                }
                before = counted("proa_log_dropped_total");
            }

            // Somebody reads again: what waited is written, and nothing more is lost.
            reader = reading();
            awaitAllAccountedFor(requests);
            double dropped = counted("proa_log_dropped_total");
            ask(client, 10);
            awaitAllAccountedFor(requests + 10);
            assertThat(counted("proa_log_dropped_total")).isEqualTo(dropped);
            assertThat(counted("proa_log_failed_total")).isZero();
        }
    }

    private void awaitAllAccountedFor(int requests) throws Exception {
        Await.until(
                "each line is written or dropped",
                () ->
                        counted("proa_log_lines_total") + counted("proa_log_dropped_total")
                                == requests);
    }

    private Process reading() throws IOException {
        return new ProcessBuilder("cat", log.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
