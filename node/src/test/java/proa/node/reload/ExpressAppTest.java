package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.node.Await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Express application of {@code docs/examples} behind a node that asks it how it is. */
class ExpressAppTest {

    private static final Path HOME = Path.of(System.getProperty("proa.home"));
    private static final Path EXAMPLE = HOME.resolve("docs/examples/express");
    private static final Path MODULES = HOME.resolve("chaos-tests/src/test/node/node_modules");

    @TempDir private Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Process> started = new ArrayList<>();
    private final int[] redis = new int[2];
    private final int[] apps = new int[2];
    private int port;

    @BeforeEach
    void start() throws Exception {
        required(Files.isDirectory(MODULES), "the Node.js clients: ./proa test installs them");
        required(Files.isExecutable(Path.of("/usr/bin/redis-server")), "redis-server");
        Files.copy(EXAMPLE.resolve("app.mjs"), directory.resolve("app.mjs"));
        Files.createSymbolicLink(directory.resolve("node_modules"), MODULES);
        for (int at = 0; at < 2; at++) {
            redis[at] = freePort();
            apps[at] = freePort();
            redis(at);
            run(
                    Map.of("PORT", "" + apps[at], "REDIS_URL", "redis://127.0.0.1:" + redis[at]),
                    "node",
                    directory.resolve("app.mjs").toString());
        }
        for (int app : apps) {
            Await.until("serves", () -> get(app, "/health/detailed").statusCode() == 200);
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        client.close();
        for (Process process : started) {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static void required(boolean there, String what) {
        if ("true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
            assertThat(there).as(what).isTrue();
        } else {
            assumeTrue(there, what);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process redis(int at) throws IOException {
        return run(
                Map.of(),
                "/usr/bin/redis-server",
                "--port",
                "" + redis[at],
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                directory.toString());
    }

    private Process run(Map<String, String> environment, String... command) throws IOException {
        Path log = directory.resolve("program-" + started.size() + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** The answer, or one with the status 0 where nobody listens. */
    private Answered get(int port, String path) throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .timeout(Duration.ofSeconds(20))
                        .build();
        try {
            HttpResponse<String> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answered(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return new Answered(0, e.toString());
        }
    }

    private record Answered(int statusCode, String body) {}

    /** As the example's own page has it. */
    private static String check() throws IOException {
        Matcher found =
                Pattern.compile("check \\{.*?\n    }", Pattern.DOTALL)
                        .matcher(Files.readString(EXAMPLE.resolve("README.md")));
        assertThat(found.find()).isTrue();
        return found.group();
    }

    private NodeRuntime node() throws Exception {
        NodeFile file =
                new NodeFile(
                        directory.resolve("proa.conf"),
                        Arrays.stream(apps)
                                .mapToObj(port -> new InetSocketAddress("127.0.0.1", port))
                                .toList(),
                        new InetSocketAddress("127.0.0.1", freePort()));
        file.write(
                file.text(2, 1)
                        .replaceFirst("check \\{ http .*", Matcher.quoteReplacement(check())));
        Outcome read = ConfigReader.read(file.path(), "lb1");
        if (!(read instanceof Outcome.Ok ok)) {
            throw new AssertionError(read);
        }
        Setup setup =
                new Setup(
                        ok.config(),
                        ok.hash(),
                        "lb1",
                        directory,
                        directory.resolve("state"),
                        Duration.ofSeconds(20));
        NodeRuntime begun =
                NodeRuntime.start(setup, new LoneEngines(new LoneMember()), Instant.now());
        Await.until("probed", () -> !begun.lacking().contains(Readiness.UNPROBED));
        port = file.httpPort;
        return begun;
    }

    /** Whether each server is up, in their order. */
    private List<Boolean> up() throws Exception {
        String status = NodeSocket.ask(directory, "/api/v1/backends/shop");
        List<Boolean> up = new ArrayList<>();
        for (String server : status.split("\"name\":\"s", -1)) {
            if (server.matches("(?s)\\d\".*")) {
                up.add(server.contains("\"state\":\"UP\""));
            }
        }
        return up;
    }

    @Test
    void anApplicationWithoutItsRedisIsTakenOutAliveAndComesBackWithIt() throws Exception {
        assertThat(get(apps[0], "/health/detailed").body())
                .isEqualTo("{\"status\":\"UP\",\"checks\":{\"redis\":{\"status\":\"UP\"}}}");
        try (NodeRuntime node = node()) {
            Await.until("both are up", () -> up().equals(List.of(true, true)));

            started.getFirst().destroyForcibly().waitFor();
            Await.until("it says so", () -> get(apps[0], "/health/detailed").statusCode() == 503);
            assertThat(get(apps[0], "/health/detailed").body())
                    .startsWith(
                            "{\"status\":\"DOWN\",\"checks\":{\"redis\":{\"status\":\"DOWN\",\"error\":");
            assertThat(get(apps[0], "/health"))
                    .as("that is no reason to restart it")
                    .isEqualTo(new Answered(200, "{\"status\":\"UP\"}"));
            Await.until("taken out", () -> up().equals(List.of(false, true)));
            for (int request = 1; request <= 10; request++) {
                assertThat(get(port, "/visits"))
                        .extracting(Answered::statusCode)
                        .as("the other one serves all")
                        .isEqualTo(200);
            }

            redis(0);
            Await.until("back", () -> up().equals(List.of(true, true)));
            assertThat(get(apps[0], "/health/detailed").statusCode()).isEqualTo(200);
            assertThat(node.lacking()).doesNotContain(Readiness.UNPROBED);
        }
    }
}
