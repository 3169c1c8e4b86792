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
import proa.node.admin.JsonReader;
import proa.testing.Ports;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An application of {@code docs/examples}, twice, each with a Redis of its own, behind a node that
 * asks them how they are.
 */
abstract class ExampleApp {

    /** Of two at once, on a machine that has others to run. */
    private static final Duration START = Duration.ofSeconds(90);

    /** What the pages have. */
    private static final String RHYTHM = "every = 1s, timeout = 1s";

    static final Path HOME = Path.of(System.getProperty("proa.home"));

    @TempDir Path directory;

    private final Path example;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Process> started = new ArrayList<>();
    private final int[] redis = new int[2];
    private final List<InetSocketAddress> apps = new ArrayList<>();
    private InetSocketAddress served;

    /**
     * An application.
     *
     * @param folder of the example's
     */
    ExampleApp(String folder) {
        example = HOME.resolve("docs/examples").resolve(folder);
    }

    /** What starts it; skips where it cannot be started. */
    abstract List<String> command(Path example) throws IOException;

    /** Under what name it lists what it needs. */
    abstract String parts();

    @BeforeEach
    void start() throws Exception {
        List<String> command = command(example);
        required(Files.isExecutable(Path.of("/usr/bin/redis-server")), "redis-server");
        for (int at = 0; at < 2; at++) {
            redis[at] = Ports.free();
            InetSocketAddress app = new InetSocketAddress("127.0.0." + (1 + at), Ports.free());
            apps.add(app);
            redis(at);
            run(
                    Map.of(
                            "ADDRESS", app.getHostString(),
                            "PORT", "" + app.getPort(),
                            "REDIS_URL", "redis://127.0.0.1:" + redis[at]),
                    command);
        }
        for (InetSocketAddress app : apps) {
            Await.until("serves", START, () -> get(app, "/health/detailed").statusCode() == 200);
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

    static void required(boolean there, String what) {
        if ("true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
            assertThat(there).as(what).isTrue();
        } else {
            assumeTrue(there, what);
        }
    }

    private Process redis(int at) throws IOException {
        return run(
                Map.of(),
                List.of(
                        "/usr/bin/redis-server",
                        "--port",
                        "" + redis[at],
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--dir",
                        directory.toString()));
    }

    private Process run(Map<String, String> environment, List<String> command) throws IOException {
        Path log = directory.resolve("program-" + started.size() + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** The answer, or one with the status 0 where nobody listens. */
    private Answered get(InetSocketAddress at, String path) throws InterruptedException {
        String server = at.getHostString() + ":" + at.getPort();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + server + path))
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

    /** As the example's own page has it; a busy machine may be slower than it allows. */
    private String check() throws IOException {
        Matcher found =
                Pattern.compile("check \\{.*?\n    }", Pattern.DOTALL)
                        .matcher(Files.readString(example.resolve("README.md")));
        assertThat(found.find()).isTrue();
        assertThat(found.group()).contains(RHYTHM);
        return found.group().replace(RHYTHM, "every = 5s, fast = 1s, timeout = 5s");
    }

    private NodeRuntime node() throws Exception {
        NodeFile file =
                new NodeFile(
                        directory.resolve("proa.conf"),
                        apps,
                        new InetSocketAddress("127.0.0.1", Ports.free()));
        String text =
                file.text(2, 1)
                        .replaceFirst("check \\{ http .*", Matcher.quoteReplacement(check()));
        for (InetSocketAddress app : apps) {
            String port = ":" + app.getPort() + "\"";
            text = text.replace("127.0.0.1" + port, app.getHostString() + port);
        }
        file.write(text);
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
        served = new InetSocketAddress("127.0.0.1", file.httpPort);
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

    /** What the first one says of itself, and of its Redis. */
    private String said() throws InterruptedException {
        String body = get(apps.getFirst(), "/health/detailed").body();
        Map<?, ?> parts = (Map<?, ?>) ((Map<?, ?>) JsonReader.read(body)).get(parts());
        return status(body) + ", redis " + ((Map<?, ?>) parts.get("redis")).get("status");
    }

    private static String status(String body) {
        return (String) ((Map<?, ?>) JsonReader.read(body)).get("status");
    }

    @Test
    void anApplicationWithoutItsRedisIsTakenOutAliveAndComesBackWithIt() throws Exception {
        assertThat(said()).isEqualTo("UP, redis UP");
        try (NodeRuntime node = node()) {
            Await.until("both are up", () -> up().equals(List.of(true, true)));

            started.getFirst().destroyForcibly().waitFor();
            Await.until(
                    "it says so",
                    () -> get(apps.getFirst(), "/health/detailed").statusCode() == 503);
            assertThat(said()).isEqualTo("DOWN, redis DOWN");
            assertThat(get(apps.getFirst(), "/health"))
                    .as("that is no reason to restart it")
                    .extracting(Answered::statusCode, answered -> status(answered.body()))
                    .containsExactly(200, "UP");
            Await.until("taken out", () -> up().equals(List.of(false, true)));
            for (int request = 1; request <= 10; request++) {
                assertThat(get(served, "/visits"))
                        .extracting(Answered::statusCode)
                        .as("the other one serves all")
                        .isEqualTo(200);
            }

            redis(0);
            Await.until("back", () -> up().equals(List.of(true, true)));
            assertThat(get(apps.getFirst(), "/health/detailed").statusCode()).isEqualTo(200);
            assertThat(node.lacking()).doesNotContain(Readiness.UNPROBED);
        }
    }
}
