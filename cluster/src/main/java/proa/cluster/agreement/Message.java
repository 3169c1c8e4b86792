package proa.cluster.agreement;

import java.util.List;

/** What the members say to each other about configurations. */
public sealed interface Message {

    /** How far the sender is; said now and then, and whenever it changes. */
    record Standing(Stand stand) implements Message {}

    /** First phase: check it, and keep ready what it takes. */
    record Prepare(Proposal proposal) implements Message {}

    /**
     * The answer to it.
     *
     * @param hash of what was read; empty where nothing could be
     * @param reasons why not; empty: this node can take it in
     */
    record Vote(String id, String hash, List<String> reasons) implements Message {
        public Vote {
            reasons = List.copyOf(reasons);
        }
    }

    /** Second phase: take it in. */
    record Commit(String id) implements Message {}

    /**
     * The answer to it.
     *
     * @param reasons why it could not; empty: it is in use
     */
    record Done(String id, List<String> reasons) implements Message {
        public Done {
            reasons = List.copyOf(reasons);
        }
    }

    /** Instead of the second phase: forget it. */
    record Abort(String id) implements Message {}

    /** Asks for the version that the receiver has. */
    record Fetch() implements Message {}

    /** The answer to it. */
    record Give(Version version) implements Message {}
}
