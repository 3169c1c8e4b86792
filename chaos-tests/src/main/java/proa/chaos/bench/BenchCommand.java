package proa.chaos.bench;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import proa.chaos.report.Json;
import proa.config.command.Subcommand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code proa bench}: CPU per request beside HAProxy; {@code start}: how soon a node answers. */
@Command(
        name = "bench",
        description =
                "Measures Proa on this machine: CPU per request beside HAProxy; time to start.",
        mixinStandardHelpOptions = true)
public final class BenchCommand implements Subcommand {

    private static final int WARM_UP_SECONDS_MAX = 90;
    private static final int PROMISE_BROKEN = 3;

    @Parameters(
            arity = "0..1",
            defaultValue = Bench.HTTP1_KEEP_ALIVE,
            description =
                    "What to measure: " + Bench.HTTP1_KEEP_ALIVE + " or " + StartBench.NAME + ".")
    private String workload = Bench.HTTP1_KEEP_ALIVE;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there.")
    private @Nullable Path json;

    @Option(names = "--repetitions", defaultValue = "5", description = "Of each program, 1 to 100.")
    private int repetitions;

    @Option(names = "--seconds", defaultValue = "5", description = "Of one repetition.")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "REQUESTS",
            defaultValue = "300000",
            description = "At least so many before anything counts, then until the cost is steady.")
    private long warmUp;

    @Option(names = "--connections", defaultValue = "64", description = "Of the generator.")
    private int connections;

    @Option(
            names = "--at-most",
            paramLabel = "FACTOR",
            defaultValue = "1.1",
            description = "Times the peer's CPU per request; more breaks the promise.")
    private double atMost;

    /**
     * 0: measured, and the promise is kept; 1: a program is missing or failed; 2: no such workload;
     * 3: measured, and the promise is broken.
     */
    @Override
    public Integer call() throws IOException {
        return switch (workload) {
            case Bench.HTTP1_KEEP_ALIVE -> besideHaproxy();
            case StartBench.NAME -> start();
            default -> {
                System.err.printf(
                        "bench: no workload %s; there are: %s, %s%n",
                        workload, Bench.HTTP1_KEEP_ALIVE, StartBench.NAME);
                yield 2;
            }
        };
    }

    private int start() throws IOException {
        StartBench.Report report = StartBench.measure(repetitions);
        System.out.print(report.line());
        write(report);
        return report.keeps() ? 0 : PROMISE_BROKEN;
    }

    private void write(Record report) throws IOException {
        if (json != null) {
            Files.writeString(json, Json.pretty(report));
        }
    }

    private int besideHaproxy() throws IOException {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            throw new IOException("bench needs two cores: one for the balancer, one for the rest");
        }
        Effort effort = new Effort(warmUp, WARM_UP_SECONDS_MAX, repetitions, seconds, connections);
        BenchReport report = new Bench(effort, System.err).http1KeepAlive();
        System.out.print(report.table());
        System.out.print(report.verdicts(atMost));
        write(report);
        return report.keeps(atMost) ? 0 : PROMISE_BROKEN;
    }
}
