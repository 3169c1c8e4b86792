package proa.chaos.drill.facts;

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
        String id, String what, Verdict verdict, double value, String unit, String why) {}
