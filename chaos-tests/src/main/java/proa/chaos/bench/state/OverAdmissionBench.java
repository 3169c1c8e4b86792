package proa.chaos.bench.state;

import static java.nio.charset.StandardCharsets.US_ASCII;

import proa.config.ClusterConfig;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * By how much limits of 1,000 requests in 10 s are exceeded when one client makes ten times as many
 * at three members, each a process of its own, over mutual TLS.
 */
final class OverAdmissionBench {

    /** From the moment at which all are told when to begin. */
    private static final long BEGINS_NANOS =
            LimitMember.WARM_UP.toNanos() + TimeUnit.MILLISECONDS.toNanos(500);

    /** Less than this part of a limit is no measurement: something kept the clients away. */
    private static final double ADMITTED_LEAST = 0.8;

    private final PrintStream progress;

    OverAdmissionBench(PrintStream progress) {
        this.progress = progress;
    }

    /** The approximate limit and the strict one; processes that were started have ended then. */
    List<OverAdmission> measure() throws IOException {
        Path folder = Files.createTempDirectory("proa-bench-limits");
        List<Process> running = new ArrayList<>();
        try {
            String prefix = Members.prefix();
            Members members = new Members();
            for (ClusterConfig.Node node : LimitMember.config(prefix).cluster().nodes()) {
                members.write(folder, node);
                running.add(start(prefix, node.name(), folder));
            }
            List<OverAdmission> found = offered(running);
            found.forEach(each -> progress.println(each.text()));
            return found;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        } finally {
            end(running);
            remove(folder);
        }
    }

    private static Process start(String prefix, String node, Path folder) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LimitMember.class.getName(),
                        prefix,
                        node,
                        Long.toString(System.currentTimeMillis()),
                        folder.toString())
                .redirectError(folder.resolve(node + ".log").toFile())
                .start();
    }

    private static List<OverAdmission> offered(List<Process> running) throws IOException {
        List<BufferedReader> outputs =
                running.stream().map(each -> each.inputReader(US_ASCII)).toList();
        for (BufferedReader output : outputs) {
            String said = line(output);
            if (!said.equals(LimitMember.READY)) {
                throw new IOException("a member said: " + said);
            }
        }
        String start = String.format(Locale.ROOT, "%20d", System.nanoTime() + BEGINS_NANOS);
        for (Process process : running) {
            OutputStream in = process.getOutputStream();
            in.write(start.getBytes(US_ASCII));
            in.flush();
        }
        double lagMillis = 0;
        Map<String, List<Long>> admitted = new HashMap<>();
        for (BufferedReader output : outputs) {
            for (String said = line(output); !said.equals(LimitMember.END); said = line(output)) {
                String[] words = said.split(" ");
                if (words[0].equals(LimitMember.LAG)) {
                    lagMillis = Math.max(lagMillis, Double.parseDouble(words[1]));
                } else {
                    admitted.computeIfAbsent(words[0], _ -> new ArrayList<>())
                            .add(Long.parseLong(words[1]));
                }
            }
        }
        return List.of(
                found(
                        LimitMember.APPROXIMATE,
                        admitted,
                        OverAdmission.APPROXIMATE_PERCENT,
                        lagMillis),
                found(LimitMember.STRICT, admitted, OverAdmission.STRICT_PERCENT, lagMillis));
    }

    private static String line(BufferedReader output) throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("a member has ended early");
        }
        return line;
    }

    private static OverAdmission found(
            String mode, Map<String, List<Long>> admitted, double promisedPercent, double lagMillis)
            throws IOException {
        OverAdmission found =
                OverAdmission.of(
                        mode,
                        LimitMember.LIMIT,
                        admitted.getOrDefault(mode, List.of()),
                        LimitMember.WINDOW.toNanos(),
                        promisedPercent,
                        lagMillis);
        if (found.most() < ADMITTED_LEAST * found.limit()) {
            throw new IOException("hardly anything was admitted: " + found.text());
        }
        return found;
    }

    private static void end(List<Process> running) throws IOException {
        running.forEach(Process::destroyForcibly);
        try {
            for (Process each : running) {
                each.waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(OverAdmissionBench::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
