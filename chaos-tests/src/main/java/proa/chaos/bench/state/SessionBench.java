package proa.chaos.bench.state;

import proa.chaos.bench.program.Pair;
import proa.chaos.bench.program.Programs;
import proa.chaos.bench.state.StateReport.Cell;
import proa.chaos.bench.state.StateReport.Figures;
import proa.chaos.bench.state.StateReport.Workload;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Rates of reading and writing sessions, Proa's and those of redis-server, in turns on the same
 * machine: all programs and the generator share its cores.
 */
final class SessionBench {

    /** Commands whose time tells how many fill a slice. */
    private static final long TRIAL_COMMANDS = 4_000;

    private final int rounds;
    private final double seconds;
    private final int warmUpSeconds;
    private final PrintStream progress;

    /**
     * @param seconds of each program under each load in a round
     * @param warmUpSeconds of reads, and as many of writes, before anything counts
     */
    SessionBench(int rounds, double seconds, int warmUpSeconds, PrintStream progress) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.warmUpSeconds = warmUpSeconds;
        this.progress = progress;
    }

    /** Programs that were started have ended when this returns. */
    StateReport measure(List<Load.Operation> operations) throws IOException {
        String load = StateReport.loadAverage();
        progress.println("load average before: " + load);
        try (Programs programs = Programs.open()) {
            List<Pair> pairs = List.of(Pair.proa(programs), Pair.redis(programs));
            for (Pair each : pairs) {
                warm(each);
            }
            List<Workload> found = new ArrayList<>();
            for (Load.Operation operation : operations) {
                found.add(Workload.of(operation, cells(operation, pairs)));
            }
            programs.succeeded();
            return new StateReport(
                    load,
                    RedisBenchmark.KEYS,
                    RedisBenchmark.VALUE_BYTES,
                    found,
                    List.of(),
                    List.of(),
                    List.of());
        }
    }

    /** Writes every key, too: a read that finds nothing is no read of a session. */
    private void warm(Pair pair) throws IOException {
        for (Load.Operation operation :
                List.of(Load.Operation.SET, Load.Operation.GET, Load.Operation.SET)) {
            Load load = new Load(operation, Load.PROMISED_CONNECTIONS, 1);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(warmUpSeconds);
            long least = operation == Load.Operation.SET ? 5L * RedisBenchmark.KEYS : 0;
            for (long sent = 0; sent < least || System.nanoTime() - until < 0; ) {
                RedisBenchmark.run(pair.port(), load, RedisBenchmark.KEYS);
                sent += RedisBenchmark.KEYS;
            }
        }
        progress.println(pair.name() + " is warm");
    }

    private List<Cell> cells(Load.Operation operation, List<Pair> pairs) throws IOException {
        List<Cell> cells = new ArrayList<>();
        for (Load load : Load.of(operation)) {
            List<List<Figures>> found = List.of(new ArrayList<>(), new ArrayList<>());
            for (int round = 0; round < rounds; round++) {
                for (int at = 0; at < pairs.size(); at++) {
                    found.get(at).add(slice(pairs.get(at), load));
                }
            }
            Cell cell = Cell.of(load, found.getFirst(), found.getLast());
            progress.printf("%s: %.2f of Redis%n", load.label(), cell.ratio());
            cells.add(cell);
        }
        return cells;
    }

    private Figures slice(Pair pair, Load load) throws IOException {
        double trial = RedisBenchmark.run(pair.port(), load, TRIAL_COMMANDS).perSecond();
        long commands = Math.max(TRIAL_COMMANDS, (long) (trial * seconds));
        long before = pair.cpuMicros();
        RedisBenchmark.Figures found = RedisBenchmark.run(pair.port(), load, commands);
        double cpu = (double) (pair.cpuMicros() - before) / commands;
        return new Figures(found.perSecond(), found.p50Millis(), found.p99Millis(), cpu);
    }
}
