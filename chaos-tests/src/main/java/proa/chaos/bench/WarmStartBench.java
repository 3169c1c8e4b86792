package proa.chaos.bench;

import proa.chaos.bench.WarmStart.Times;
import proa.chaos.bench.generator.Failures;
import proa.chaos.bench.generator.Outcome;
import proa.chaos.bench.generator.Plan;
import proa.chaos.bench.program.GeneratorProcess;
import proa.chaos.bench.program.Program;
import proa.chaos.bench.program.Programs;
import proa.chaos.bench.program.Programs.Answers;
import proa.node.listener.Places;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How a node serves that gets everybody's clients the moment it is ready: as after a failover. */
final class WarmStartBench {

    /** The workload's name. */
    static final String NAME = "warm-start";

    private static final int SECONDS = 5;
    private static final int CLIENTS_MAX = 10_000;

    /** Of the node's places, some are left for whoever asks it else. */
    private static final int PLACES_LEFT = 100;

    private static final Workload WORKLOAD = Workload.TLS_HANDSHAKE;

    private final Effort effort;
    private final GeneratorProcess generator;
    private final PrintStream progress;

    WarmStartBench(Effort effort, GeneratorProcess generator, PrintStream progress) {
        this.effort = effort;
        this.generator = generator;
        this.progress = progress;
    }

    /** About how long it takes. */
    static int seconds(Effort effort) {
        return 10 + effort.warmUpSecondsMax() / 2 + 2 * SECONDS;
    }

    /** Programs that were started have ended when this returns. */
    WarmStart measure() throws IOException {
        try (Programs programs = Programs.open()) {
            int clients = clients();
            double rate = (double) clients / SECONDS;
            Program server = programs.server(Answers.HTTP);
            Program node = programs.proa(WORKLOAD.service(programs.certificate()), server);
            programs.awaitReady(node);
            Plan crowd =
                    WORKLOAD.plan(node.port(), effort)
                            .lasting(SECONDS)
                            .over(clients)
                            .at(rate)
                            .allTogether();
            Times first = times(crowd);
            Driver driver = new Driver(WORKLOAD, effort, generator);
            progress.println(NAME + ": " + driver.warmUp(node));
            WarmStart found = new WarmStart(clients, SECONDS, rate, first, times(crowd));
            programs.succeeded();
            return found;
        }
    }

    private Times times(Plan plan) throws IOException {
        Outcome outcome = generator.run(plan);
        if (!outcome.failures().equals(Failures.NONE)) {
            throw new IOException(
                    "%s: after %d answers %s"
                            .formatted(NAME, outcome.answers(), outcome.failures()));
        }
        return new Times(outcome.p50Millis(), outcome.p99Millis(), outcome.p999Millis());
    }

    private static int clients() throws IOException {
        return clients(Files.readAllLines(Path.of("/proc/self/limits")));
    }

    /**
     * As many as a node takes at once with its descriptors, of which each needs two.
     *
     * @param limits lines of proc_pid_limits(5)
     */
    static int clients(List<String> limits) {
        return Math.min(CLIENTS_MAX, Places.within(descriptors(limits)) - PLACES_LEFT);
    }

    private static int descriptors(List<String> limits) {
        return limits.stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s{2,}")[2])
                .mapToInt(
                        hard -> hard.equals("unlimited") ? CLIENTS_MAX * 4 : Integer.parseInt(hard))
                .findFirst()
                .orElseThrow();
    }
}
