package proa.chaos.bench.program;

import proa.chaos.lab.Launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Servers, Proa and its peers, each a process pinned to one core with all of its threads: balancers
 * on the first, servers and generators on the second. Closing ends them, and so does the end of
 * this process unless it is killed.
 */
public final class Programs implements AutoCloseable {

    public static final int BALANCER_CORE = 0;
    public static final int OTHERS_CORE = 1;

    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final long LOOK_NANOS = 20_000_000;
    private static final int END_SECONDS_MAX = 5;

    /** The kernel may name a port again that a program which is to bind it has not bound yet. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    /** nginx works as a user without rights. */
    private static final String PASSABLE = "rwx--x--x";

    private final Path folder;
    private final List<Process> processes = new CopyOnWriteArrayList<>();
    private final Thread hook = new Thread(this::end, "end of the bench");
    private boolean succeeded;

    private Programs(Path folder) {
        this.folder = folder;
    }

    /** Nothing runs yet; logs go to a folder that stays if the bench fails. */
    public static Programs open() throws IOException {
        Path folder = Files.createTempDirectory("proa-bench");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(PASSABLE));
        Programs programs = new Programs(folder);
        Runtime.getRuntime().addShutdownHook(programs.hook);
        return programs;
    }

    /** Logs are of no interest any more. */
    public void succeeded() {
        succeeded = true;
    }

    /**
     * A new key on P-256 and its own certificate, in one file.
     *
     * @throws IOException when there is no openssl
     */
    public Path certificate() throws IOException {
        Path file = folder.resolve("bench.pem");
        Path key = folder.resolve("bench.key");
        String said = output(openssl(key, file));
        if (!Files.exists(file)) {
            throw new IOException("openssl: " + said.strip());
        }
        return Files.writeString(file, Files.readString(key), StandardOpenOption.APPEND);
    }

    private static List<String> openssl(Path key, Path certificate) {
        String made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30";
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(made.split(" ")));
        command.addAll(List.of("-subj", "/CN=bench", "-addext", "subjectAltName=DNS:bench"));
        command.addAll(List.of("-keyout", key.toString(), "-out", certificate.toString()));
        return command;
    }

    /** A server of small answers: HTTP/1.1, echoes as long as a connection lasts, or one each. */
    public Program server(Answers answers) throws IOException {
        List<String> command = new ArrayList<>(List.of("bench-server"));
        int port = 0;
        for (Answers each : Answers.values()) {
            int its = freePort();
            port = each == answers ? its : port;
            command.addAll(List.of(each.option, String.valueOf(its)));
        }
        return start("server", OTHERS_CORE, port, Launcher.command(command));
    }

    /** What a server of small answers says. */
    public enum Answers {
        HTTP("--http"),
        ECHOES("--lasting"),
        ONE_ECHO_EACH("--single");

        private final String option;

        Answers(String option) {
            this.option = option;
        }
    }

    /** An HTTP server that has sixteen mebibytes at {@code /bulk}. */
    public Program bulkServer() throws IOException {
        int port = freePort();
        try (FileChannel file =
                FileChannel.open(
                        folder.resolve("bulk"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(NginxSettings.BULK_BYTES));
        }
        return nginx("server", OTHERS_CORE, port, NginxSettings.server(folder, port));
    }

    /** HAProxy in front of a server. */
    public Program haproxy(Service service, Program server) throws IOException {
        int port = freePort();
        String text = HaproxySettings.text(service, port, server.port());
        Path file = write("haproxy.cfg", text);
        return start("haproxy", BALANCER_CORE, port, List.of("haproxy", "-f", file.toString()));
    }

    /** nginx in front of a server. */
    public Program nginx(Service service, Program server) throws IOException {
        int port = freePort();
        String text = NginxSettings.balancer(folder, service, port, server.port());
        return nginx("nginx", BALANCER_CORE, port, text);
    }

    private Program nginx(String name, int core, int port, String settings) throws IOException {
        Path file = write(name + ".conf", settings.replace("/nginx.pid", "/" + name + ".pid"));
        return start(
                name, core, port, List.of("nginx", "-p", folder.toString(), "-c", file.toString()));
    }

    /** A node in front of a server. */
    public Program proa(Service service, Program server) throws IOException {
        int port = freePort();
        return proa("proa", port, ProaSettings.text(service, port, server.port(), freePort()));
    }

    /** A node of HTTP in front of a server, with more than the defaults; one of several. */
    public Program proa(String name, Additions additions, Program server) throws IOException {
        int port = freePort();
        return proa(name, port, ProaSettings.text(additions, port, server.port(), freePort()));
    }

    private Program proa(String name, int port, String settings) throws IOException {
        Path file = write(name + ".conf", settings);
        List<String> command =
                new ArrayList<>(List.of("node", "-c", file.toString(), "--node", "lb1"));
        command.addAll(List.of("--run-dir", folder.resolve(name + "-run").toString()));
        command.addAll(List.of("--state-dir", folder.resolve(name + "-state").toString()));
        return start(name, BALANCER_CORE, port, Launcher.command(command));
    }

    /** Waits until a node says that it is warm and ready to take addresses. */
    public void awaitReady(Program node) throws IOException {
        Path log = folder.resolve(node.name() + ".log");
        await(node, () -> Files.readString(log).contains(" ready: "));
    }

    /** Where the files of this bench lie. */
    Path folder() {
        return folder;
    }

    /** Ends one of them before its time. */
    public void end(Program program) {
        program.process().destroy();
        awaitEnd(program.process());
        processes.remove(program.process());
    }

    Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** A port that nobody has bound, another one each time. */
    public static int freePort() throws IOException {
        int port;
        do {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
        } while (!GIVEN.add(port));
        return port;
    }

    private Program start(String name, int core, int port, List<String> command)
            throws IOException {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", String.valueOf(core)));
        pinned.addAll(command);
        return startAnywhere(name, port, pinned);
    }

    /** Starts a program on whatever cores there are; returns when it accepts connections. */
    Program startAnywhere(String name, int port, List<String> command) throws IOException {
        Path log = folder.resolve(name + ".log");
        Process process =
                builder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        processes.add(process);
        await(name, process, log, () -> accepts(port));
        return new Program(name, process, port);
    }

    /** Waits until something holds of a running program. */
    void await(Program program, Condition condition) throws IOException {
        await(
                program.name(),
                program.process(),
                folder.resolve(program.name() + ".log"),
                condition);
    }

    /** What is waited for. */
    interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String name, Process process, Path log, Condition condition)
            throws IOException {
        long deadline = System.nanoTime() + START_MAX.toNanos();
        while (!condition.holds()) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IOException(name + " did not start: " + Files.readString(log).strip());
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(Launcher.ENVIRONMENT);
        // What is measured has the compiler that it is shipped with, whatever started this has.
        builder.environment().remove("JDK_JAVA_OPTIONS");
        return builder;
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
    public static String output(List<String> command) throws IOException {
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
        processes.forEach(Programs::awaitEnd);
    }

    private static void awaitEnd(Process process) {
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
