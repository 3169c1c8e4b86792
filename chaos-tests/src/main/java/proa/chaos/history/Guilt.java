package proa.chaos.history;

/**
 * A promise that was broken.
 *
 * @param read what was seen
 * @param because what should have been seen instead, or was seen before; of an invented value, the
 *     read itself
 */
public record Guilt(Kind kind, Operation read, Operation because) {

    /** In which way. */
    public enum Kind {
        /** A value that nobody had written yet. */
        INVENTED,
        /** Nothing, although a write was acknowledged and nothing took it away. */
        LOST_WRITE,
        /** An older value than one that was acknowledged. */
        STALE_READ,
        /** A value whose removal was acknowledged. */
        RESURRECTED,
        /** A value whose time was over. */
        EXPIRED,
        /** An older value than one that had been read, acknowledged or not. */
        WENT_BACK
    }
}
