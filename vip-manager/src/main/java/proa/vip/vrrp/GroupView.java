package proa.vip.vrrp;

/**
 * One group as its machine sees it, for the status document.
 *
 * @param state state of this node
 * @param owner owner's node name, empty when unknown
 * @param term highest term known
 * @param priority this node's effective priority now
 * @param ready whether this node would take the group voluntarily
 * @param gatewayAnswers whether its gateway answers (true when none is tracked)
 * @param why one line on the last transition
 * @param sinceNanos time of the last transition
 * @param pinned whether an operator put it here
 * @param tracked what lowers the priority, empty when nothing does
 * @param conflicts how often a stranger has claimed an address that is here, once a second at most
 * @param claimant who claimed which address last, empty when nobody ever did
 */
public record GroupView(
        State state,
        String owner,
        long term,
        int priority,
        boolean ready,
        boolean gatewayAnswers,
        String why,
        long sinceNanos,
        boolean pinned,
        String tracked,
        long conflicts,
        String claimant) {}
