package proa.cluster.agreement;

import java.util.List;

/** What a node has to do; in order. */
public sealed interface Action {

    /** Say this to a node. */
    record Send(String node, Message message) implements Action {}

    /**
     * Check a proposal and keep ready and on the disk what it takes; then {@link
     * Agreement#checked}.
     */
    record Check(Proposal proposal) implements Action {}

    /** Forget what is kept ready for a proposal. */
    record Release(String id) implements Action {}

    /** Take in what is kept ready; then {@link Agreement#installed}. */
    record Install(Version version) implements Action {}

    /** Check and take in what another node has; then {@link Agreement#installed}. */
    record CatchUp(Version version) implements Action {}

    /** Tell the operator. */
    record Answer(String id, Outcome outcome) implements Action {}

    /** Something that operators should see among the events. */
    record Note(String text) implements Action {}

    /** What became of a wish. */
    sealed interface Outcome {

        /**
         * It is in use.
         *
         * @param exceptions nodes that do not have it yet, with the reason, one line each
         */
        record Applied(Version version, List<String> exceptions) implements Outcome {
            public Applied {
                exceptions = List.copyOf(exceptions);
            }
        }

        /** Every node could take it in; nothing has changed. */
        record WouldApply(Version version) implements Outcome {}

        /** Nothing has changed; one line for each reason. */
        record Refused(List<String> reasons) implements Outcome {
            public Refused {
                reasons = List.copyOf(reasons);
            }
        }

        /** Sight of the others was lost after they had agreed: they may have it, or not. */
        record Unknown(Version version) implements Outcome {}
    }
}
