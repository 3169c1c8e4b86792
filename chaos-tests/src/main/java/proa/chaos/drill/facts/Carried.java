package proa.chaos.drill.facts;

import java.util.List;

/**
 * What one balancer still knew at the end.
 *
 * @param sessions acknowledged writes asked for
 * @param lost of those
 * @param sticky clients that came again
 * @param moved of those, to another server
 * @param ended sessions that were removed or had expired
 * @param returned of those, readable
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
        List<String> examples) {
    public Carried {
        examples = List.copyOf(examples);
    }
}
