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
import proa.chaos.system.SlowCrowd.Way;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * 9,600 clients who are as slow as they can be, at one node in a process of its own: with 20,000
 * descriptors a node takes 9,744. Its memory stays within a stated figure, others are served, and
 * the slow ones go when their time is over.
 */
@Tag("system")
class SlowCrowdTest {

    private static final int OF_EACH_WAY = 3_200;
    private static final int SLOW = OF_EACH_WAY * Way.values().length;

    /** What the node may have resident at any time, in MiB: its heap of 256 and as much again. */
    private static final long RESIDENT_MEBIBYTES_MAX = 640;

    private static final String HEAP = "256m";

    /** Of the others, while the slow ones hang; also where the processors are busy elsewhere. */
    private static final Duration P99_MAX = Duration.ofMillis(500);

    private static final int OTHERS_REQUESTS_MIN = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");
    private static final byte[] GET =
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir private Path folder;

    private final Loopback machine = Loopback.open();
    private final PatientServer server = new PatientServer();

    @AfterEach
    void end() {
        machine.close();
        server.close();
    }

    @Test
    void asManySlowClientsAsThereArePlacesCostLittleHinderNobodyAndGoInTime() throws IOException {
        InetSocketAddress address = new InetSocketAddress("127.0.0.1", freePort());
        LabProcess node = start(address.getPort());
        Await.until(PATIENCE, () -> "it serves\n" + node.lastLines(30), () -> serves(address));
        long before = resident(node);

        try (SlowCrowd crowd = new SlowCrowd(address)) {
            crowd.come(OF_EACH_WAY);
            Await.until(
                    PATIENCE, () -> "all are there: " + fates(crowd), () -> open(crowd) == SLOW);
            List<Long> took = others(address, crowd);
            assertThat(cut(crowd)).as(() -> fates(crowd) + "\n" + node.lastLines(10)).isZero();
            assertThat(took).hasSizeGreaterThan(OTHERS_REQUESTS_MIN);
            long p99 = took.get(took.size() * 99 / 100);
            System.out.printf(
                    "%d slow clients: node %d MiB resident, at most %d; of %d other requests p50"
                            + " %.1f ms, p99 %.1f ms, worst %.1f ms%n",
                    SLOW,
                    before,
                    resident(node),
                    took.size(),
                    took.get(took.size() / 2) / 1e6,
                    p99 / 1e6,
                    took.getLast() / 1e6);
            assertThat(Duration.ofNanos(p99)).isLessThan(P99_MAX);

            Await.until(PATIENCE, () -> "all are cut: " + fates(crowd), () -> cut(crowd) == SLOW);
            assertThat(crowd.fate(Way.HEAD).told()).as(fates(crowd)).isEqualTo(OF_EACH_WAY);
            assertThat(crowd.fate(Way.BODY).told()).as(fates(crowd)).isEqualTo(OF_EACH_WAY);
            assertThat(crowd.fate(Way.READ).told()).as("an answer is under way").isZero();
        }
        assertThat(resident(node)).as("MiB").isLessThan(RESIDENT_MEBIBYTES_MAX);
        assertThat(serves(address)).isTrue();
    }

    private LabProcess start(int port) throws IOException {
        Path file = folder.resolve("proa.conf");
        Files.writeString(
                file,
                """
                schema = 1
                cluster {
                  name = crowd, insecure = true
                  nodes { lb1 { id = 1, addresses = ["127.78.11.1"] }, lb2 { id = 2, addresses = ["127.78.11.2"] } }
                }
                frontends {
                  http {
                    bind { address = "127.0.0.1", port = %d }, mode = http, backend = patient
                    timeouts { request = 15s, client = 15s }
                    limits { connections = 12k, min-body-rate = 1k, min-read-rate = 4k }
                  }
                }
                backends { patient { servers = [ { name = patient, address = "127.0.0.1:%d" } ] } }
                """
                        .formatted(port, server.port()));
        Map<String, String> environment = new HashMap<>(Launcher.ENVIRONMENT);
        environment.put("PROA_NODE_HEAP", HEAP);
        List<String> command =
                List.of(
                        "node",
                        "--config=" + file,
                        "--node=lb1",
                        "--run-dir=" + folder.resolve("run"),
                        "--state-dir=" + folder.resolve("state"));
        return machine.start(
                "node", Launcher.command(command), folder.resolve("node.log"), environment);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The most it has ever had (proc_pid_status(5)), in MiB. */
    private static long resident(LabProcess node) throws IOException {
        Matcher found =
                RESIDENT.matcher(Files.readString(Path.of("/proc/" + node.pid() + "/status")));
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1)) >> 10;
    }

    private static int open(SlowCrowd crowd) {
        return Arrays.stream(Way.values()).mapToInt(way -> crowd.fate(way).open()).sum();
    }

    private static int cut(SlowCrowd crowd) {
        return Arrays.stream(Way.values()).mapToInt(way -> crowd.fate(way).cut()).sum();
    }

    private static String fates(SlowCrowd crowd) {
        StringBuilder fates = new StringBuilder();
        for (Way way : Way.values()) {
            fates.append(way).append(' ').append(crowd.fate(way)).append("; ");
        }
        return fates.toString();
    }

    private static boolean serves(InetSocketAddress address) {
        try (Socket socket = connect(address)) {
            return ask(socket).startsWith("HTTP/1.1 200 ");
        } catch (IOException _) {
            return false;
        }
    }

    /**
     * Requests on connections of their own and on a kept one in turn, for some seconds and until
     * there are enough, while all slow ones are there; what each took, the longest last.
     */
    private static List<Long> others(InetSocketAddress address, SlowCrowd crowd)
            throws IOException {
        List<Long> took = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        try (Socket kept = connect(address)) {
            while ((System.nanoTime() < end || took.size() <= OTHERS_REQUESTS_MIN)
                    && cut(crowd) == 0) {
                long began = System.nanoTime();
                if (took.size() % 2 == 0) {
                    assertThat(ask(kept)).startsWith("HTTP/1.1 200 ");
                } else {
                    assertServed(address);
                }
                took.add(System.nanoTime() - began);
            }
        }
        Collections.sort(took);
        return took;
    }

    private static void assertServed(InetSocketAddress address) throws IOException {
        try (Socket own = connect(address)) {
            assertThat(ask(own)).startsWith("HTTP/1.1 200 ");
        }
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /** The answer, which has a body of two bytes. */
    private static String ask(Socket socket) throws IOException {
        socket.getOutputStream().write(GET);
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0 || answer.length() < answer.indexOf("\r\n\r\n") + 6) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("ended after: " + answer);
            }
            answer.append((char) next);
        }
        return answer.toString();
    }
}
