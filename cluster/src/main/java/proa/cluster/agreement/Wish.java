package proa.cluster.agreement;

import java.util.List;

/**
 * What an operator wants.
 *
 * @param id of this attempt, unlike any other
 * @param text the file
 * @param origin where it comes from
 * @param bases hashes it may be based on; empty: what is in use on the node that is asked
 * @param without nodes that need not agree
 * @param dryRun whether it is only to be checked
 */
public record Wish(
        String id,
        String text,
        Version.Origin origin,
        List<String> bases,
        List<String> without,
        boolean dryRun) {
    public Wish {
        bases = List.copyOf(bases);
        without = List.copyOf(without);
    }
}
