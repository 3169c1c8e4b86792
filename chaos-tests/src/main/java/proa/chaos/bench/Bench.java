package proa.chaos.bench;

import proa.chaos.bench.Programs.Program;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures Proa beside HAProxy. Rounds alternate between the two, so that noise meets both; rounds
 * in which others used the balancer's core are repeated; medians are compared.
 */
final class Bench {

    static final String HTTP1_KEEP_ALIVE = "http1-keepalive";

    private final Effort effort;
    private final PrintStream progress;

    Bench(Effort effort, PrintStream progress) {
        this.effort = effort;
        this.progress = progress;
    }

    /** The whole of it; programs that were started have ended when this returns. */
    BenchReport http1KeepAlive() throws IOException {
        String load = Files.readString(Path.of("/proc/loadavg")).strip();
        say("load average before: " + load);
        try (Programs programs = Programs.open()) {
            Program server = programs.server();
            Program proa = programs.proa(server);
            Program peer = programs.haproxy(server);
            warmUp(proa);
            warmUp(peer);
            List<Round> rounds = rounds(proa, peer);
            programs.succeeded();
            return new BenchReport(
                    load, List.of(BenchReport.workload(HTTP1_KEEP_ALIVE, peer.name(), rounds)));
        }
    }

    private void warmUp(Program program) throws IOException {
        WarmUp warmUp = new WarmUp(effort);
        while (!warmUp.over()) {
            Sample slice = run(program);
            warmUp.add(slice);
            say("warming up " + program.name() + ": " + figures(slice));
        }
        say("warm: " + program.name() + ", " + warmUp);
    }

    private List<Round> rounds(Program proa, Program peer) throws IOException {
        List<Round> rounds = new ArrayList<>();
        int quiet = 0;
        while (quiet < effort.rounds() && rounds.size() < 2 * effort.rounds()) {
            Round round = new Round(run(proa), run(peer));
            rounds.add(round);
            quiet += round.quiet() ? 1 : 0;
            String number = "round " + rounds.size() + ": ";
            say(number + proa.name() + " " + figures(round.proa()));
            say(number + peer.name() + " " + figures(round.peer()));
        }
        return rounds;
    }

    private static String figures(Sample sample) {
        return String.format(
                Locale.ROOT,
                "%.2f CPU µs/request, %.0f requests/s, others use %.0f %% of the core",
                sample.cpuMicrosPerRequest(),
                sample.requestsPerSecond(),
                sample.others() * 100);
    }

    private Sample run(Program program) throws IOException {
        long pid = program.process().pid();
        long cpu = CpuTime.micros(pid);
        long busy = CpuTime.busyMicros(Programs.BALANCER_CORE);
        Wrk wrk =
                Wrk.parse(
                        Programs.output(
                                Wrk.command(
                                        Programs.OTHERS_CORE,
                                        program.port(),
                                        effort.connections(),
                                        effort.seconds())));
        if (!wrk.failures().equals(Failures.NONE)) {
            throw new IOException(program.name() + " failed: " + wrk.failures());
        }
        return Sample.of(
                wrk, CpuTime.micros(pid) - cpu, CpuTime.busyMicros(Programs.BALANCER_CORE) - busy);
    }

    private void say(String line) {
        progress.println(line);
    }
}
