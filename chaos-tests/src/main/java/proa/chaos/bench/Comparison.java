package proa.chaos.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One workload beside one peer. Ratios are of the same round; medians over rounds.
 *
 * @param unit what the cost and the rates are counted in
 * @param ratio the peer's CPU for each unit ÷ ours; above 1: we need less
 * @param ratioLeast of any round; with ratioMost an interval for the true ratio ({@link Figure})
 * @param floor what is promised of the ratio; 0: nothing, as beside nginx
 * @param p99Ratio our p99 ÷ the peer's at the fixed rate
 * @param ratePerSecond the fixed rate: half of the slower peer's maximum
 * @param spread (largest − smallest) ÷ median of our cost; 0.1 and more is a noisy machine
 * @param rounds how many are in the medians
 * @param leftOut rounds that are not, since others used the balancer's core
 */
record Comparison(
        String name,
        String peer,
        String unit,
        double ratio,
        double ratioLeast,
        double ratioMost,
        double floor,
        double target,
        Verdict verdict,
        double p99Ratio,
        Verdict p99Verdict,
        double ratePerSecond,
        Sample proa,
        Sample peerFigures,
        double spread,
        double peerSpread,
        int rounds,
        int leftOut) {

    /** A p99 that is worse by less than this is not told from an equal one. */
    static final double P99_RATIO_MAX = 1.1;

    static Comparison of(Workload workload, Peer peer, double ratePerSecond, List<Round> all) {
        List<Round> rounds = Round.chosen(all);
        Figure ratio =
                Figure.of(rounds, paired(peer.label(), Peer.PROA, Sample::cpuMicrosPerRequest));
        Figure p99 = Figure.of(rounds, paired(Peer.PROA, peer.label(), Sample::p99Millis));
        boolean promised = peer == Peer.HAPROXY;
        double floor = promised ? workload.floor() : 0;
        double target = promised ? workload.target() : 0;
        return new Comparison(
                workload.label(),
                peer.label(),
                workload.unit(),
                ratio.median(),
                ratio.least(),
                ratio.most(),
                floor,
                target,
                promised ? Verdict.of(ratio.median(), floor, target) : Verdict.NOT_PROMISED,
                p99.median(),
                promised ? latency(p99.median()) : Verdict.NOT_PROMISED,
                ratePerSecond,
                medians(rounds, Peer.PROA),
                medians(rounds, peer.label()),
                Figure.of(rounds, of(Peer.PROA, Sample::cpuMicrosPerRequest)).spread(),
                Figure.of(rounds, of(peer.label(), Sample::cpuMicrosPerRequest)).spread(),
                rounds.size(),
                all.size() - rounds.size());
    }

    /** Whether no promise is broken. */
    boolean keeps() {
        return verdict != Verdict.BROKEN && p99Verdict != Verdict.BROKEN;
    }

    private static Verdict latency(double ratio) {
        return Verdict.of(1 / ratio, 1 / P99_RATIO_MAX, 1);
    }

    private static ToDoubleFunction<Round> paired(
            String over, String under, ToDoubleFunction<Sample> figure) {
        return round ->
                figure.applyAsDouble(round.of(over)) / figure.applyAsDouble(round.of(under));
    }

    private static ToDoubleFunction<Round> of(String program, ToDoubleFunction<Sample> figure) {
        return round -> figure.applyAsDouble(round.of(program));
    }

    private static Sample medians(List<Round> rounds, String program) {
        return new Sample(
                median(rounds, program, Sample::cpuMicrosPerRequest),
                median(rounds, program, Sample::requestsPerSecond),
                median(rounds, program, Sample::busy),
                median(rounds, program, Sample::p50Millis),
                median(rounds, program, Sample::p99Millis),
                median(rounds, program, Sample::p999Millis),
                median(rounds, program, Sample::others));
    }

    private static double median(
            List<Round> rounds, String program, ToDoubleFunction<Sample> figure) {
        return Figure.of(rounds, of(program, figure)).median();
    }
}
