package proa.chaos.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What features cost beside a node that has none of them, in the same rounds.
 *
 * @param costs in the order of {@link Feature}
 */
record FeatureCosts(List<Cost> costs) {

    /** What one feature may cost at most, as a share of a request without it. */
    static final double SHARE_MAX = 0.05;

    /**
     * One feature; shares are of the CPU of a request without it, medians and extremes of rounds.
     *
     * @param without CPU of a request without it, in microseconds
     * @param with the same with it
     * @param share 0.05: five per cent more
     * @param rounds how many are in the medians
     * @param leftOut rounds that are not, since others used the balancer's core
     */
    record Cost(
            String feature,
            double without,
            double with,
            double share,
            double shareLeast,
            double shareMost,
            boolean promised,
            int rounds,
            int leftOut) {

        static Cost of(Feature feature, List<Round> all) {
            List<Round> rounds = Round.chosen(all);
            Figure share =
                    Figure.of(
                            rounds,
                            round -> micros(round, feature) / micros(round, Feature.DEFAULTS) - 1);
            return new Cost(
                    feature.label(),
                    Figure.of(rounds, round -> micros(round, Feature.DEFAULTS)).median(),
                    Figure.of(rounds, round -> micros(round, feature)).median(),
                    share.median(),
                    share.least(),
                    share.most(),
                    feature.isPromised(),
                    rounds.size(),
                    all.size() - rounds.size());
        }

        private static double micros(Round round, Feature feature) {
            return round.of(feature.program()).cpuMicrosPerRequest();
        }

        /** Whether no round at all says that it costs no more than it may. */
        boolean isTooMuch() {
            return promised && shareLeast > SHARE_MAX;
        }

        private String text() {
            String verdict = "";
            if (promised) {
                boolean within = share <= SHARE_MAX;
                verdict = within ? "within" : isTooMuch() ? "MORE THAN" : "perhaps more than";
                verdict = String.format(Locale.ROOT, "  %s %.0f %%", verdict, SHARE_MAX * 100);
            }
            return String.format(
                    Locale.ROOT,
                    "  %-42s %6.2f µs beside %6.2f  %+6.1f %% (%+.1f to %+.1f)%s%n",
                    feature,
                    with,
                    without,
                    share * 100,
                    shareLeast * 100,
                    shareMost * 100,
                    verdict);
        }
    }

    /** Whether no feature certainly costs more than it may. */
    boolean keeps() {
        return costs.stream().noneMatch(Cost::isTooMuch);
    }

    /** For people. */
    String text() {
        int rounds = costs.stream().mapToInt(Cost::rounds).min().orElse(0);
        int leftOut = costs.stream().mapToInt(Cost::leftOut).max().orElse(0);
        return String.format(
                        Locale.ROOT,
                        "%s: CPU of a request of HTTP/1.1 on a kept connection, with a feature and"
                                + " without; medians of %d rounds, at most %d left out%n",
                        FeatureBench.NAME,
                        rounds,
                        leftOut)
                + costs.stream().map(Cost::text).collect(Collectors.joining());
    }

    /** Those that are compared with the defaults. */
    static List<Feature> compared() {
        return Arrays.stream(Feature.values()).filter(each -> each != Feature.DEFAULTS).toList();
    }
}
