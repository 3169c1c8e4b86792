package proa.chaos.bench.l4;

import java.util.Arrays;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What every way costs, and what outlives a failover.
 *
 * @param rounds of all ways in turn
 * @param ways medians of the rounds
 * @param survivals one failover of each way that promises it
 */
record L4Report(int rounds, List<Figures> ways, List<Survival> survivals) {

    /** Bulk by {@code nat} is promised to be so many times that of HAProxy in mode tcp. */
    static final double NAT_TO_HAPROXY = 2;

    L4Report {
        ways = List.copyOf(ways);
        survivals = List.copyOf(survivals);
    }

    /**
     * One run of one way.
     *
     * @param gigabits received in a second over a few connections
     * @param secondsPerGigabyte of all cores together, clients and servers included
     * @param requests answered in a second over kept connections
     * @param microsPerRequest of all cores together
     */
    record Run(
            double gigabits, double secondsPerGigabyte, double requests, double microsPerRequest) {}

    /** Medians of one way. */
    record Figures(String way, Run median) {
        static Figures of(Way way, List<Run> runs) {
            return new Figures(
                    way.label(),
                    new Run(
                            median(runs, Run::gigabits),
                            median(runs, Run::secondsPerGigabyte),
                            median(runs, Run::requests),
                            median(runs, Run::microsPerRequest)));
        }

        private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
            double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1
                    ? sorted[middle]
                    : Arrays.stream(sorted, middle - 1, middle + 1).sum() / 2;
        }
    }

    /** One failover. */
    record Survival(String way, Survivors survivors) {}

    /** Bulk of {@code nat} as a multiple of HAProxy's, if both were measured. */
    Optional<Double> natToHaproxy() {
        return gigabits(Way.NAT)
                .flatMap(nat -> gigabits(Way.HAPROXY).map(haproxy -> nat / haproxy));
    }

    private Optional<Double> gigabits(Way way) {
        return ways.stream()
                .filter(each -> each.way.equals(way.label()))
                .map(each -> each.median.gigabits)
                .findFirst();
    }

    /** Whether no promise is broken. */
    boolean keeps() {
        return natToHaproxy().map(times -> times >= NAT_TO_HAPROXY).orElse(true)
                && survivals.stream().allMatch(each -> each.survivors.all());
    }

    /** For people. */
    String text() {
        StringBuilder text = new StringBuilder();
        try (Formatter out = new Formatter(text, Locale.ROOT)) {
            if (!ways.isEmpty()) {
                costs(out);
            }
            for (Survival each : survivals) {
                Survivors now = each.survivors;
                out.format(
                        "  %-10s %d of %d connections outlived a failover, %d broken; longest"
                                + " stall %d ms%n",
                        each.way, now.alive(), now.connections(), now.broken(), now.stallMillis());
            }
        }
        return text.toString();
    }

    private void costs(Formatter out) {
        out.format("l4: medians of %d rounds; CPU of all cores, clients and servers too%n", rounds);
        out.format(
                "  %-10s %8s %10s %12s %14s%n",
                "way", "Gbit/s", "CPU s/GB", "requests/s", "CPU µs/request");
        for (Figures each : ways) {
            Run run = each.median;
            out.format(
                    "  %-10s %8.2f %10.2f %12.0f %14.1f%n",
                    each.way,
                    run.gigabits,
                    run.secondsPerGigabyte,
                    run.requests,
                    run.microsPerRequest);
        }
        natToHaproxy()
                .ifPresent(
                        times ->
                                out.format(
                                        "  bulk of nat ÷ haproxy: %.2f; promised %.0f: %s%n",
                                        times,
                                        NAT_TO_HAPROXY,
                                        times >= NAT_TO_HAPROXY ? "kept" : "BROKEN"));
    }
}
