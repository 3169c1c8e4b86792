package proa.chaos.bench;

import java.util.List;

/** Proa and its peer, one after the other. */
record Round(Sample proa, Sample peer) {

    /** Above this share of the core the caches and the clock are no longer the program's own. */
    static final double OTHERS_MAX = 0.1;

    /** So many quiet rounds make a median. */
    private static final int QUIET_MIN = 3;

    boolean quiet() {
        return proa.others() <= OTHERS_MAX && peer.others() <= OTHERS_MAX;
    }

    /** The quiet ones; all, when there are too few of them. */
    static List<Round> chosen(List<Round> rounds) {
        List<Round> quiet = rounds.stream().filter(Round::quiet).toList();
        return quiet.size() >= QUIET_MIN ? quiet : rounds;
    }
}
