package proa.chaos.bench;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import proa.chaos.bench.Programs.Program;
import proa.chaos.report.Json;
import proa.config.command.Subcommand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code proa bench}: CPU per request beside HAProxy. Repetitions alternate between the two, so
 * that noise meets both, and medians are compared.
 */
@Command(
        name = "bench",
        description = "Compares Proa with HAProxy on this machine: CPU per request.",
        mixinStandardHelpOptions = true)
public final class BenchCommand implements Subcommand {

    @Parameters(
            arity = "0..1",
            defaultValue = "http1-keepalive",
            description = "The workload: http1-keepalive.")
    private String workload = "http1-keepalive";

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there.")
    private @Nullable Path json;

    @Option(names = "--repetitions", defaultValue = "5", description = "Of each program, 1 to 100.")
    private int repetitions;

    @Option(names = "--seconds", defaultValue = "5", description = "Of one repetition.")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "10",
            description = "Seconds of load before the first repetition; nothing is measured.")
    private int warmUp;

    @Option(names = "--connections", defaultValue = "64", description = "Of the generator.")
    private int connections;

    /** 0: measured; 1: a program is missing or failed; 2: no such workload. */
    @Override
    public Integer call() throws IOException {
        if (!workload.equals("http1-keepalive")) {
            System.err.println("bench: no workload " + workload + "; there is: http1-keepalive");
            return 2;
        }
        if (Runtime.getRuntime().availableProcessors() < 2) {
            throw new IOException("bench needs two cores: one for the balancer, one for the rest");
        }
        Path folder = Files.createTempDirectory("proa-bench");
        try (Programs programs = new Programs(folder)) {
            Program server = programs.server();
            BenchReport report = measure(programs.proa(server), programs.haproxy(server));
            System.out.print(report.table());
            if (json != null) {
                Files.writeString(json, Json.pretty(report));
            }
            return 0;
        }
    }

    private BenchReport measure(Program proa, Program peer) throws IOException {
        System.err.printf("warming up: %d s each%n", warmUp);
        run(proa, warmUp);
        run(peer, warmUp);
        List<Sample> ours = new ArrayList<>();
        List<Sample> theirs = new ArrayList<>();
        for (int round = 1; round <= repetitions; round++) {
            ours.add(run(proa, seconds));
            theirs.add(run(peer, seconds));
            System.err.printf(
                    "%d of %d: proa %.2f, %s %.2f CPU µs/request%n",
                    round,
                    repetitions,
                    ours.getLast().cpuMicrosPerRequest(),
                    peer.name(),
                    theirs.getLast().cpuMicrosPerRequest());
        }
        return new BenchReport(List.of(BenchReport.workload(workload, peer.name(), ours, theirs)));
    }

    private Sample run(Program program, int howLong) throws IOException {
        long pid = program.process().pid();
        long before = CpuTime.micros(pid);
        Wrk wrk =
                Wrk.parse(
                        Programs.output(
                                Wrk.command(
                                        Programs.OTHERS_CORE,
                                        program.port(),
                                        connections,
                                        howLong)));
        if (wrk.failures() > 0) {
            throw new IOException(program.name() + " failed " + wrk.failures() + " requests");
        }
        return Sample.of(wrk, CpuTime.micros(pid) - before);
    }
}
