package proa.chaos.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long a small message over TCP takes there and back, one after the other on one connection;
 * medians over rounds.
 *
 * @param bytes of a message
 * @param rounds how many there were
 * @param direct without a balancer
 */
record TcpLatency(int bytes, int rounds, Times direct, List<Through> balancers) {

    /** What {@link #direct} is called among the programs of a round. */
    static final String DIRECT = "direct";

    private static final double MICROS = 1_000;

    /** In microseconds. */
    record Times(double p50, double p99, double p999) {

        private static Times of(List<Map<String, Times>> rounds, String program) {
            List<Times> own = rounds.stream().map(round -> in(round, program)).toList();
            return new Times(
                    Figure.of(own, Times::p50).median(),
                    Figure.of(own, Times::p99).median(),
                    Figure.of(own, Times::p999).median());
        }

        static Times ofMillis(double p50, double p99, double p999) {
            return new Times(p50 * MICROS, p99 * MICROS, p999 * MICROS);
        }
    }

    /**
     * One balancer.
     *
     * @param added to the median in microseconds, beside the direct way in the same round
     * @param ratio Proa's addition ÷ this one's, of the same round; 1 for Proa
     */
    record Through(String program, Times times, Figure added, Figure ratio) {}

    /**
     * Of what each round found.
     *
     * @param rounds times by program, {@link #DIRECT} and Proa among them
     * @param programs in the order of the report, without {@link #DIRECT}
     */
    static TcpLatency of(int bytes, List<Map<String, Times>> rounds, List<String> programs) {
        List<Through> balancers = new ArrayList<>();
        for (String program : programs) {
            balancers.add(
                    new Through(
                            program,
                            Times.of(rounds, program),
                            Figure.of(rounds, round -> added(round, program)),
                            Figure.of(
                                    rounds,
                                    round -> added(round, Peer.PROA) / added(round, program))));
        }
        return new TcpLatency(bytes, rounds.size(), Times.of(rounds, DIRECT), balancers);
    }

    private static double added(Map<String, Times> round, String program) {
        return in(round, program).p50() - in(round, DIRECT).p50();
    }

    private static Times in(Map<String, Times> round, String program) {
        Times found = round.get(program);
        if (found == null) {
            throw new IllegalStateException("a round without " + program);
        }
        return found;
    }

    /** For a terminal. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%s: %d bytes there and back on one connection; medians of %d rounds%n",
                        LatencyBench.NAME,
                        bytes,
                        rounds));
        text.append(line(DIRECT, direct, ""));
        for (Through each : balancers) {
            String added =
                    String.format(
                            Locale.ROOT,
                            "; adds %.1f µs (%.1f to %.1f)",
                            each.added().median(),
                            each.added().least(),
                            each.added().most());
            text.append(line(each.program(), each.times(), added));
        }
        for (Through each : balancers) {
            if (!each.program().equals(Peer.PROA)) {
                text.append(
                        String.format(
                                Locale.ROOT,
                                "  added by Proa ÷ added by %s: %.2f (%.2f to %.2f)%n",
                                each.program(),
                                each.ratio().median(),
                                each.ratio().least(),
                                each.ratio().most()));
            }
        }
        return text.toString();
    }

    private static String line(String program, Times times, String added) {
        return String.format(
                Locale.ROOT,
                "  %-8s p50 %6.1f  p99 %6.1f  p99.9 %6.1f µs%s%n",
                program,
                times.p50(),
                times.p99(),
                times.p999(),
                added);
    }
}
