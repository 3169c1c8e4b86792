package proa.cluster.agreement;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the node that was asked knows of its own proposal. Not thread-safe. */
final class Round {

    /** A thousand hashed backends take seconds to be checked. */
    static final long VOTES_NANOS = 30_000_000_000L;

    static final long COMMITS_NANOS = 20_000_000_000L;

    /** What was not answered is said again. */
    static final long REPEAT_NANOS = 2_000_000_000L;

    private final Proposal proposal;
    private final Set<String> voters;
    private final Map<String, Message.Vote> votes = new TreeMap<>();

    /** What became of the second phase, by node; empty: it is in use there. */
    private final Map<String, List<String>> ends = new TreeMap<>();

    private boolean committing;
    private long deadlineNanos;
    private long repeatNanos;

    Round(Proposal proposal, Set<String> voters, long nowNanos) {
        this.proposal = proposal;
        this.voters = new TreeSet<>(voters);
        deadlineNanos = nowNanos + VOTES_NANOS;
        repeatNanos = nowNanos + REPEAT_NANOS;
    }

    String id() {
        return proposal.id();
    }

    Proposal proposal() {
        return proposal;
    }

    boolean committing() {
        return committing;
    }

    /** Whether it takes too long. */
    boolean late(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /** Whether to say again what was not answered; if so, not again for a while. */
    boolean repeats(long nowNanos) {
        if (nowNanos - repeatNanos < 0) {
            return false;
        }
        repeatNanos = nowNanos + REPEAT_NANOS;
        return true;
    }

    long dueNanos() {
        return repeatNanos - deadlineNanos < 0 ? repeatNanos : deadlineNanos;
    }

    void vote(String node, Message.Vote vote) {
        if (voters.contains(node)) {
            votes.put(node, vote);
        }
    }

    /** Who has not answered in this phase. */
    List<String> silent() {
        return voters.stream()
                .filter(node -> committing ? !ends.containsKey(node) : !votes.containsKey(node))
                .toList();
    }

    /** Why it cannot be taken in, by node; one reading for all of them otherwise. */
    List<String> objections() {
        List<String> objections = new ArrayList<>();
        votes.forEach(
                (node, vote) ->
                        vote.reasons().forEach(reason -> objections.add(node + ": " + reason)));
        Map<String, List<String>> readings = new LinkedHashMap<>();
        votes.forEach(
                (node, vote) ->
                        readings.computeIfAbsent(vote.hash(), _ -> new ArrayList<>()).add(node));
        if (objections.isEmpty() && readings.size() > 1) {
            readings.forEach(
                    (hash, nodes) ->
                            objections.add(
                                    String.join(", ", nodes)
                                            + ": the file says "
                                            + hash
                                            + " here (are all nodes of one version of Proa?)"));
        }
        return objections;
    }

    /** Everybody agrees; the version as all have read it. */
    Version commit(long nowNanos) {
        committing = true;
        deadlineNanos = nowNanos + COMMITS_NANOS;
        repeatNanos = nowNanos + REPEAT_NANOS;
        return version();
    }

    /** With the hash that was voted for. */
    Version version() {
        String hash = votes.values().stream().findFirst().map(Message.Vote::hash).orElse("");
        return proposal.version().withHash(hash);
    }

    void ended(String node, List<String> reasons) {
        if (voters.contains(node)) {
            ends.putIfAbsent(node, reasons);
        }
    }

    boolean hasEnded(String node) {
        return ends.containsKey(node);
    }

    /** Where it is not in use, and why. */
    List<String> exceptions() {
        List<String> exceptions = new ArrayList<>();
        ends.forEach(
                (node, reasons) -> reasons.forEach(reason -> exceptions.add(node + ": " + reason)));
        return exceptions;
    }
}
