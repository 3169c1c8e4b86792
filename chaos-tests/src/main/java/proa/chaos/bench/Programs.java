package proa.chaos.bench;

import proa.chaos.lab.Launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The server, Proa and the peer, each a process pinned to one core with all of its threads:
 * balancers on the first, server and generator on the second. Closing ends them, and so does the
 * end of this process unless it is killed.
 */
final class Programs implements AutoCloseable {

    static final int BALANCER_CORE = 0;
    static final int OTHERS_CORE = 1;

    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final long LOOK_NANOS = 20_000_000;
    private static final int END_SECONDS_MAX = 5;

    /** One running program and the port it answers on. */
    record Program(String name, Process process, int port) {}

    private final Path folder;
    private final List<Process> processes = new CopyOnWriteArrayList<>();
    private final Thread hook = new Thread(this::end, "end of the bench");
    private boolean succeeded;

    private Programs(Path folder) {
        this.folder = folder;
    }

    static Programs open() throws IOException {
        Programs programs = new Programs(Files.createTempDirectory("proa-bench"));
        Runtime.getRuntime().addShutdownHook(programs.hook);
        return programs;
    }

    /** Logs are of no interest any more. */
    void succeeded() {
        succeeded = true;
    }

    Program server() throws IOException {
        int port = freePort();
        Path file = write("nginx.conf", Settings.nginx(folder, port));
        return start(
                "nginx",
                OTHERS_CORE,
                port,
                List.of("nginx", "-p", folder.toString(), "-c", file.toString()));
    }

    Program haproxy(Program server) throws IOException {
        int port = freePort();
        Path file = write("haproxy.cfg", Settings.haproxy(port, server.port()));
        return start("haproxy", BALANCER_CORE, port, List.of("haproxy", "-f", file.toString()));
    }

    Program proa(Program server) throws IOException {
        int port = freePort();
        Path file = write("proa.conf", Settings.proa(port, server.port(), freePort()));
        List<String> command =
                Launcher.command(
                        List.of(
                                "node",
                                "-c",
                                file.toString(),
                                "--node",
                                "lb1",
                                "--run-dir",
                                folder.resolve("run").toString(),
                                "--state-dir",
                                folder.resolve("state").toString()));
        return start("proa", BALANCER_CORE, port, command);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Program start(String name, int core, int port, List<String> command)
            throws IOException {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", String.valueOf(core)));
        pinned.addAll(command);
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(pinned).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(Launcher.ENVIRONMENT);
        Process process = builder.start();
        processes.add(process);
        long deadline = System.nanoTime() + START_MAX.toNanos();
        while (!accepts(port)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IOException(name + " did not start: " + Files.readString(log).strip());
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return new Program(name, process, port);
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Runs a command to its end; what it printed. */
    static String output(List<String> command) throws IOException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return text;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", interrupted));
        }
    }

    @Override
    public void close() throws IOException {
        end();
        Runtime.getRuntime().removeShutdownHook(hook);
        if (succeeded) {
            delete();
        }
    }

    private void delete() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private void end() {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }
}
