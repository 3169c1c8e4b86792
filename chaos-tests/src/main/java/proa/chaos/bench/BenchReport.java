package proa.chaos.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What the bench found, in the form that is written as JSON. */
record BenchReport(List<Workload> workloads) {

    /**
     * One workload beside one peer.
     *
     * @param ratio the peer's CPU per request ÷ ours; above 1: we need less
     * @param spread (largest − smallest) ÷ median of our CPU per request; 0.1 and more is a noisy
     *     machine
     */
    record Workload(
            String name,
            String peer,
            double ratio,
            Sample proa,
            Sample peerFigures,
            double spread) {}

    static Workload workload(String name, String peer, List<Sample> ours, List<Sample> theirs) {
        Sample proa = medians(ours);
        Sample other = medians(theirs);
        double ratio = other.cpuMicrosPerRequest() / proa.cpuMicrosPerRequest();
        return new Workload(name, peer, ratio, proa, other, spread(ours));
    }

    private static Sample medians(List<Sample> samples) {
        return new Sample(
                median(samples, Sample::cpuMicrosPerRequest),
                median(samples, Sample::requestsPerSecond),
                median(samples, Sample::p50Millis),
                median(samples, Sample::p99Millis));
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

    /** For people. */
    String table() {
        StringBuilder table = new StringBuilder();
        for (Workload each : workloads) {
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%s: %.2f times as frugal as %s (above 1: Proa needs less CPU)%n",
                            each.name(),
                            each.ratio(),
                            each.peer()));
            table.append(row("proa", each.proa())).append(row(each.peer(), each.peerFigures()));
        }
        return table.toString();
    }

    private static String row(String name, Sample sample) {
        return String.format(
                Locale.ROOT,
                "  %-8s %7.2f CPU µs/request %9.0f requests/s   p50 %7.2f ms   p99 %7.2f ms%n",
                name,
                sample.cpuMicrosPerRequest(),
                sample.requestsPerSecond(),
                sample.p50Millis(),
                sample.p99Millis());
    }
}
