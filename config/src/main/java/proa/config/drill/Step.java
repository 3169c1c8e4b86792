package proa.config.drill;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Faults that are there together. Afterwards all are undone and the cluster has time to recover.
 *
 * @param faults in this order, 1 to {@value #FAULTS_MAX}
 * @param apart between one fault and the next
 * @param hold from the last fault to the undoing
 */
public record Step(List<Fault> faults, Duration apart, Duration hold) {

    /** More at once say nothing about any of them. */
    public static final int FAULTS_MAX = 8;

    public Step {
        faults = List.copyOf(faults);
        if (faults.isEmpty() || faults.size() > FAULTS_MAX) {
            throw new IllegalArgumentException("1 to " + FAULTS_MAX + " faults");
        }
    }

    /** The same, held no longer than that. */
    Step holding(Duration most) {
        return hold.compareTo(most) > 0 ? new Step(faults, apart, most) : this;
    }

    /** From one of its faults until all are undone; the first is 0. */
    public Duration left(int fault) {
        return apart.multipliedBy(faults.size() - 1L - fault).plus(hold);
    }

    /** In a few words, for people. */
    public String text() {
        return faults.stream().map(Fault::text).collect(Collectors.joining(" + "));
    }
}
