package proa.chaos.bench;

import proa.chaos.bench.program.ProaSettings;
import proa.chaos.bench.program.Programs;
import proa.chaos.lab.Launcher;
import proa.chaos.server.TestServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a node takes from the start of its process, the launcher included, to the first answer
 * of a server through a frontend. One member with certificates and a health check, no sessions.
 */
final class StartBench {

    /** The workload's name. */
    static final String NAME = "start";

    /** About how long one start takes, the end included. */
    static final int SECONDS = 3;

    /** What is promised for a quiet machine, in milliseconds. */
    static final long BUDGET_MILLIS = 1_500;

    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final long LOOK_NANOS = 2_000_000;
    private static final int ANSWER_MILLIS_MAX = 5_000;

    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: start\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private static final byte[] EXPECTED = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);

    private StartBench() {}

    /**
     * What was measured, in milliseconds.
     *
     * @param starts in the order made
     * @param vipd the same of the other process, where a lab could be made
     */
    record Report(
            List<Long> starts,
            long medianMillis,
            long bestMillis,
            long budgetMillis,
            Optional<VipdStart> vipd) {

        static Report of(List<Long> starts, Optional<VipdStart> vipd) {
            long[] sorted = starts.stream().mapToLong(Long::longValue).sorted().toArray();
            return new Report(
                    List.copyOf(starts), sorted[sorted.length / 2], sorted[0], BUDGET_MILLIS, vipd);
        }

        boolean keeps() {
            return medianMillis <= budgetMillis && vipd.map(VipdStart::keeps).orElse(true);
        }

        /** For people. */
        String line() {
            String node =
                    String.format(
                            Locale.ROOT,
                            "start: first answer after %d ms (median of %d, best %d), %s the %d ms"
                                    + " promised%n",
                            medianMillis,
                            starts.size(),
                            bestMillis,
                            medianMillis <= budgetMillis ? "within" : "NOT within",
                            budgetMillis);
            return node + vipd.map(VipdStart::line).orElse("");
        }
    }

    /** Starts a node and a vipd so many times, one after the other. */
    static Report measure(int times, int vipdTimes) throws IOException {
        Path folder = Files.createTempDirectory("proa-start");
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (TestServer server = TestServer.start("one", loopback, 0, 0)) {
            int port = Programs.freePort();
            Path file = folder.resolve("proa.conf");
            Files.writeString(
                    file,
                    ProaSettings.start(port, server.httpAddress().getPort(), Programs.freePort()));
            certificates(file, folder);
            List<Long> starts = new ArrayList<>();
            for (int start = 0; start < times; start++) {
                starts.add(once(file, folder, port));
            }
            return Report.of(starts, VipdStart.measure(vipdTimes));
        }
    }

    private static void certificates(Path file, Path folder) throws IOException {
        Process process =
                launch(
                        List.of(
                                "cert",
                                "cluster",
                                "-c",
                                file.toString(),
                                "--out",
                                folder.toString()),
                        folder);
        if (end(process) != 0) {
            throw new IOException("proa cert: " + log(folder));
        }
    }

    private static long once(Path file, Path folder, int port) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", "-c", file.toString()));
        command.addAll(List.of("--node", "lb1", "--run-dir", folder.resolve("run").toString()));
        command.addAll(List.of("--state-dir", folder.resolve("state").toString()));
        long started = System.nanoTime();
        Process node = launch(command, folder);
        try {
            while (!answers(port)) {
                if (!node.isAlive() || System.nanoTime() - started > START_MAX.toNanos()) {
                    throw new IOException("the node did not start: " + log(folder));
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
            return (System.nanoTime() - started) / 1_000_000;
        } finally {
            node.destroy();
            end(node);
        }
    }

    private static Process launch(List<String> command, Path folder) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(Launcher.command(command))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile());
        builder.environment().putAll(Launcher.ENVIRONMENT);
        return builder.start();
    }

    private static int end(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException("interrupted", interrupted);
        }
    }

    private static String log(Path folder) throws IOException {
        return Files.readString(folder.resolve("log")).strip();
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    ANSWER_MILLIS_MAX);
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            socket.getOutputStream().write(REQUEST);
            return Arrays.equals(socket.getInputStream().readNBytes(EXPECTED.length), EXPECTED);
        } catch (IOException _) {
            return false;
        }
    }
}
