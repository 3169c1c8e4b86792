package proa.chaos.drill.facts;

/** What came of an invariant, or of a whole drill. */
public enum Verdict {
    /** It held. */
    PASS,
    /** It did not. */
    FAIL,
    /** Too little was seen to say. */
    UNKNOWN,
    /** This drill cannot show it. */
    NOT_APPLICABLE,
    /** Somebody ended it before it was over. */
    ABORTED;

    /** Whether an invariant with this verdict was not seen to hold although it applies. */
    public boolean isDoubt() {
        return this == FAIL || this == UNKNOWN;
    }
}
