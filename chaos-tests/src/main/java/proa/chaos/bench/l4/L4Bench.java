package proa.chaos.bench.l4;

import proa.chaos.bench.l4.L4Report.Figures;
import proa.chaos.bench.l4.L4Report.Run;
import proa.chaos.bench.l4.L4Report.Survival;
import proa.chaos.bench.program.CpuTime;
import proa.chaos.lab.Conversation;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Trio;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every way in turn, again and again; then one failover under lasting connections for each way that
 * promises to keep them.
 */
final class L4Bench {

    private static final int BULK_CONNECTIONS = 4;
    private static final int REQUEST_CONNECTIONS = 32;

    /** Before anything counts: the programs of the measured ones are compiled meanwhile. */
    private static final int WARM_UP_SECONDS = 2;

    private static final Duration ANSWER_MAX = Duration.ofMinutes(2);

    private static final Pattern REQUESTS =
            Pattern.compile("(\\d+) requests in ([\\d.]+)(ms|s|m),");

    private static final Pattern FAILED =
            Pattern.compile("(?m)^ *(Socket errors|Non-2xx or 3xx responses): .*$");

    private final int rounds;
    private final int seconds;
    private final int connections;
    private final PrintStream progress;

    /**
     * @param rounds of all ways, 0: only failovers
     * @param seconds of bulk, and of requests, in a round
     * @param connections that last through a failover, 0: no failover
     */
    L4Bench(int rounds, int seconds, int connections, PrintStream progress) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.connections = connections;
        this.progress = progress;
    }

    /**
     * Everything that was started has ended when this returns.
     *
     * @throws IOException when there can be no lab here
     */
    L4Report measure(List<Way> ways) throws IOException {
        Optional<String> missing = Lab.missing();
        if (missing.isPresent()) {
            throw new IOException("bench l4: " + missing.get());
        }
        Path folder = Files.createTempDirectory("proa-l4");
        L4Report report = measure(folder, ways);
        Trio.deleteTree(folder);
        return report;
    }

    private L4Report measure(Path folder, List<Way> ways) throws IOException {
        try (L4Lab lab = L4Lab.open(folder)) {
            List<Figures> figures = rounds == 0 ? List.of() : costs(lab, ways);
            List<Survival> survivals = connections == 0 ? List.of() : failovers(lab, ways);
            return new L4Report(rounds, figures, survivals);
        } catch (LabException e) {
            throw new IOException("bench l4: " + e.getMessage() + "\nThe logs are in " + folder, e);
        }
    }

    private List<Figures> costs(L4Lab lab, List<Way> ways) throws IOException {
        Map<Way, List<Run>> runs = new EnumMap<>(Way.class);
        for (Way way : ways) {
            requests(lab, way, WARM_UP_SECONDS);
            bulk(lab, way, WARM_UP_SECONDS);
        }
        for (int round = 0; round < rounds; round++) {
            for (Way way : ways) {
                Load bulk = bulk(lab, way, seconds);
                Load requests = requests(lab, way, seconds);
                double gigabytes = bulk.answers * (double) L4Server.BULK_BYTES / 1e9;
                Run run =
                        new Run(
                                gigabytes * 8 / bulk.seconds,
                                bulk.cpuMicros / 1e6 / gigabytes,
                                requests.answers / requests.seconds,
                                requests.cpuMicros / (double) requests.answers);
                runs.computeIfAbsent(way, _ -> new ArrayList<>()).add(run);
                progress.printf(
                        "%s: %.2f Gbit/s, %.0f requests/s%n",
                        way.label(), run.gigabits(), run.requests());
            }
        }
        return runs.entrySet().stream()
                .map(each -> Figures.of(each.getKey(), each.getValue()))
                .toList();
    }

    /** What wrk has counted, and what all cores did meanwhile. */
    private record Load(long answers, double seconds, long cpuMicros) {}

    private static Load bulk(L4Lab lab, Way way, int seconds) throws IOException {
        return load(lab, way, "/bulk", BULK_CONNECTIONS, seconds);
    }

    private static Load requests(L4Lab lab, Way way, int seconds) throws IOException {
        return load(lab, way, "/", REQUEST_CONNECTIONS, seconds);
    }

    private static Load load(L4Lab lab, Way way, String path, int connections, int seconds)
            throws IOException {
        String url = "http://" + way.address() + ":" + way.port() + path;
        long before = busyMicros();
        String said =
                lab.client(List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", url));
        long cpu = busyMicros() - before;
        Matcher requests = REQUESTS.matcher(said);
        if (!requests.find() || requests.group(1).equals("0") || !requests.group(3).equals("s")) {
            throw new LabException("no answers by way of " + way.label() + ": " + said.strip());
        }
        failures(said)
                .ifPresent(
                        why -> {
                            throw new LabException("by way of " + way.label() + ": " + why);
                        });
        return new Load(
                Long.parseLong(requests.group(1)), Double.parseDouble(requests.group(2)), cpu);
    }

    /** What wrk says of requests without an answer or with another one; it counts these as well. */
    static Optional<String> failures(String said) {
        Matcher failed = FAILED.matcher(said);
        return failed.find() ? Optional.of(failed.group().strip()) : Optional.empty();
    }

    private static long busyMicros() throws IOException {
        long sum = 0;
        for (int core = 0; core < Runtime.getRuntime().availableProcessors(); core++) {
            sum += CpuTime.busyMicros(core);
        }
        return sum;
    }

    private List<Survival> failovers(L4Lab lab, List<Way> ways) {
        List<Survival> survivals = new ArrayList<>();
        try (Conversation clients = lab.survivors()) {
            for (Way way : ways.stream().filter(Way::survives).toList()) {
                String open = "open " + way.address() + " " + way.port() + " " + connections;
                Survivors opened = clients.ask(open, Survivors.class, ANSWER_MAX);
                if (!opened.all()) {
                    throw new LabException(way.label() + ": not all connections: " + opened);
                }
                lab.killOwner();
                Survivors after = clients.ask("count", Survivors.class, ANSWER_MAX);
                progress.printf("%s: %s%n", way.label(), after);
                survivals.add(new Survival(way.label(), after));
                clients.ask("close", Survivors.class, ANSWER_MAX);
                lab.mend();
            }
        }
        return survivals;
    }
}
