package proa.vip.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java process of a test, in a namespace, with its output in a file. Killed on {@link #close}.
 */
public final class Program implements AutoCloseable {

    private static final Path HOME = Path.of(System.getProperty("proa.home", ".."));

    private final Process process;
    private final Path log;

    /**
     * Starts a main class of this module or of its tests, with the heap that the launcher gives
     * vipd.
     *
     * @param inside the command that enters the namespace, or nothing
     * @param log where its output goes, appended
     */
    public Program(List<String> inside, Path log, String main, List<String> arguments)
            throws IOException {
        this(log, java(inside, main, arguments, List.of("-Xmx24m", "-Xmn4m")));
    }

    /**
     * The same with another heap.
     *
     * @param heap as of {@code -Xmx}
     */
    public static Program withHeap(
            String heap, List<String> inside, Path log, String main, List<String> arguments)
            throws IOException {
        return new Program(log, java(inside, main, arguments, List.of("-Xmx" + heap)));
    }

    /** Starts any command. */
    public Program(Path log, List<String> command) throws IOException {
        this.log = log;
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
    }

    private static List<String> java(
            List<String> inside, String main, List<String> arguments, List<String> heap)
            throws IOException {
        List<String> command = new ArrayList<>(inside);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(heap);
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xss256k",
                        "-cp",
                        classPath(),
                        main));
        command.addAll(arguments);
        return command;
    }

    private static String classPath() throws IOException {
        Path module = HOME.resolve("vip-manager/target");
        return String.join(
                ":",
                module.resolve("classes").toString(),
                module.resolve("test-classes").toString(),
                HOME.resolve("config/target/classes").toString(),
                Files.readString(module.resolve("classpath")).strip());
    }

    /** Sends a signal by name, such as STOP. */
    public void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
        if (code != 0) {
            throw new IOException("kill -" + name + " " + process.pid() + ": " + code);
        }
    }

    /** Writes a line to its standard input. */
    public void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Kills it as a crash would. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end and returns its exit code. */
    public int await() throws InterruptedException {
        return process.waitFor();
    }

    /** All that it and its predecessors with the same log have printed. */
    public String output() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        kill();
    }
}
