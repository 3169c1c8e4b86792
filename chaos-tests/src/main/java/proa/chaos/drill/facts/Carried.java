package proa.chaos.drill.facts;

import java.util.List;

/**
 * What one balancer still knew at the end.
 *
 * @param sessions acknowledged writes asked for and answered
 * @param lost of those
 * @param sticky clients that came again
 * @param moved of those, to another server
 * @param ended sessions that were removed or had expired
 * @param returned of those, readable
 * @param unasked what the observer's own time did not suffice for
 * @param examples a few of what was wrong
 */
public record Carried(
        String node,
        int sessions,
        int lost,
        int sticky,
        int moved,
        int ended,
        int returned,
        Unasked unasked,
        List<String> examples) {
    public Carried {
        examples = List.copyOf(examples);
    }

    /** Sessions, sticky clients and ended sessions of which nothing is known. */
    public record Unasked(int sessions, int sticky, int ended) {

        /** Everything was asked for. */
        public static final Unasked NONE = new Unasked(0, 0, 0);
    }
}
