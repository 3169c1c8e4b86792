package proa.chaos.bench;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import proa.chaos.bench.Bench.Selection;
import proa.chaos.bench.failover.FailoverBench;
import proa.chaos.bench.failover.FailoverOptions;
import proa.chaos.bench.failover.SteadyCommand;
import proa.chaos.bench.l4.L4Command;
import proa.chaos.bench.state.StateCommand;
import proa.chaos.report.Json;
import proa.config.command.Subcommand;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** {@code proa bench}: what Proa costs beside HAProxy and nginx on this machine. */
@Command(
        name = "bench",
        description = {
            "Measures Proa beside HAProxy and nginx on this machine: CPU per request, latency at a"
                + " fixed rate and of one message at a time, the highest rate, memory under idle"
                + " connections; and what each feature costs, and the time to start.",
            "Balancers run on the first core, servers and generators on the second: leave both"
                    + " alone meanwhile."
        },
        exitCodeListHeading = "Exit code:%n",
        exitCodeList = {
            "0:Measured; what is promised of Proa is kept.",
            "1:A program is missing or has failed.",
            "2:Wrong use.",
            "3:Measured; a promise is broken."
        },
        subcommands = {StateCommand.class, L4Command.class, SteadyCommand.class},
        mixinStandardHelpOptions = true)
public final class BenchCommand implements Subcommand {

    private static final double STEADY = 0.05;
    private static final int WRONG_USE = 2;
    private static final int PROMISE_BROKEN = 3;

    @Parameters(
            paramLabel = "NAME",
            completionCandidates = Known.class,
            description =
                    "What to measure: ${COMPLETION-CANDIDATES}. Default: all but "
                            + FailoverBench.NAME
                            + ".")
    private List<String> names = List.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there.")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Writes a page with a plot there.")
    private @Nullable Path html;

    @Option(
            names = {"--rounds", "--repetitions"},
            defaultValue = "5",
            description = "Of all programs, 1 to 100.")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            description = "Of each program in a round at full speed, and again at a fixed rate.")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "90",
            description = "At most so long for each program; it ends when the cost is steady.")
    private int warmUp;

    @Option(names = "--connections", defaultValue = "64", description = "Of the generator.")
    private int connections;

    @Mixin private FailoverOptions failover = new FailoverOptions();

    @Override
    public Integer call() throws IOException {
        Set<String> unknown = new LinkedHashSet<>(names);
        unknown.removeAll(known());
        if (!unknown.isEmpty()) {
            System.err.printf(
                    "bench: no workload %s; there are: %s%n",
                    String.join(", ", unknown), String.join(", ", known()));
            return WRONG_USE;
        }
        if (rounds < 1 || rounds > 100 || seconds < 1 || connections < 1) {
            System.err.println("bench: --rounds is 1 to 100, the other numbers at least 1");
            return WRONG_USE;
        }
        Optional<String> wrong = failover.wrong();
        if (wrong.isPresent()) {
            System.err.println("bench: " + wrong.get());
            return WRONG_USE;
        }
        if (Runtime.getRuntime().availableProcessors() < 2) {
            throw new IOException("bench needs two cores: one for the balancer, one for the rest");
        }
        Effort effort = new Effort(1, warmUp, STEADY, rounds, seconds, true, connections);
        Bench bench = new Bench(peers(), effort, failover.bench(System.err), System.err);
        System.err.printf(
                Locale.ROOT,
                "bench: takes about %d minutes on a quiet machine, longer on a busy one%n",
                Math.ceilDiv(bench.seconds(selection()), 60));
        return report(bench.measure(selection()));
    }

    private int report(BenchReport report) throws IOException {
        System.out.print(BenchTable.of(report));
        if (json != null) {
            Files.writeString(json, Json.pretty(report));
        }
        if (html != null) {
            Files.writeString(html, BenchPage.of(report));
        }
        return report.keeps() ? 0 : PROMISE_BROKEN;
    }

    private Selection selection() {
        if (names.isEmpty()) {
            return Selection.ALL;
        }
        return new Selection(
                Arrays.stream(Workload.values())
                        .filter(each -> names.contains(each.label()))
                        .toList(),
                Set.copyOf(names));
    }

    static List<String> known() {
        return Stream.concat(
                        Arrays.stream(Workload.values()).map(Workload::label),
                        Stream.of(
                                LatencyBench.NAME,
                                IdleBench.NAME,
                                WarmStartBench.NAME,
                                FeatureBench.NAME,
                                StartBench.NAME,
                                FailoverBench.NAME))
                .toList();
    }

    /** What the help and completion of shells name. */
    static final class Known implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return known().iterator();
        }
    }

    /** HAProxy, whom promises are about, and of the others whoever is installed. */
    private static List<Peer> peers() {
        return Arrays.stream(Peer.values())
                .filter(peer -> peer == Peer.HAPROXY || isInstalled(peer.label()))
                .toList();
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
