package proa.chaos.bench.failover;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import proa.chaos.report.Json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code proa bench steady}: takeovers that nothing was the reason for. */
@Command(
        name = "steady",
        description = {
            "Keeps every processor of this machine busy and counts how often a pair moves its"
                    + " address meanwhile, and how long it is silent: it never moves, it is"
                    + " promised.",
            "Nothing else on the machine gets much done."
        },
        exitCodeListHeading = "Exit code:%n",
        exitCodeList = {
            "0:The address stayed.",
            "1:A program is missing or has failed.",
            "2:Wrong use.",
            "3:It moved, fell silent, or was not watched throughout."
        },
        mixinStandardHelpOptions = true)
public final class SteadyCommand implements Callable<Integer> {

    private static final int WRONG_USE = 2;
    private static final int PROMISE_BROKEN = 3;
    private static final int MINUTES_MAX = 24 * 60;

    @Option(names = "--minutes", defaultValue = "10", description = "1 to 1440.")
    private int minutes;

    @Option(
            names = "--interval",
            defaultValue = "100ms",
            description = "Between advertisements: 1s, 100ms or 10ms.")
    private String interval = "";

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException {
        Optional<Duration> between = FailoverBench.interval(interval);
        if (minutes < 1 || minutes > MINUTES_MAX || between.isEmpty()) {
            System.err.println(
                    "bench steady: --minutes is 1 to 1440, --interval 1s, 100ms or 10ms");
            return WRONG_USE;
        }
        SteadyReport report =
                new SteadyBench(between.get(), Duration.ofMinutes(minutes), System.err).measure();
        System.out.print(report.text());
        if (json != null) {
            Files.writeString(json, Json.pretty(report));
        }
        return report.keeps() ? 0 : PROMISE_BROKEN;
    }
}
