package proa.cluster.agreement;

import java.util.List;

/**
 * What a node asks the others to take in.
 *
 * @param id of this attempt, unlike any other
 * @param version its hash is still empty
 * @param bases hashes of configurations it was made from: each node has one of them in use
 * @param dryRun whether it is only to be checked
 */
public record Proposal(String id, Version version, List<String> bases, boolean dryRun) {
    public Proposal {
        bases = List.copyOf(bases);
    }
}
