package proa.chaos.drill.facts;

import java.util.Locale;

/**
 * The verdict on one invariant.
 *
 * @param id I1 to I12, or a word for what is judged besides
 * @param what has to hold
 * @param verdict whether it did
 * @param value the measured number, in the unit; negative: there is none
 * @param unit of the value
 * @param why in a few words: the limit, or why nothing can be said
 */
public record Finding(
        String id, String what, Verdict verdict, double value, String unit, String why) {

    /**
     * This and another part of the same invariant, both in words; the worse is its verdict.
     *
     * @param own what this part is about
     * @param theirs what the other one is about
     */
    Finding and(String own, String theirs, Finding other) {
        boolean worse = rank(other.verdict) > rank(verdict);
        boolean more = other.verdict == verdict && other.value > value && other.unit.equals(unit);
        Finding first = worse || more ? other : this;
        return new Finding(
                id,
                what,
                first.verdict,
                first.value,
                first.unit,
                own + said() + "; " + theirs + other.said());
    }

    private static int rank(Verdict verdict) {
        return switch (verdict) {
            case NOT_APPLICABLE -> 0;
            case PASS -> 1;
            case UNKNOWN -> 2;
            case ABORTED -> 3;
            case FAIL -> 4;
        };
    }

    private String said() {
        boolean timed = value >= 0 && unit.equals("ms");
        return (timed ? String.format(Locale.ROOT, " %.0f ms: ", value) : ": ") + why;
    }
}
