package proa.vip.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Why groups are not where an order wants them, read from vipd's status document. */
final class Late {

    private static final Pattern HERE = Pattern.compile("\\A\\{\"node\":\"([^\"]+)\"");

    private static final Pattern CANDIDATE =
            Pattern.compile(
                    "\\{\"node\":\"([^\"]+)\",\"able\":(true|false),\"ready\":(true|false),"
                            + "\"why\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final Pattern PEER =
            Pattern.compile(
                    "\\{\"node\":\"([^\"]+)\",\"mesh\":(true|false),"
                            + "\"outOfService\":(true|false)\\}");

    /** A node that does not own the group, and what it lacks. */
    private record Candidate(String node, boolean able, boolean ready, String why) {

        String text() {
            return node + ": " + why;
        }
    }

    /**
     * @param told whether vipd says who else could own it; one that is older does not
     */
    private record Group(String name, String owner, boolean told, List<Candidate> candidates) {}

    private record Peer(String node, boolean connected, boolean outOfService) {}

    private final String here;
    private final List<Group> groups;
    private final List<Peer> peers;

    /**
     * @param status the document; what is missing in it is not told
     */
    Late(String status) {
        here = first(HERE, status).map(match -> match.group(1)).orElse("this node");
        groups = groups(status);
        peers =
                PEER.matcher(status)
                        .results()
                        .map(
                                match ->
                                        new Peer(
                                                match.group(1),
                                                match.group(2).equals("true"),
                                                match.group(3).equals("true")))
                        .toList();
    }

    private static Optional<MatchResult> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.toMatchResult()) : Optional.empty();
    }

    /** Candidates of a group are between its keys and the next one's. */
    private static List<Group> groups(String status) {
        List<MatchResult> begins = Owners.GROUP.matcher(status).results().toList();
        List<Group> found = new ArrayList<>();
        for (int each = 0; each < begins.size(); each++) {
            MatchResult begin = begins.get(each);
            int end = each + 1 < begins.size() ? begins.get(each + 1).start() : status.length();
            String keys = status.substring(begin.end(), end);
            List<Candidate> candidates =
                    CANDIDATE.matcher(keys).results().map(Late::candidate).toList();
            boolean told = keys.contains("\"candidates\":[");
            found.add(new Group(begin.group(1), begin.group(2), told, candidates));
        }
        return found;
    }

    private static Candidate candidate(MatchResult match) {
        return new Candidate(
                match.group(1),
                match.group(2).equals("true"),
                match.group(3).equals("true"),
                match.group(4).replaceAll("\\\\(?!u)(.)", "$1"));
    }

    /** One line for each group that a node has which is to have none, or nobody has. */
    List<String> drained(String node) {
        return groups.stream()
                .filter(group -> group.owner().equals(node) || group.owner().isEmpty())
                .map(group -> group.owner().isEmpty() ? ownerless(group) : kept(group, node))
                .toList();
    }

    private String kept(Group group, String node) {
        String still = "group " + group.name() + " is still at " + node;
        Optional<Peer> peer = peer(node);
        if (peer.isPresent() && !peer.get().connected()) {
            return still + ", which is not connected to " + here;
        }
        if (peer.isPresent() && !peer.get().outOfService()) {
            return still + ", which has not said that it is out of service";
        }
        if (!group.told()) {
            return still + ": vipd's log at " + node + " tells";
        }
        if (group.candidates().isEmpty()) {
            return still + ": no other node may own it";
        }
        String ready = names(group.candidates().stream().filter(Candidate::ready).toList());
        return ready.isEmpty()
                ? still + ": no other node can take it: " + lacks(group)
                : still + ", though " + ready + " could take it: vipd's log at " + node + " tells";
    }

    /** One line for the group that is to be at a node. */
    List<String> moved(String name, String to) {
        return groups.stream()
                .filter(group -> group.name().equals(name))
                .filter(group -> group.owner().isEmpty() || !group.owner().equals(to))
                .map(group -> group.owner().isEmpty() ? ownerless(group) : elsewhere(group, to))
                .toList();
    }

    private String elsewhere(Group group, String to) {
        String still = "group " + group.name() + " is still at " + group.owner();
        Optional<Peer> owner = peer(group.owner());
        if (owner.isPresent() && !owner.get().connected()) {
            return still + ", which alone could give it and is not connected to " + here;
        }
        if (!group.told()) {
            return still + ": vipd's log at " + group.owner() + " tells";
        }
        return group.candidates().stream()
                .filter(each -> each.node().equals(to) && !each.able())
                .findFirst()
                .map(each -> still + ": " + to + " cannot take it: " + each.why())
                .orElse(
                        still
                                + ", though "
                                + to
                                + " could take it: vipd's log at "
                                + group.owner()
                                + " tells");
    }

    private String ownerless(Group group) {
        String lacks = lacks(group);
        return "group "
                + group.name()
                + " has no owner that "
                + here
                + " knows"
                + (lacks.isEmpty() ? "" : ": " + lacks);
    }

    private Optional<Peer> peer(String node) {
        return peers.stream().filter(each -> each.node().equals(node)).findFirst();
    }

    private static String names(List<Candidate> candidates) {
        return candidates.stream().map(Candidate::node).collect(Collectors.joining(", "));
    }

    private static String lacks(Group group) {
        return group.candidates().stream()
                .filter(each -> !each.why().isEmpty())
                .map(Candidate::text)
                .collect(Collectors.joining("; "));
    }
}
