package proa.cluster.agreement;

import java.util.List;
import java.util.Set;

/** Why a wish or a proposal is refused before anything is checked, in an operator's words. */
final class Objections {

    private Objections() {}

    /** Nodes that are to be left out and do not exist, or the asked node itself; empty: none. */
    static String toExclusions(Wish wish, List<String> nodes, String self) {
        for (String node : wish.without()) {
            if (!nodes.contains(node)) {
                return "there is no node "
                        + node
                        + " to do without (there are "
                        + String.join(", ", nodes)
                        + ")";
            }
        }
        return wish.without().contains(self)
                ? "this is " + self + ": what is to be done without it is asked of another node"
                : "";
    }

    /** Voters that are not there, or too few; empty: all are there. */
    static String toAbsence(
            Set<String> voters, Set<String> sight, boolean quorum, List<String> nodes) {
        List<String> absent = voters.stream().filter(node -> !sight.contains(node)).toList();
        if (!absent.isEmpty()) {
            boolean one = absent.size() == 1;
            return String.join(", ", absent)
                    + (one ? " is" : " are")
                    + " not in sight; with --without "
                    + String.join(" --without ", absent)
                    + " the others take it in, and "
                    + (one ? "it follows" : "they follow")
                    + " on coming back";
        }
        boolean few = nodes.size() > 2 && voters.size() * 2 <= nodes.size();
        return !quorum || few
                ? "that is no more than half of the nodes: the others could be at work on their own"
                : "";
    }

    static String busy(Proposal with) {
        Version.Origin origin = with.version().origin();
        return "another configuration is just being applied, by "
                + origin.by()
                + " on "
                + origin.node()
                + "; see what it brings and try again";
    }

    static String overtaken(Proposal by) {
        Version.Origin origin = by.version().origin();
        return origin.by() + " on " + origin.node() + " applies another one at the same moment";
    }

    static String outdated(Stand stand, List<String> bases) {
        return "the configuration in use here is "
                + stand.hash()
                + ", this one is based on "
                + String.join(", ", bases);
    }
}
