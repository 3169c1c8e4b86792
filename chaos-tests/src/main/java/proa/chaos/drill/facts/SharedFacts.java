package proa.chaos.drill.facts;

import java.util.List;

/**
 * What a report says of sessions that all clients wrote over each other.
 *
 * @param operations that were judged
 * @param left that were not recorded, because the history was full
 * @param broken reads that break the store's promise
 * @param excused reads that no order explains either, for which the promise has an exception
 * @param exceptions these, in words
 * @param examples a few of the reads, the broken ones first
 */
public record SharedFacts(
        long operations,
        long left,
        long broken,
        long excused,
        List<String> exceptions,
        List<String> examples) {

    /** Nothing was judged. */
    public static final SharedFacts NONE = new SharedFacts(0, 0, 0, 0, List.of(), List.of());

    public SharedFacts {
        exceptions = List.copyOf(exceptions);
        examples = List.copyOf(examples);
    }

    /** In a sentence. */
    public String text() {
        return operations
                + " operations on sessions that all clients write judged: "
                + broken
                + " reads break the promise"
                + (left == 0 ? "" : "; " + left + " more were not recorded, the history was full")
                + (excused == 0
                        ? ""
                        : "; " + excused + " more are excepted: " + String.join("; ", exceptions));
    }
}
