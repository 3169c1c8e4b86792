package proa.chaos.bench;

import java.util.List;

/**
 * What idle connections cost in memory; medians over fresh starts.
 *
 * @param connections of clients, open and idle after one request each
 */
record IdleMemory(int connections, List<Held> programs) {

    /** What is promised of Proa for each idle connection. */
    static final double KIB_PER_CONNECTION_MAX = 40;

    /** What is promised of Proa under 5,000 of them, in megabytes. */
    static final double RESIDENT_MEGABYTES_MAX = 300;

    /**
     * One program.
     *
     * @param megabytesBefore resident after some seconds of load, with no connection
     * @param megabytes resident with the idle connections
     * @param kibPerConnection the difference for each of them
     */
    record Held(String program, double megabytesBefore, double megabytes, double kibPerConnection) {

        static Held of(String program, long kibBefore, long kib, int connections) {
            return new Held(
                    program,
                    megabytes(kibBefore),
                    megabytes(kib),
                    (double) (kib - kibBefore) / connections);
        }

        private static double megabytes(long kib) {
            return kib * 1_024 / 1e6;
        }

        static Held medians(List<Held> all) {
            return new Held(
                    all.getFirst().program(),
                    Figure.of(all, Held::megabytesBefore).median(),
                    Figure.of(all, Held::megabytes).median(),
                    Figure.of(all, Held::kibPerConnection).median());
        }
    }

    /** Proa's. */
    Verdict perConnection() {
        return proa().kibPerConnection() <= KIB_PER_CONNECTION_MAX ? Verdict.KEPT : Verdict.BROKEN;
    }

    /** Proa's. */
    Verdict resident() {
        return proa().megabytes() <= RESIDENT_MEGABYTES_MAX ? Verdict.KEPT : Verdict.BROKEN;
    }

    boolean keeps() {
        return perConnection() == Verdict.KEPT && resident() == Verdict.KEPT;
    }

    private Held proa() {
        return programs.getFirst();
    }
}
