package proa.chaos.bench.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What was found, in the form that is written as JSON.
 *
 * @param load the load average before anything was started (proc_loadavg(5))
 * @param keys sessions in the stores
 * @param tables what was measured of replicated tables
 * @param sums whether counters of two nodes are right
 * @param limits by how much limits were exceeded that three nodes kept together
 */
record StateReport(
        String load,
        int keys,
        int valueBytes,
        List<Workload> workloads,
        List<TableFigure> tables,
        List<CounterSum> sums,
        List<OverAdmission> limits) {

    /**
     * One operation, with 64 connections beside Redis.
     *
     * @param ratio our rate ÷ that of Redis, median over rounds, each ratio of one round
     * @param floor what is promised of it
     * @param loads the same under every load, the promised one among them
     */
    record Workload(
            String name,
            String peer,
            double ratio,
            double ratioLeast,
            double ratioMost,
            double floor,
            boolean kept,
            Figures proa,
            Figures peerFigures,
            List<Cell> loads) {

        static Workload of(Load.Operation operation, List<Cell> loads) {
            Cell promised =
                    loads.stream().filter(each -> each.load().promised()).findFirst().orElseThrow();
            return new Workload(
                    operation.label(),
                    "redis",
                    promised.ratio(),
                    promised.ratioLeast(),
                    promised.ratioMost(),
                    operation.floor(),
                    promised.ratio() >= operation.floor(),
                    promised.proa(),
                    promised.redis(),
                    loads);
        }
    }

    /** One load on both. */
    record Cell(
            Load load,
            double ratio,
            double ratioLeast,
            double ratioMost,
            Figures proa,
            Figures redis) {

        /** Rounds in the order made; the figures of both in each were measured side by side. */
        static Cell of(Load load, List<Figures> proa, List<Figures> redis) {
            double[] ratios = new double[proa.size()];
            for (int at = 0; at < ratios.length; at++) {
                ratios[at] = proa.get(at).perSecond() / redis.get(at).perSecond();
            }
            Arrays.sort(ratios);
            return new Cell(
                    load,
                    median(ratios),
                    ratios[0],
                    ratios[ratios.length - 1],
                    Figures.medians(proa),
                    Figures.medians(redis));
        }
    }

    /**
     * Of one program under one load.
     *
     * @param cpuMicros of both of its processes, for each command
     */
    record Figures(double perSecond, double p50Millis, double p99Millis, double cpuMicros) {

        static Figures medians(List<Figures> rounds) {
            return new Figures(
                    median(rounds, Figures::perSecond),
                    median(rounds, Figures::p50Millis),
                    median(rounds, Figures::p99Millis),
                    median(rounds, Figures::cpuMicros));
        }

        private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
            return StateReport.median(rounds.stream().mapToDouble(figure).sorted().toArray());
        }
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Without sessions, nothing else measured yet. */
    static StateReport empty() throws IOException {
        return new StateReport(loadAverage(), 0, 0, List.of(), List.of(), List.of(), List.of());
    }

    /** The same with figures of tables, counters and limits. */
    StateReport with(
            List<TableFigure> figures, List<CounterSum> counted, List<OverAdmission> exceeded) {
        return new StateReport(load, keys, valueBytes, workloads, figures, counted, exceeded);
    }

    /** As the machine says it. */
    static String loadAverage() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).strip();
    }

    /** Whether no promise is broken. */
    boolean keeps() {
        return workloads.stream().allMatch(Workload::kept)
                && tables.stream().allMatch(TableFigure::kept)
                && sums.stream().allMatch(CounterSum::kept)
                && limits.stream().allMatch(OverAdmission::kept);
    }
}
