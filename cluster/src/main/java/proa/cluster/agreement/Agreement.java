package proa.cluster.agreement;

import org.jspecify.annotations.Nullable;

import proa.cluster.agreement.Action.Outcome;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * How the members take in one configuration together. Not thread-safe; time comes in as an
 * argument.
 *
 * <pre>
 *   asked ──Prepare──▶ every voter checks and holds ──Vote──▶ all agree? ── no ──▶ Abort
 *                                                                │ yes
 *                 first Done, or nobody else left ◀── Done ◀── Commit to the others
 *                                │
 *                          installs itself, answers the operator
 * </pre>
 *
 * <p>The node that was asked takes the version in after one of the others has: what it alone has
 * decided and nobody knows does not outlive it. Who holds a proposal and loses sight of its
 * proposer lets go, and hears from the others if it was taken in after all. Whoever sees a member
 * with a larger number fetches that version; two versions of one number are left to the operator.
 */
public final class Agreement {

    /** How often a node says how far it is, besides when that changes. */
    static final long SAY_NANOS = 5_000_000_000L;

    /** Longer than both phases of a {@link Round}. */
    static final long HOLD_NANOS = 60_000_000_000L;

    /** Before somebody is asked again for a version. */
    static final long FETCH_NANOS = 10_000_000_000L;

    /** Before a version that could not be taken in is tried again. */
    static final long RETRY_NANOS = 60_000_000_000L;

    private final String self;
    private final List<String> nodes;
    private final Neighbours neighbours;
    private final List<Action> actions = new ArrayList<>();

    private Stand stand;
    private @Nullable Version current;
    private @Nullable Held held;
    private @Nullable Held waiting;
    private @Nullable Round round;
    private String abortedId = "";
    private String doneId = "";
    private List<String> doneReasons = List.of();
    private long sayNanos;
    private long fetchNanos;

    /**
     * A node that begins.
     *
     * @param nodes all that the configuration lists, this one among them
     * @param current the version it has taken in last, or null
     * @param hash of the configuration in use
     */
    public Agreement(
            String self,
            List<String> nodes,
            @Nullable Version current,
            String hash,
            long nowNanos) {
        this.self = self;
        this.nodes = List.copyOf(nodes);
        this.current = current;
        stand = new Stand(current == null ? 0 : current.number(), hash, "");
        neighbours = new Neighbours(self, nodes);
        sayNanos = nowNanos;
        fetchNanos = nowNanos;
    }

    /** How far this node and those in sight are. */
    public Map<String, Stand> stands() {
        return neighbours.stands(stand);
    }

    /** Whether every node in sight has said how far it is; not while there is none. */
    public boolean isInformed() {
        return neighbours.haveAllSaid() || nodes.size() == 1;
    }

    /** Whether another node has a later version that this one may take in as far as it knows. */
    public boolean isBehind() {
        return stand.trouble().isEmpty() && neighbours.ahead(stand.number()).isPresent();
    }

    /** When {@link #tick} has something to do. */
    public long dueNanos() {
        return round != null && round.dueNanos() - sayNanos < 0 ? round.dueNanos() : sayNanos;
    }

    /**
     * Others are in sight now.
     *
     * @param members this node included
     * @param enough whether they are more than half, or it is a pair
     */
    public List<Action> sight(List<String> members, boolean enough, long nowNanos) {
        neighbours.see(members, enough);
        if (waiting != null && !neighbours.sees(waiting.proposer())) {
            waiting = null; // first: what is let go makes room for what waits
        }
        if (held != null && !held.installs() && !neighbours.sees(held.proposer())) {
            let(nowNanos);
        }
        if (round != null) {
            lost(round, nowNanos);
        }
        say();
        return done(nowNanos);
    }

    /** An operator wants it. */
    public List<Action> propose(Wish wish, long nowNanos) {
        List<String> bases = wish.bases().isEmpty() ? List.of(stand.hash()) : wish.bases();
        Set<String> voters = new TreeSet<>(nodes);
        wish.without().forEach(voters::remove);
        String objection = objection(wish, bases, voters);
        if (!objection.isEmpty()) {
            answer(wish.id(), new Outcome.Refused(List.of(objection)));
            return done(nowNanos);
        }
        long number = neighbours.numberMax(stand.number()) + 1;
        Version version = new Version(number, "", wish.text(), wish.origin());
        Proposal proposal = new Proposal(wish.id(), version, bases, wish.dryRun());
        round = new Round(proposal, voters, nowNanos);
        held = Held.begin(self, proposal, nowNanos);
        voters.stream()
                .filter(node -> !node.equals(self))
                .forEach(node -> send(node, new Message.Prepare(proposal)));
        actions.add(new Action.Check(proposal));
        return done(nowNanos);
    }

    private String objection(Wish wish, List<String> bases, Set<String> voters) {
        String exclusions = Objections.toExclusions(wish, nodes, self);
        if (!exclusions.isEmpty()) {
            return exclusions;
        }
        if (held != null || round != null) {
            return busy();
        }
        String absence =
                Objections.toAbsence(voters, neighbours.sight(), neighbours.quorum(), nodes);
        if (!absence.isEmpty()) {
            return absence;
        }
        return bases.contains(stand.hash()) ? "" : Objections.outdated(stand, bases);
    }

    private String busy() {
        Held now = held;
        return Objections.busy(
                now != null ? now.proposal() : Objects.requireNonNull(round).proposal());
    }

    /** A member says something. */
    public List<Action> arrived(String from, Message message, long nowNanos) {
        switch (message) {
            case Message.Standing(Stand said) -> standing(from, said);
            case Message.Prepare(Proposal proposal) -> prepare(from, proposal, nowNanos);
            case Message.Vote vote -> vote(from, vote, nowNanos);
            case Message.Commit(var id) -> commit(from, id);
            case Message.Done(var id, var reasons) -> ended(from, id, reasons);
            case Message.Abort(var id) -> abort(from, id, nowNanos);
            case Message.Fetch() -> {
                if (current != null) {
                    send(from, new Message.Give(current));
                }
            }
            case Message.Give(Version version) -> {
                if (held == null && round == null && version.number() > stand.number()) {
                    fetchNanos = nowNanos + RETRY_NANOS;
                    actions.add(new Action.CatchUp(version));
                }
            }
        }
        return done(nowNanos);
    }

    private void standing(String from, Stand said) {
        if (!neighbours.hasSaid(from)) { // nor may it have heard what was said before
            send(from, new Message.Standing(stand));
        }
        if (neighbours.differs(from, said, stand)) {
            String here = ", this node " + stand.hash();
            actions.add(new Action.Note(from + " uses " + said.hash() + here));
        }
    }

    private void prepare(String from, Proposal proposal, long nowNanos) {
        if (proposal.id().equals(abortedId)) {
            return;
        }
        if (held != null && held.proposer().equals(from) && !held.is(proposal.id())) {
            let(nowNanos); // the proposer has begun a new life
        }
        if (held != null && held.is(proposal.id())) {
            if (held.checked()) {
                send(from, new Message.Vote(proposal.id(), held.hash(), List.of()));
            }
            return;
        }
        if (round != null && !round.committing() && from.compareTo(self) < 0) {
            // Of two at once the one on the node whose name comes first goes on.
            refuse(round, List.of(self + ": " + Objections.overtaken(proposal)), nowNanos);
        } else if (held != null
                && !held.installs()
                && !held.proposer().equals(self)
                && held.proposer().compareTo(from) > 0) {
            waiting = Held.begin(from, proposal, nowNanos);
            return;
        }
        if (held != null || round != null) {
            deny(from, proposal, busy());
        } else if (proposal.version().number() <= stand.number()) {
            deny(from, proposal, "version " + stand.number() + " is in use here already");
        } else if (!proposal.bases().contains(stand.hash())) {
            deny(from, proposal, Objections.outdated(stand, proposal.bases()));
        } else {
            held = Held.begin(from, proposal, nowNanos);
            actions.add(new Action.Check(proposal));
        }
    }

    private void deny(String from, Proposal proposal, String reason) {
        send(from, new Message.Vote(proposal.id(), "", List.of(reason)));
    }

    /**
     * A proposal has been checked here.
     *
     * @param hash of what it says; empty where it could not be read
     * @param reasons why it cannot be taken in, and nothing is kept ready; empty: it can
     */
    public List<Action> checked(String id, String hash, List<String> reasons, long nowNanos) {
        Held now = held;
        if (now == null || !now.is(id)) {
            return done(nowNanos); // let go meanwhile, and said so
        }
        boolean keeps = reasons.isEmpty() && !now.proposal().dryRun();
        held = now.checkedAs(hash);
        if (!keeps) {
            if (reasons.isEmpty()) {
                actions.add(new Action.Release(id));
            }
            held = null;
        }
        Message.Vote vote = new Message.Vote(id, hash, reasons);
        if (now.proposer().equals(self)) {
            vote(self, vote, nowNanos);
        } else {
            send(now.proposer(), vote);
        }
        if (held == null) {
            resume(nowNanos);
        }
        return done(nowNanos);
    }

    private void vote(String from, Message.Vote vote, long nowNanos) {
        Round now = round;
        if (now == null || now.committing() || !now.id().equals(vote.id())) {
            return;
        }
        now.vote(from, vote);
        if (!now.silent().isEmpty()) {
            return;
        }
        List<String> objections = now.objections();
        if (!objections.isEmpty()) {
            refuse(now, objections, nowNanos);
        } else if (now.proposal().dryRun()) {
            round = null;
            answer(now.id(), new Outcome.WouldApply(now.version()));
        } else {
            now.commit(nowNanos);
            tellSilent(now);
            if (now.silent().equals(List.of(self))) {
                install();
            }
        }
    }

    /** The first phase has failed. */
    private void refuse(Round now, List<String> reasons, long nowNanos) {
        nodes.stream()
                .filter(node -> !node.equals(self))
                .forEach(node -> send(node, new Message.Abort(now.id())));
        round = null;
        let(nowNanos);
        answer(now.id(), new Outcome.Refused(reasons));
    }

    /** What is held is let go. */
    private void let(long nowNanos) {
        Held now = held;
        held = null;
        if (now != null) {
            abortedId = now.proposal().id();
            actions.add(new Action.Release(now.proposal().id()));
        }
        resume(nowNanos);
    }

    private void resume(long nowNanos) {
        Held next = waiting;
        waiting = null;
        if (next != null) {
            prepare(next.proposer(), next.proposal(), nowNanos);
        }
    }

    private void abort(String from, String id, long nowNanos) {
        if (waiting != null && waiting.is(id)) {
            waiting = null;
        }
        abortedId = id;
        if (held != null && held.is(id) && held.proposer().equals(from) && !held.installs()) {
            let(nowNanos);
        }
    }

    private void commit(String from, String id) {
        if (held != null && held.is(id)) {
            install();
        } else if (id.equals(doneId)) {
            send(from, new Message.Done(id, doneReasons));
        } else {
            send(from, new Message.Done(id, List.of("had let go of it; it follows by itself")));
        }
    }

    private void install() {
        Held now = held;
        if (now != null && now.checked() && !now.installs()) {
            held = now.installing();
            actions.add(new Action.Install(now.proposal().version().withHash(now.hash())));
        }
    }

    /**
     * A version has been taken in, or could not be.
     *
     * @param hash of the configuration in use now
     * @param reasons why it is not this one; empty: it is
     */
    public List<Action> installed(
            Version version, String hash, List<String> reasons, long nowNanos) {
        if (reasons.isEmpty()) {
            stand = new Stand(version.number(), hash, "");
            current = version;
            fetchNanos = nowNanos;
        } else {
            String trouble = "version " + version.number() + ": " + String.join("; ", reasons);
            if (!trouble.equals(stand.trouble())) {
                actions.add(new Action.Note("cannot be taken in: " + trouble));
            }
            stand = new Stand(stand.number(), hash, trouble);
            fetchNanos = nowNanos + RETRY_NANOS;
        }
        Held now = held;
        if (now != null && now.installs()) {
            held = null;
            doneId = now.proposal().id();
            doneReasons = reasons;
            if (now.proposer().equals(self)) {
                ended(self, doneId, reasons);
            } else {
                send(now.proposer(), new Message.Done(doneId, reasons));
            }
            resume(nowNanos);
        }
        say();
        return done(nowNanos);
    }

    private void ended(String node, String id, List<String> reasons) {
        Round now = round;
        if (now == null || !now.committing() || !now.id().equals(id)) {
            return;
        }
        now.ended(node, reasons);
        install();
        if (now.silent().isEmpty()) {
            round = null;
            answer(id, new Outcome.Applied(now.version(), now.exceptions()));
        }
    }

    /** Some may have gone out of sight. */
    private void lost(Round now, long nowNanos) {
        List<String> gone = now.silent().stream().filter(node -> !neighbours.sees(node)).toList();
        if (!gone.isEmpty()) {
            without(now, gone, "went out of sight", nowNanos);
        }
    }

    /** These do not answer. */
    private void without(Round now, List<String> gone, String why, long nowNanos) {
        if (!now.committing()) {
            refuse(now, gone.stream().map(node -> node + ": " + why).toList(), nowNanos);
            return;
        }
        boolean decidedAlone = held != null && !held.installs();
        if (decidedAlone && !neighbours.quorum()) {
            round = null;
            let(nowNanos);
            answer(now.id(), new Outcome.Unknown(now.version()));
            return;
        }
        List<String> reasons = List.of(why + "; it follows on coming back");
        gone.stream().filter(node -> !node.equals(self)).forEach(node -> now.ended(node, reasons));
        if (now.silent().equals(List.of(self))) {
            install();
        } else if (now.silent().isEmpty()) {
            round = null;
            answer(now.id(), new Outcome.Applied(now.version(), now.exceptions()));
        }
    }

    /** Somebody has this node's own file taken in, or its version anew. */
    public List<Action> inUse(String hash, long nowNanos) {
        if (!hash.equals(stand.hash())) {
            stand = new Stand(stand.number(), hash, stand.trouble());
            say();
        }
        return done(nowNanos);
    }

    /** Time has gone on. */
    public List<Action> tick(long nowNanos) {
        Round now = round;
        if (now != null && now.late(nowNanos)) {
            without(now, now.silent(), "does not answer", nowNanos);
        } else if (now != null && now.repeats(nowNanos)) {
            tellSilent(now);
        }
        if (held != null && !held.installs() && nowNanos - held.sinceNanos() >= HOLD_NANOS) {
            let(nowNanos);
        }
        if (nowNanos - sayNanos >= 0) {
            sayNanos = nowNanos + SAY_NANOS;
            say();
        }
        return done(nowNanos);
    }

    private void tellSilent(Round now) {
        Message words =
                now.committing()
                        ? new Message.Commit(now.id())
                        : new Message.Prepare(now.proposal());
        now.silent().stream().filter(node -> !node.equals(self)).forEach(node -> send(node, words));
    }

    private void say() {
        nodes.stream()
                .filter(node -> !node.equals(self))
                .forEach(node -> send(node, new Message.Standing(stand)));
    }

    private void send(String node, Message message) {
        if (neighbours.sees(node)) {
            actions.add(new Action.Send(node, message));
        }
    }

    private void answer(String id, Outcome outcome) {
        actions.add(new Action.Answer(id, outcome));
    }

    /** What is to be done now; first whoever is ahead is asked for what it has. */
    private List<Action> done(long nowNanos) {
        if (held == null && round == null && nowNanos - fetchNanos >= 0) {
            neighbours
                    .ahead(stand.number())
                    .ifPresent(
                            node -> {
                                fetchNanos = nowNanos + FETCH_NANOS;
                                send(node, new Message.Fetch());
                            });
        }
        List<Action> due = List.copyOf(actions);
        actions.clear();
        return due;
    }
}
