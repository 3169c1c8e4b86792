package proa.chaos.bench;

import proa.chaos.bench.program.GeneratorProcess;
import proa.chaos.bench.program.Program;
import proa.chaos.bench.program.Programs;
import proa.chaos.bench.program.Service;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One workload with Proa and its peers. Everybody is warmed up, then rounds go through all of them,
 * each time beginning with another, so that noise meets all; rounds in which others used the
 * balancer's core are repeated.
 */
final class Contest {

    private final Workload workload;
    private final List<Peer> peers;
    private final Effort effort;
    private final PrintStream progress;
    private final Driver driver;

    Contest(
            Workload workload,
            List<Peer> peers,
            Effort effort,
            GeneratorProcess generator,
            PrintStream progress) {
        this.workload = workload;
        this.peers = new ArrayList<>(peers);
        this.effort = effort;
        this.progress = progress;
        this.driver = new Driver(workload, effort, generator);
    }

    /** Programs that were started have ended when this returns. */
    List<Comparison> hold() throws IOException {
        try (Programs programs = Programs.open()) {
            List<Program> balancers = start(programs);
            double peersSlowest = Double.MAX_VALUE;
            for (Program each : balancers) {
                double perSecond = warmUp(each).outcome().answers() / (double) effort.seconds();
                if (!each.name().equals(Peer.PROA)) {
                    peersSlowest = Math.min(peersSlowest, perSecond);
                }
            }
            requireEqualWork(balancers);
            double rate = peersSlowest / 2;
            List<Round> rounds = rounds(balancers, rate);
            programs.succeeded();
            return peers.stream()
                    .map(
                            peer ->
                                    Comparison.of(
                                            workload,
                                            peer,
                                            rate * workload.unitsPerAnswer(),
                                            rounds))
                    .toList();
        }
    }

    private List<Program> start(Programs programs) throws IOException {
        Path certificate = programs.certificate();
        Service service = workload.service(certificate);
        Program server = workload.server(programs);
        List<Program> balancers = new ArrayList<>();
        balancers.add(programs.proa(service, server));
        for (Peer peer : List.copyOf(peers)) {
            add(peer, programs, service, server, balancers);
        }
        return balancers;
    }

    /** Without HAProxy there is nothing to say; others may lack a module. */
    private void add(
            Peer peer, Programs programs, Service service, Program server, List<Program> balancers)
            throws IOException {
        try {
            balancers.add(peer.start(programs, service, server));
        } catch (IOException e) {
            if (peer == Peer.HAPROXY) {
                throw e;
            }
            peers.remove(peer);
            say("without " + peer.label() + ": " + e.getMessage());
        }
    }

    private Slice warmUp(Program program) throws IOException {
        WarmUp warmUp =
                new WarmUp(effort, (long) (workload.warmUpAnswers() * effort.warmUpShare()));
        Slice slice;
        do {
            slice = driver.fullSpeed(program);
            warmUp.add(slice);
            say("warming up " + program.name() + ": " + figures(slice));
        } while (!warmUp.over());
        say("warm: " + program.name() + ", " + warmUp);
        return slice;
    }

    private void requireEqualWork(List<Program> balancers) throws IOException {
        if (!workload.isSecured()) {
            return;
        }
        String suite = driver.suite(balancers.getFirst());
        say("TLS: " + suite);
        for (Program each : balancers) {
            String other = driver.suite(each);
            if (!other.equals(suite)) {
                throw new IOException(
                        "not the same work: %s speaks %s, %s %s"
                                .formatted(Peer.PROA, suite, each.name(), other));
            }
        }
    }

    private List<Round> rounds(List<Program> balancers, double rate) throws IOException {
        List<Round> rounds = new ArrayList<>();
        List<Program> order = new ArrayList<>(balancers);
        int quiet = 0;
        while (quiet < effort.rounds() && rounds.size() < 2 * effort.rounds()) {
            Round round = round(order, rate, rounds.size() + 1);
            rounds.add(round);
            quiet += round.quiet() ? 1 : 0;
            Collections.rotate(order, 1);
        }
        return rounds;
    }

    private Round round(List<Program> order, double rate, int number) throws IOException {
        Map<String, Sample> samples = new LinkedHashMap<>();
        for (Program program : order) {
            Slice fullSpeed = driver.fullSpeed(program);
            Slice paced = effort.paced() ? driver.paced(program, rate) : fullSpeed;
            samples.put(program.name(), Sample.of(fullSpeed, paced));
            say(
                    "round %d: %s %s; p99 %.2f ms at %.0f/s"
                            .formatted(
                                    number,
                                    program.name(),
                                    figures(fullSpeed),
                                    paced.outcome().p99Millis(),
                                    paced.perSecond()));
        }
        return new Round(samples);
    }

    private String figures(Slice slice) {
        return String.format(
                Locale.ROOT,
                "%.2f CPU µs/%s, %.0f/s, %.0f %% of the core, others %.0f %%",
                slice.cpuMicros(),
                workload.unit(),
                slice.perSecond(),
                slice.busy() * 100,
                slice.others() * 100);
    }

    private void say(String line) {
        progress.println(workload.label() + ": " + line);
    }
}
