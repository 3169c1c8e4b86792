package proa.chaos.bench.l4;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import proa.chaos.report.Json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code proa bench l4}: every way that TCP can take through a balancer. */
@Command(
        name = "l4",
        description = {
            "Measures TCP to a server directly, through HAProxy, and by each `forwarding` of Proa"
                + " in one lab: bulk, requests, CPU; and which established connections outlive the"
                + " owner of the address.",
            "All programs share the cores: leave them alone meanwhile."
        },
        exitCodeListHeading = "Exit code:%n",
        exitCodeList = {
            "0:Measured; what is promised of Proa is kept.",
            "1:A program is missing or has failed.",
            "2:Wrong use.",
            "3:Measured; a promise is broken."
        },
        mixinStandardHelpOptions = true)
public final class L4Command implements Callable<Integer> {

    private static final int WRONG_USE = 2;
    private static final int PROMISE_BROKEN = 3;

    /** The lab's commands have 30 s. */
    private static final int SECONDS_MAX = 20;

    @Parameters(
            paramLabel = "WAY",
            description =
                    "direct, haproxy, proxy, bulk, nat, stateless, dsr. Default: all of them.")
    private List<String> names = List.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there.")
    private @Nullable Path json;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "Of all ways, 0 to 100; 0: only failovers.")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "3",
            description = "Of bulk, and of requests, in a round, 1 to 20.")
    private int seconds;

    @Option(
            names = "--connections",
            defaultValue = "2000",
            description = "That last through a failover, 0 to 10000; 0: no failover.")
    private int connections;

    @Override
    public Integer call() throws IOException {
        List<Way> ways =
                Arrays.stream(Way.values())
                        .filter(each -> names.isEmpty() || names.contains(each.label()))
                        .toList();
        boolean known = names.stream().allMatch(name -> Way.named(name).isPresent());
        boolean sound = rounds >= 0 && rounds <= 100 && seconds >= 1 && seconds <= SECONDS_MAX;
        if (!known || !sound || connections < 0 || connections > 10_000) {
            System.err.println(
                    "bench l4: ways are direct, haproxy, proxy, bulk, nat, stateless and dsr;"
                            + " --rounds is 0 to 100, --seconds 1 to 20, --connections 0 to 10000");
            return WRONG_USE;
        }
        L4Report report = new L4Bench(rounds, seconds, connections, System.err).measure(ways);
        System.out.print(report.text());
        if (json != null) {
            Files.writeString(json, Json.pretty(report));
        }
        return report.keeps() ? 0 : PROMISE_BROKEN;
    }
}
