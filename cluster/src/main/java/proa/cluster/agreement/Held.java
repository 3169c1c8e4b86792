package proa.cluster.agreement;

/**
 * A proposal that a node is busy with.
 *
 * @param proposer the node it comes from
 * @param hash of what it says; empty until it has been checked
 * @param installs whether it is being taken in
 * @param sinceNanos when it came
 */
record Held(String proposer, Proposal proposal, String hash, boolean installs, long sinceNanos) {

    static Held begin(String proposer, Proposal proposal, long nowNanos) {
        return new Held(proposer, proposal, "", false, nowNanos);
    }

    boolean is(String id) {
        return proposal.id().equals(id);
    }

    /** Whether it can be taken in. */
    boolean checked() {
        return !hash.isEmpty();
    }

    Held checkedAs(String read) {
        return new Held(proposer, proposal, read, false, sinceNanos);
    }

    Held installing() {
        return new Held(proposer, proposal, hash, true, sinceNanos);
    }
}
