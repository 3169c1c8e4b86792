package proa.chaos.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Await;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.Loopback;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** {@code proa run} as an operator starts and stops it: one command, one host, two processes. */
@Tag("system")
class RunTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final InetSocketAddress FLOATING =
            new InetSocketAddress(InetAddress.ofLiteral("127.78.10.100"), 8080);
    private static final InetSocketAddress HEALTH =
            new InetSocketAddress(InetAddress.ofLiteral("127.78.10.1"), 9110);
    private static final String OUT = "out of service: ";
    private static final Pattern STARTED = Pattern.compile("(?:node|vipd) started, pid (\\d+)");

    @TempDir private Path folder;

    private final Loopback machine = Loopback.open();

    @AfterEach
    void end() {
        machine.close();
    }

    @Test
    void itServesItsAddressNamesWhoIsMissingAndEndsWhole() throws IOException {
        LabProcess run = start();
        Await.until(
                PATIENCE,
                () -> "the address answers\n" + run.lastLines(30),
                () -> answer().startsWith("HTTP/1.1 503 "));
        Await.until(
                PATIENCE,
                () -> "the missing member is named\n" + run.lastLines(30),
                () -> run.printed().contains("lb2 is not reached at 127.78.10.2:"));
        monitoringHearsOfADrain();
        assertThat(haproxy("show servers state")).contains(" none 1 none ");
        assertThat(haproxy("disable server none/none")).isEqualTo("Permission denied\n\n");
        List<ProcessHandle> children = children(run);
        assertThat(children).as(run.printed()).hasSize(2).allMatch(ProcessHandle::isAlive);

        run.terminate();

        assertThat(run.await(PATIENCE)).as(run.printed()).isZero();
        assertThat(children).noneMatch(ProcessHandle::isAlive);
        assertThat(answer()).as("nobody holds the address").isEmpty();
        assertThat(run.printed())
                .containsSubsequence(
                        "run | stopping node",
                        "run | node stopped with exit code 0",
                        "run | stopping vipd",
                        "run | vipd stopped with exit code 0");
    }

    private void monitoringHearsOfADrain() throws IOException {
        assertThat(answer(HEALTH, "/health/ready")).contains("lacking").doesNotContain(OUT);
        command("drain");
        Await.until(
                PATIENCE,
                () -> "drained: " + answer(HEALTH, "/health/ready"),
                () -> answer(HEALTH, "/health/ready").contains(OUT));
        assertThat(answer(HEALTH, "/health/ready")).startsWith("HTTP/1.1 503 ");
        assertThat(answer(HEALTH, "/health/live")).startsWith("HTTP/1.1 200 ");
        command("ready");
        Await.until(
                PATIENCE,
                () -> "in service again: " + answer(HEALTH, "/health/ready"),
                () -> !answer(HEALTH, "/health/ready").contains(OUT));
    }

    /** What the socket of the file answers. */
    private String haproxy(String command) throws IOException {
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(UnixDomainSocketAddress.of(folder.resolve("haproxy.sock")));
            socket.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.US_ASCII)));
            byte[] answer = Channels.newInputStream(socket).readAllBytes();
            return new String(answer, StandardCharsets.US_ASCII);
        }
    }

    private void command(String name) throws IOException {
        List<String> words = List.of(name, "lb1", "--wait=0", "--run-dir=" + folder.resolve("run"));
        LabProcess command =
                machine.start(
                        name,
                        Launcher.command(words),
                        folder.resolve(name + ".log"),
                        Launcher.ENVIRONMENT);
        assertThat(command.await(PATIENCE)).as(command.printed()).isZero();
    }

    private LabProcess start() throws IOException {
        Path file = folder.resolve("proa.conf");
        Files.writeString(
                file,
                """
                schema = 1
                cluster {
                  name = t, timing = vm, ownership = bind, insecure = true
                  nodes { lb1 { id = 1, addresses = ["127.78.10.1"] }, lb2 { id = 2, addresses = ["127.78.10.2"] } }
                }
                admin { listen = "127.78.10.1:9110", haproxy { socket = "haproxy.sock", level = view } }
                groups { web { vrid = 51, prefer = [lb1, lb2], vips { main = "127.78.10.100" } } }
                frontends {
                  http { bind { group = web, vip = main, port = 8080 }, mode = http, backend = none }
                }
                backends { none { servers = [ { name = none, address = "127.78.10.1:9" } ] } }
                """);
        Map<String, String> environment = new HashMap<>(Launcher.ENVIRONMENT);
        environment.put("PROA_NODE_HEAP", "128m");
        List<String> command =
                List.of(
                        "run",
                        "--config=" + file,
                        "--node=lb1",
                        "--run-dir=" + folder.resolve("run"),
                        "--state-dir=" + folder.resolve("state"),
                        "--drain=1s");
        return machine.start(
                "run", Launcher.command(command), folder.resolve("run.log"), environment);
    }

    private static List<ProcessHandle> children(LabProcess run) {
        return STARTED.matcher(run.printed())
                .results()
                .map((MatchResult started) -> Long.parseLong(started.group(1)))
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .toList();
    }

    /** A whole answer; empty without one. */
    private static String answer() {
        return answer(FLOATING, "/");
    }

    private static String answer(InetSocketAddress address, String path) {
        try (Socket socket = new Socket()) {
            socket.connect(address, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            String request = "GET " + path + " HTTP/1.1\r\nHost: proa\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            return new String(answer, StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return "";
        }
    }
}
