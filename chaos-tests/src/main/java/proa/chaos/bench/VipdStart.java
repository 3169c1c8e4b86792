package proa.chaos.bench;

import proa.chaos.lab.Await;
import proa.chaos.lab.Host;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Launcher;
import proa.config.tls.ClusterAuthority;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long vipd takes from the start of its process, the launcher included, until its sockets are
 * open and its timers run, and what it then holds in memory: with a group, certificates and a peer
 * that it is connected to.
 *
 * @param medianMillis of the starts, by its own log line, in steps of 10 ms
 * @param bestMillis of the starts
 * @param megabytes resident (VmRSS of proc_pid_status(5)) a second after the peer was there; the
 *     most of all starts
 */
record VipdStart(long medianMillis, long bestMillis, double megabytes) {

    /** What is promised for a quiet machine, in milliseconds. */
    static final long BUDGET_MILLIS = 300;

    /** What is promised. */
    static final double MEGABYTES_MAX = 90;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SETTLED = Duration.ofSeconds(1);
    private static final Pattern STARTED = Pattern.compile("started, (\\d+) ms after its process");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

    private static final String FILE =
            """
            schema = 1
            cluster {
              name = start
              nodes { lb1 { id = 1, addresses = ["10.77.0.11"] }, lb2 { id = 2, addresses = ["10.77.0.12"] } }
              tls { certificate = "%{node}.pem", key = "%{node}.key", authorities = ["ca.pem"] }
            }
            groups { web { vrid = 51, prefer = [lb2, lb1], vips { main = "10.77.0.100" } } }
            frontends { http { bind { group = web, vip = main, port = 80 }, mode = http, backend = shop } }
            backends { shop { servers = [ { name = one, address = "10.77.0.21:80" } ] } }
            """;

    boolean keeps() {
        return medianMillis <= BUDGET_MILLIS && megabytes <= MEGABYTES_MAX;
    }

    /** For people. */
    String line() {
        return String.format(
                Locale.ROOT,
                "vipd: sockets open and timers running after %d ms (best %d), %s the %d ms"
                        + " promised; %.0f MB resident with a peer, %s the %.0f promised%n",
                medianMillis,
                bestMillis,
                medianMillis <= BUDGET_MILLIS ? "within" : "NOT within",
                BUDGET_MILLIS,
                megabytes,
                megabytes <= MEGABYTES_MAX ? "within" : "NOT within",
                MEGABYTES_MAX);
    }

    /** Starts it so many times, one after the other; nothing where no lab can be made. */
    static Optional<VipdStart> measure(int times) throws IOException {
        if (Lab.missing().isPresent()) {
            return Optional.empty();
        }
        Path folder = Files.createTempDirectory("proa-vipd-start");
        try (Lab lab = Lab.open()) {
            Host own = lab.host("lb1", "10.77.0.11/24");
            Host other = lab.host("lb2", "10.77.0.12/24");
            Files.writeString(folder.resolve("proa.conf"), FILE);
            certificates(folder);
            LabProcess peer = start(other, "lb2", "peer", folder);
            Await.until(PATIENCE, "a peer", () -> STARTED.matcher(peer.printed()).find());
            List<Long> starts = new ArrayList<>();
            double megabytes = 0;
            for (int start = 0; start < times; start++) {
                LabProcess vipd = start(own, "lb1", "start-" + start, folder);
                Await.until(
                        PATIENCE,
                        () -> "a connection to the peer: " + vipd.printed(),
                        () -> vipd.printed().contains("peer lb2: mesh connected"));
                Await.pass(SETTLED);
                starts.add(number(STARTED, vipd.printed()));
                megabytes = Math.max(megabytes, megabytes(vipd.pid()));
                vipd.terminate();
                int _ = vipd.await(PATIENCE);
            }
            List<Long> sorted = starts.stream().sorted().toList();
            return Optional.of(new VipdStart(sorted.get(times / 2), sorted.getFirst(), megabytes));
        }
    }

    private static void certificates(Path folder) throws IOException {
        SecureRandom random = new SecureRandom();
        Instant now = Instant.now();
        try {
            ClusterAuthority.Issued root = ClusterAuthority.create("start", now, random);
            ClusterAuthority authority = ClusterAuthority.of(root.certificate(), root.key());
            Files.write(folder.resolve("ca.pem"), root.certificate());
            for (String node : List.of("lb1", "lb2")) {
                ClusterAuthority.Issued issued =
                        authority.issue(node, List.of(), now, Duration.ofDays(1), random);
                Files.write(folder.resolve(node + ".pem"), issued.certificate());
                Files.write(folder.resolve(node + ".key"), issued.key());
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static LabProcess start(Host host, String node, String label, Path folder) {
        String file = folder.resolve("proa.conf").toString();
        String run = folder.resolve("run-" + node).toString();
        return host.start(
                label,
                Launcher.command(List.of("vipd", "-c", file, "--node", node, "--run-dir", run)),
                folder.resolve(label + ".log"),
                Launcher.ENVIRONMENT);
    }

    private static double megabytes(long pid) throws IOException {
        String status = Files.readString(Path.of("/proc/" + pid + "/status"));
        return number(RESIDENT, status) * 1_024 / 1e6;
    }

    private static long number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("no " + pattern + " in: " + text);
        }
        return Long.parseLong(found.group(1));
    }
}
