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
import proa.node.MariadbServer;
import proa.node.PostgresqlServer;
import proa.node.ServerProcess;
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

/**
 * The ready-made probes against the servers themselves, where this machine has them; under CI it
 * must.
 */
class RealServersTest {
    private static final Path REDIS = Path.of("/usr/bin/redis-server");
    private static final Path LDAP = Path.of("/usr/sbin/slapd");

    /** Debian's, for which its modules are installed. */
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    private static final Path SMTP = Path.of("/usr/lib/python3/dist-packages/aiosmtpd");

    @TempDir private Path directory;

    private final List<ServerProcess> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(ServerProcess::close);
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

    /** Greeting alone, and a login with an empty password; a password is not guessed. */
    @Test
    void mysql() throws Exception {
        try (MariadbServer server = MariadbServer.start(directory)) {
            Probe login = new Probe.Mysql(Optional.of(MariadbServer.PROBE));
            Await.until("logged in", () -> probe(login, server.port()) instanceof Event.Passed);
            assertThat(answered(new Probe.Mysql(Optional.empty()), server.port()))
                    .isInstanceOf(Event.Passed.class);
            assertThat(answered(new Probe.Mysql(Optional.of(MariadbServer.USER)), server.port()))
                    .isInstanceOfSatisfying(
                            Event.Failed.class,
                            failed -> assertThat(failed.toString()).contains("1045"));
            assertThat(probe(new Probe.Redis(), server.port())).isInstanceOf(Event.Failed.class);
        }
    }

    @Test
    void smtp() throws Exception {
        required(
                Files.isExecutable(PYTHON) && Files.isDirectory(SMTP), "aiosmtpd is not installed");
        int port = Ports.free();
        start(
                List.of(
                        PYTHON.toString(),
                        "-m",
                        "aiosmtpd",
                        "-n",
                        "-l",
                        "127.0.0.1:" + port,
                        "-c",
                        "aiosmtpd.handlers.Sink"));
        Await.until("250", () -> probe(new Probe.Smtp("proa"), port) instanceof Event.Passed);
        assertThat(probe(new Probe.Mysql(Optional.empty()), port)).isInstanceOf(Event.Failed.class);
    }

    /** One that binds anybody, and one that binds nobody without a name. */
    @Test
    void ldap() throws Exception {
        required(Files.isExecutable(LDAP), "slapd is not installed");
        int open = slapd("open", "");
        int closed = slapd("closed", "disallow bind_anon\n");
        Await.until("bound", () -> probe(new Probe.Ldap(), open) instanceof Event.Passed);
        Await.until(
                "refused",
                () ->
                        probe(new Probe.Ldap(), closed) instanceof Event.Failed failed
                                && failed.toString().contains("result 48"));
    }

    private int slapd(String name, String more) throws IOException {
        Path pid = directory.resolve(name + ".pid");
        Path file =
                Files.writeString(
                        directory.resolve(name + ".conf"), "pidfile " + pid + "\n" + more);
        int port = Ports.free();
        start(
                List.of(
                        LDAP.toString(),
                        "-f",
                        file.toString(),
                        "-h",
                        "ldap://127.0.0.1:" + port,
                        "-d",
                        "0"));
        return port;
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
        started.add(ServerProcess.start(command));
    }

    /** Of a server that may not be there yet, or says nothing to this. */
    private static Event probe(Probe probe, int port) {
        return probe(probe, port, Duration.ofSeconds(2));
    }

    /** Of one that answers, however busy the machine is. */
    private static Event answered(Probe probe, int port) {
        return probe(probe, port, Duration.ofSeconds(20));
    }

    private static Event probe(Probe probe, int port, Duration timeout) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Check check = new Check(probe, timeout, timeout, 3, 2);
        return new Prober(address, check, ProxyProtocol.OFF, null).probe().event();
    }
}
