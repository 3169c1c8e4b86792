package proa.chaos.bench.state;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import proa.chaos.report.Json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code proa bench state}: what replicated state costs, beside Redis and HAProxy's peers. */
@Command(
        name = "state",
        description = {
            "Measures sessions in two members of Proa beside redis-server with one replica on this"
                    + " machine: rates, latency and CPU with 1, 16 and 64 connections and"
                    + " pipelined, by redis-benchmark.",
            "Of replicated tables, two members in this process: memory of an entry, lookups, the"
                    + " transfer to a member that joins, lag at 50,000 updates a second, and how"
                    + " many a second there can be; all over mutual TLS.",
            "Of counters: 1,000 requests of one client to each of two nodes at the same moment,"
                    + " what both say in the end, and what two HAProxy say that are peers.",
            "Of limits: 1,000 requests of one client in 10 s, approximate and strict, at three"
                    + " members in processes of their own that are offered ten times as many.",
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
public final class StateCommand implements Callable<Integer> {

    private static final String TABLES = "tables";
    private static final List<String> OTHERS = List.of(TABLES, CounterSum.NAME, OverAdmission.NAME);
    private static final int WRONG_USE = 2;
    private static final int PROMISE_BROKEN = 3;

    @Parameters(
            paramLabel = "NAME",
            description =
                    "What to measure: session-get, session-set, tables, counter-sum,"
                            + " over-admission. Default: all.")
    private List<String> names = List.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there.")
    private @Nullable Path json;

    @Option(names = "--rounds", defaultValue = "5", description = "Of both programs, 1 to 100.")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "3",
            description = "Of each program under each load in a round.")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description = "Of reads, and twice as many of writes, before anything counts.")
    private int warmUp;

    @Option(names = "--entries", defaultValue = "1000000", description = "Of a table.")
    private int entries;

    @Override
    public Integer call() throws IOException {
        List<Load.Operation> chosen =
                Arrays.stream(Load.Operation.values())
                        .filter(each -> names.isEmpty() || names.contains(each.label()))
                        .toList();
        List<String> others =
                OTHERS.stream().filter(each -> names.isEmpty() || names.contains(each)).toList();
        int found = chosen.size() + others.size();
        boolean known = names.isEmpty() || names.stream().distinct().count() == found;
        if (!known || rounds < 1 || rounds > 100 || seconds < 1 || warmUp < 1 || entries < 1) {
            System.err.println(
                    "bench state: takes session-get, session-set, tables, counter-sum and"
                            + " over-admission; --rounds is 1 to 100, the other numbers at least"
                            + " 1");
            return WRONG_USE;
        }
        StateReport report = measure(chosen, others);
        System.out.print(StateTable.of(report));
        if (json != null) {
            Files.writeString(json, Json.pretty(report));
        }
        return report.keeps() ? 0 : PROMISE_BROKEN;
    }

    private StateReport measure(List<Load.Operation> chosen, List<String> others)
            throws IOException {
        List<TableFigure> figures = new ArrayList<>();
        List<CounterSum> sums = new ArrayList<>();
        if (others.contains(TABLES)) {
            figures.addAll(new TableBench(entries, seconds, System.err).measure());
        }
        if (others.contains(CounterSum.NAME)) {
            CounterBench counters = new CounterBench(System.err);
            sums.add(counters.measure());
            figures.addAll(counters.figures());
        }
        List<OverAdmission> limits =
                others.contains(OverAdmission.NAME)
                        ? new OverAdmissionBench(System.err).measure()
                        : List.of();
        StateReport report =
                chosen.isEmpty()
                        ? StateReport.empty()
                        : new SessionBench(rounds, seconds, warmUp, System.err).measure(chosen);
        return report.with(figures, sums, limits);
    }
}
