package proa.node.message;

/** What became of an attempt to read a head: progress, or a {@link Refusal}. */
public sealed interface Parsed permits Parsed.Progress, Refusal {

    /** Nothing is wrong so far. */
    enum Progress implements Parsed {
        /** The head is complete and its framing is sound. */
        WHOLE,
        /** More bytes are needed. */
        PARTIAL
    }
}
