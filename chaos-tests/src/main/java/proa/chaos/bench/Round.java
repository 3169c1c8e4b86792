package proa.chaos.bench;

import java.util.List;
import java.util.Map;

/** Everybody, one after the other; samples by the program's name. */
record Round(Map<String, Sample> samples) {

    /** Above this share of the core the caches and the clock are no longer the program's own. */
    static final double OTHERS_MAX = 0.1;

    /** So many quiet rounds make a median. */
    private static final int QUIET_MIN = 3;

    Sample of(String program) {
        Sample sample = samples.get(program);
        if (sample == null) {
            throw new IllegalStateException("not in this round: " + program);
        }
        return sample;
    }

    boolean quiet() {
        return samples.values().stream().allMatch(sample -> sample.others() <= OTHERS_MAX);
    }

    /** The quiet ones; all, when there are too few of them. */
    static List<Round> chosen(List<Round> rounds) {
        List<Round> quiet = rounds.stream().filter(Round::quiet).toList();
        return quiet.size() >= QUIET_MIN ? quiet : rounds;
    }
}
