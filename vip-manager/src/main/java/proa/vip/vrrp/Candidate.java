package proa.vip.vrrp;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a node that does not own the group could take it, as this node knows.
 *
 * @param node its name
 * @param able whether an operator can move the group there
 * @param ready whether an owner that is unwell or drained gives it the group
 * @param why what it lacks, in an operator's words; empty when it lacks nothing
 */
public record Candidate(String node, boolean able, boolean ready, String why) {

    /** What a node lacks that is kept out of service. */
    public static final String MAINTENANCE = "in maintenance";

    /** All but the owner, this node first; other people's routers are among them. */
    static List<Candidate> of(Group group, long nowNanos) {
        List<Candidate> all = new ArrayList<>();
        GroupRules rules = group.rules;
        if (rules.priority() > 0 && !rules.node().equals(group.owner)) {
            String unable = unableWhy(group);
            all.add(of(rules.node(), unable, group.ready() ? "" : unreadyWhy(group)));
        }
        for (GroupRules.Peer listed : rules.peers()) {
            if (!listed.name().equals(group.owner)) {
                group.peers.named(listed.name()).ifPresent(peer -> all.add(of(peer, nowNanos)));
            }
        }
        return List.copyOf(all);
    }

    /** The same of one other node. */
    static Candidate of(PeerBook.Peer peer, long nowNanos) {
        return of(peer.name(), peer.unableWhy(nowNanos), peer.unreadyWhy());
    }

    private static Candidate of(String node, String unable, String unready) {
        boolean able = unable.isEmpty();
        return new Candidate(node, able, able && unready.isEmpty(), able ? unready : unable);
    }

    private static String unableWhy(Group group) {
        if (group.state instanceof State.Fault fault) {
            return fault.why();
        }
        if (group.draining) {
            return MAINTENANCE;
        }
        if (group.shuttingDown || group.state instanceof State.Initialize) {
            return "its vipd starts or stops";
        }
        return group.node.health() == NodeWatch.Health.SERVING ? "" : group.node.healthText();
    }

    private static String unreadyWhy(Group group) {
        List<String> reasons = new ArrayList<>();
        if (!group.node.ready()) {
            String why = group.node.notReadyWhy();
            reasons.add("its node is not ready" + (why.isEmpty() ? "" : ": " + why));
        }
        if (!group.gateway.answers()) {
            reasons.add(PeerBook.NO_GATEWAY);
        }
        if (group.trackedHandicap > 0) {
            reasons.add(
                    "lowered to "
                            + group.priority()
                            + " of "
                            + group.rules.priority()
                            + " by what it tracks: "
                            + group.trackedWhy);
        }
        return String.join(", ", reasons);
    }
}
