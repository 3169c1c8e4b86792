package proa.node.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.ProxyProtocol;
import proa.node.Await;
import proa.node.PostgresqlServer;
import proa.node.health.CheckMachine.Event;
import proa.testing.Ports;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The ready-made probes against the servers themselves, where this machine has them; under CI it
 * must.
 */
class RealServersTest {
    private static final Path REDIS = Path.of("/usr/bin/redis-server");

    @TempDir private Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : started) {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void redis() throws Exception {
        required(Files.isExecutable(REDIS), "redis-server is not installed");
        int port = Ports.free();
        start(redis(port));
        Await.until("PONG", () -> probe(new Probe.Redis(), port) instanceof Event.Passed);

        int locked = Ports.free();
        List<String> command = redis(locked);
        command.addAll(List.of("--requirepass", "secret"));
        start(command);
        Await.until("NOAUTH", () -> probe(new Probe.Redis(), locked) instanceof Event.Passed);
        assertThat(probe(new Probe.Smtp("proa"), port)).isInstanceOf(Event.Failed.class);
    }

    @Test
    void postgresql() throws Exception {
        try (PostgresqlServer server = PostgresqlServer.start(directory)) {
            Probe probe = new Probe.Postgresql("proa", Optional.empty());
            Await.until(
                    "asked for a password",
                    () -> probe(probe, server.port()) instanceof Event.Passed);
            assertThat(probe(new Probe.Mysql(Optional.empty()), server.port()))
                    .isInstanceOf(Event.Failed.class);
        }
    }

    private static void required(boolean there, String otherwise) {
        if ("true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
            assertThat(there).as(otherwise).isTrue();
        } else {
            assumeTrue(there, otherwise);
        }
    }

    private static List<String> redis(int port) {
        return new ArrayList<>(
                List.of(
                        REDIS.toString(),
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        ""));
    }

    private void start(List<String> command) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .directory(Path.of("/").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        started.add(process);
    }

    private static Event probe(Probe probe, int port) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Duration timeout = Duration.ofSeconds(2);
        Check check = new Check(probe, timeout, timeout, 3, 2);
        return new Prober(address, check, ProxyProtocol.OFF, null).probe().event();
    }
}
