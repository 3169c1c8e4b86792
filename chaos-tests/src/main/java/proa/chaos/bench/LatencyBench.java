package proa.chaos.bench;

import proa.chaos.bench.TcpLatency.Times;
import proa.chaos.bench.generator.BenchServer;
import proa.chaos.bench.generator.Failures;
import proa.chaos.bench.generator.Outcome;
import proa.chaos.bench.program.GeneratorProcess;
import proa.chaos.bench.program.Program;
import proa.chaos.bench.program.Programs;
import proa.chaos.bench.program.Service;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a balancer adds to the time of a small message over TCP when it has nothing else to do: one
 * connection, the next message when the one before is back. Rounds go through the direct way and
 * all balancers, each time beginning with another.
 */
final class LatencyBench {

    /** The workload's name. */
    static final String NAME = "tcp-latency";

    private static final Workload WORKLOAD = Workload.TCP_KEEP_ALIVE;

    private final List<Peer> peers;
    private final Effort effort;
    private final GeneratorProcess generator;
    private final PrintStream progress;

    LatencyBench(
            List<Peer> peers, Effort effort, GeneratorProcess generator, PrintStream progress) {
        this.peers = peers;
        this.effort = effort;
        this.generator = generator;
        this.progress = progress;
    }

    /** About how long it takes. */
    static int seconds(Effort effort, int programs) {
        int warmUp = effort.warmUpSecondsMax() / 2 + (programs - 1) * 3 * effort.seconds();
        return warmUp + effort.rounds() * (programs + 1) * effort.seconds();
    }

    /** Programs that were started have ended when this returns. */
    TcpLatency measure() throws IOException {
        try (Programs programs = Programs.open()) {
            Service service = WORKLOAD.service(programs.certificate());
            Program server = WORKLOAD.server(programs);
            List<Program> balancers = new ArrayList<>();
            balancers.add(programs.proa(service, server));
            for (Peer peer : peers) {
                balancers.add(peer.start(programs, service, server));
            }
            Driver driver = new Driver(WORKLOAD, effort, generator);
            for (Program each : balancers) {
                WarmUp warmUp = driver.warmUp(each);
                progress.println(NAME + ": warm: " + each.name() + ", " + warmUp);
            }
            List<Map<String, Times>> rounds = rounds(balancers, server);
            programs.succeeded();
            return TcpLatency.of(
                    BenchServer.MESSAGE_BYTES,
                    rounds,
                    balancers.stream().map(Program::name).toList());
        }
    }

    private List<Map<String, Times>> rounds(List<Program> balancers, Program server)
            throws IOException {
        List<Program> order = new ArrayList<>(balancers);
        order.add(new Program(TcpLatency.DIRECT, server.process(), server.port()));
        List<Map<String, Times>> rounds = new ArrayList<>();
        while (rounds.size() < effort.rounds()) {
            Map<String, Times> round = new LinkedHashMap<>();
            for (Program each : order) {
                round.put(each.name(), times(each, rounds.size() + 1));
            }
            rounds.add(round);
            Collections.rotate(order, 1);
        }
        return rounds;
    }

    private Times times(Program program, int round) throws IOException {
        Outcome outcome = generator.run(WORKLOAD.plan(program.port(), effort).over(1));
        if (!outcome.failures().equals(Failures.NONE) || outcome.answers() == 0) {
            throw new IOException(program.name() + " failed in " + NAME + ": " + outcome);
        }
        progress.printf(
                "%s: round %d: %s p50 %.1f µs, p99 %.1f µs%n",
                NAME, round, program.name(), outcome.p50Millis() * 1e3, outcome.p99Millis() * 1e3);
        return Times.ofMillis(outcome.p50Millis(), outcome.p99Millis(), outcome.p999Millis());
    }
}
