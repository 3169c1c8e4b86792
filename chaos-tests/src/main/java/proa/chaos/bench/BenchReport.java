package proa.chaos.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the bench found, in the form that is written as JSON.
 *
 * @param load the load average before anything was started (proc_loadavg(5))
 */
record BenchReport(String load, List<Workload> workloads) {

    /**
     * One workload beside one peer; the figures are medians.
     *
     * @param ratio the peer's CPU per request ÷ ours; above 1: we need less
     * @param spread (largest − smallest) ÷ median of our CPU per request; 0.1 and more is a noisy
     *     machine
     * @param peerSpread the same of the peer's
     * @param rounds how many are in the medians
     * @param leftOut rounds that are not, since others used the balancer's core
     */
    record Workload(
            String name,
            String peer,
            double ratio,
            Sample proa,
            Sample peerFigures,
            double spread,
            double peerSpread,
            int rounds,
            int leftOut) {

        /** Our CPU per request as a multiple of the peer's. */
        double factor() {
            return 1 / ratio;
        }
    }

    static Workload workload(String name, String peer, List<Round> all) {
        List<Round> chosen = Round.chosen(all);
        List<Sample> ours = chosen.stream().map(Round::proa).toList();
        List<Sample> theirs = chosen.stream().map(Round::peer).toList();
        Sample proa = medians(ours);
        Sample other = medians(theirs);
        return new Workload(
                name,
                peer,
                other.cpuMicrosPerRequest() / proa.cpuMicrosPerRequest(),
                proa,
                other,
                spread(ours),
                spread(theirs),
                chosen.size(),
                all.size() - chosen.size());
    }

    private static Sample medians(List<Sample> samples) {
        return new Sample(
                median(samples, Sample::cpuMicrosPerRequest),
                median(samples, Sample::requestsPerSecond),
                median(samples, Sample::p50Millis),
                median(samples, Sample::p99Millis),
                median(samples, Sample::others));
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double spread(List<Sample> samples) {
        double[] sorted =
                samples.stream().mapToDouble(Sample::cpuMicrosPerRequest).sorted().toArray();
        return (sorted[sorted.length - 1] - sorted[0])
                / median(samples, Sample::cpuMicrosPerRequest);
    }

    /** Whether no workload costs more than so many times the peer's. */
    boolean keeps(double atMost) {
        return workloads.stream().allMatch(each -> each.factor() <= atMost);
    }

    /** For people. */
    String table() {
        StringBuilder table = new StringBuilder();
        for (Workload each : workloads) {
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%s: %.2f times as frugal as %s (above 1: Proa needs less CPU); "
                                    + "medians of %d rounds, %d left out%n",
                            each.name(),
                            each.ratio(),
                            each.peer(),
                            each.rounds(),
                            each.leftOut()));
            table.append(row("proa", each.proa(), each.spread()));
            table.append(row(each.peer(), each.peerFigures(), each.peerSpread()));
        }
        return table.toString();
    }

    /** The promise, and whether it is kept; a line for each workload. */
    String verdicts(double atMost) {
        StringBuilder verdicts = new StringBuilder();
        for (Workload each : workloads) {
            verdicts.append(
                    String.format(
                            Locale.ROOT,
                            "%s: %.2f times the CPU of %s, at most %.2f: %s%n",
                            each.name(),
                            each.factor(),
                            each.peer(),
                            atMost,
                            each.factor() <= atMost ? "kept" : "BROKEN"));
        }
        return verdicts.toString();
    }

    private static String row(String name, Sample sample, double spread) {
        return String.format(
                Locale.ROOT,
                "  %-8s %7.2f CPU µs/request (spread %3.0f %%) %9.0f requests/s   p50 %7.2f ms  "
                        + " p99 %7.2f ms   others %3.0f %%%n",
                name,
                sample.cpuMicrosPerRequest(),
                spread * 100,
                sample.requestsPerSecond(),
                sample.p50Millis(),
                sample.p99Millis(),
                sample.others() * 100);
    }
}
