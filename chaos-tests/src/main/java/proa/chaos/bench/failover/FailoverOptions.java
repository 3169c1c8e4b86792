package proa.chaos.bench.failover;

import picocli.CommandLine.Option;

import proa.config.text.Suggest;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a command line says about failover; what it does not say has its default. */
public final class FailoverOptions {

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Of each fault of failover, 1 to 1000. Default: ${DEFAULT-VALUE}.")
    private int runs = FailoverBench.RUNS;

    @Option(
            names = "--interval",
            description =
                    "Between the advertisements of failover: 1s, 100ms or 10ms. Default:"
                            + " ${DEFAULT-VALUE}.")
    private String interval = "100ms";

    @Option(
            names = "--fault",
            paramLabel = "NAME",
            split = ",",
            completionCandidates = Faults.class,
            description = "Of failover: ${COMPLETION-CANDIDATES}. Default: all of them.")
    private List<String> faults = new ArrayList<>();

    @Option(
            names = "--without-peers",
            description = "Failover of Proa alone, not of keepalived with HAProxy in turn.")
    private boolean withoutPeers;

    /** What is wrong with them, in a line, or empty. */
    public Optional<String> wrong() {
        if (runs < 1
                || runs > FailoverBench.RUNS_MAX
                || FailoverBench.interval(interval).isEmpty()) {
            return Optional.of("--runs is 1 to 1000, --interval 1s, 100ms or 10ms");
        }
        return faults.stream()
                .filter(name -> Fault.named(name).isEmpty())
                .findFirst()
                .map(
                        name ->
                                "--fault "
                                        + name
                                        + ": "
                                        + Suggest.nearest(name, labels())
                                                .orElse("one of " + String.join(", ", labels())));
    }

    /**
     * What they ask for.
     *
     * @param progress a line for each run
     * @throws IllegalStateException when they are {@linkplain #wrong wrong}
     */
    public FailoverBench bench(PrintStream progress) {
        Optional<String> wrong = wrong();
        if (wrong.isPresent()) {
            throw new IllegalStateException(wrong.get());
        }
        Duration between = FailoverBench.interval(interval).orElseThrow();
        Set<Fault> chosen = EnumSet.noneOf(Fault.class);
        faults.forEach(name -> Fault.named(name).ifPresent(chosen::add));
        return new FailoverBench(
                between,
                runs,
                chosen.isEmpty() ? EnumSet.allOf(Fault.class) : chosen,
                !withoutPeers,
                progress);
    }

    private static List<String> labels() {
        return Arrays.stream(Fault.values()).map(Fault::label).toList();
    }

    /** What the help and completion of shells name. */
    static final class Faults implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return labels().iterator();
        }
    }
}
