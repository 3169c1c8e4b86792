package proa.config.drill;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Faults by chance for a while.
 *
 * @param lasting after this no new fault begins
 * @param faults what may happen, each as likely; 1 to {@value #FAULTS_MAX}
 * @param holdMin the shortest that a fault stays
 * @param holdMax the longest
 */
public record Soak(Duration lasting, List<Fault> faults, Duration holdMin, Duration holdMax) {

    /** More kinds of faults than there are make no other soak. */
    public static final int FAULTS_MAX = 64;

    private static final int BRIEF_FAULTS = 4;

    public Soak {
        faults = List.copyOf(faults);
        if (faults.isEmpty() || faults.size() > FAULTS_MAX || holdMin.compareTo(holdMax) > 0) {
            throw new IllegalArgumentException(
                    "1 to " + FAULTS_MAX + " faults, the shortest hold first");
        }
    }

    /** The next step that chance has. */
    public Step next(RandomGenerator random) {
        Fault fault = faults.get(random.nextInt(faults.size()));
        long hold = random.nextLong(holdMin.toMillis(), holdMax.toMillis() + 1);
        return new Step(List.of(fault), Duration.ZERO, Duration.ofMillis(hold));
    }

    /** A few faults, each held no longer than that. */
    Soak brief(Duration most) {
        Duration shortest = holdMin.compareTo(most) > 0 ? most : holdMin;
        Duration longest = holdMax.compareTo(most) > 0 ? most : holdMax;
        Duration few = most.multipliedBy(BRIEF_FAULTS);
        return new Soak(lasting.compareTo(few) > 0 ? few : lasting, faults, shortest, longest);
    }

    /** The same for another time. */
    public Soak lasting(Duration other) {
        return new Soak(other, faults, holdMin, holdMax);
    }
}
