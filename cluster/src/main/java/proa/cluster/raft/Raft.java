package proa.cluster.raft;

import org.jspecify.annotations.Nullable;

import proa.cluster.raft.RaftState.Standing;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One member's part in agreeing on a log: Raft with trial votes, and with members whose disk is
 * gone.
 *
 * <pre>
 *   FOLLOWER   hears of no leader for a random time        asks whether it would be voted for: TRIAL
 *   TRIAL      a majority would                            new term, votes for itself: CANDIDATE
 *   CANDIDATE  a majority has                              LEADER, appends an empty entry
 *   LEADER     hears of no majority for that long          FOLLOWER
 *   any        hears of a later term                       FOLLOWER
 *   not LEADER hears of a leader of its term               FOLLOWER
 * </pre>
 *
 * <p>A member whose disk is empty is <em>fresh</em>: it may have acknowledged what it no longer
 * has. It gives no vote and counts for nothing until it has what is committed, from a leader that a
 * majority of the others has confirmed since. Three fresh ones together begin a new store.
 *
 * <p>After events, {@link #take} says what is to be written and sent; {@link #written} says that
 * the first has been done. Of one thread. Source: Ongaro, "Consensus: Bridging Theory and
 * Practice", 2014, chapters 3, 5, 6.4 and 9.6.
 */
public final class Raft {

    /** What a member does at the moment. */
    public enum Role {
        FOLLOWER,
        TRIAL,
        CANDIDATE,
        LEADER
    }

    private final int self;
    private final List<Integer> others;
    private final RaftPace pace;
    private final RandomGenerator random;
    private final RaftLog log;

    private long term;
    private int votedFor;
    private Standing standing;
    private Role role = Role.FOLLOWER;
    private int leader;
    private @Nullable RaftLeader leading;
    private long commit;

    /** When a vote is asked for, if nothing is heard. */
    private long askNanos;

    /** When the leader was last heard. */
    private long heardNanos;

    private boolean settled;
    private final RaftVotes votes = new RaftVotes();
    private boolean voteChanged;
    private long cutFrom;
    private long appendFrom;
    private RaftWork.@Nullable Installed install;
    private final RaftPieces pieces = new RaftPieces();
    private final List<RaftWork.Sent> sends = new ArrayList<>();

    /**
     * Begins, or goes on, as a follower.
     *
     * @param self 1 to 255
     * @param others the ids of the other voters; two, or four
     * @param state what was on the disk
     */
    public Raft(
            int self,
            List<Integer> others,
            RaftPace pace,
            RandomGenerator random,
            RaftState state,
            long nowNanos) {
        this.self = self;
        this.others = List.copyOf(others);
        this.pace = pace;
        this.random = random;
        log = new RaftLog(state.snapshot(), state.entries());
        term = state.vote().term();
        votedFor = state.vote().votedFor();
        standing = state.vote().standing();
        commit = state.snapshot().index();
        heardNanos = nowNanos - pace.silenceMinNanos();
        rest(nowNanos);
    }

    public Role role() {
        return role;
    }

    /** The leader's id; 0: none is known. */
    public int leader() {
        return leader;
    }

    public long term() {
        return term;
    }

    /** Whether this member has no vote for want of a log. */
    public boolean fresh() {
        return standing == Standing.FRESH;
    }

    /** The last entry that nothing can take back. */
    public long commit() {
        return commit;
    }

    /** The last entry. */
    public long last() {
        return log.last();
    }

    /** The last entry that is no longer there as such. */
    public long snapshotIndex() {
        return log.snapshot().index();
    }

    /** An entry behind the snapshot. */
    public RaftEntry entry(long index) {
        return log.get(index);
    }

    /** The term of an entry from the snapshot's last one on. */
    public long termOf(long index) {
        return log.term(index);
    }

    /** Whether the leader says that every member has what is committed. */
    public boolean settled() {
        RaftLeader mine = leading;
        return mine == null ? leader != 0 && settled : mine.settled(commit);
    }

    /** When {@link #tick} is wanted at the latest. */
    public long wakeNanos() {
        RaftLeader mine = leading;
        return mine == null ? askNanos : mine.beatNanos();
    }

    /** Time has passed. */
    public void tick(long nowNanos) {
        RaftLeader mine = leading;
        if (mine == null) {
            if (nowNanos - askNanos >= 0) {
                ask(nowNanos, Role.TRIAL);
            }
        } else if (!mine.heardByMajority(nowNanos - pace.silenceMaxNanos())) {
            follow(term, 0, nowNanos);
        } else {
            mine.beat(nowNanos);
        }
    }

    /** A member's process is gone: if it led, nobody has to wait for its silence. */
    public void gone(int member, long nowNanos) {
        if (leader == member) {
            leader = 0;
            heardNanos = nowNanos - pace.silenceMinNanos();
            askNanos = nowNanos + random.nextLong(2 * pace.heartbeatNanos());
        }
    }

    /**
     * Appends a command, on the leader.
     *
     * @return its index
     */
    public long propose(byte[] command) {
        if (leading == null) {
            throw new IllegalStateException("not the leader");
        }
        append(new RaftEntry(log.last() + 1, term, command));
        return log.last();
    }

    /**
     * Begins to make sure that this member still leads.
     *
     * @return for {@link #confirmed}
     */
    public long question() {
        RaftLeader mine = leading;
        if (mine == null) {
            throw new IllegalStateException("not the leader");
        }
        return mine.question();
    }

    /** Whether this member still led after that question, and has all that was committed then. */
    public boolean confirmed(long question) {
        RaftLeader mine = leading;
        return mine != null && commit >= mine.first() && mine.confirmed(question);
    }

    /** What all entries up to one have made has been written, perhaps what is there already. */
    public void compact(RaftSnapshot taken) {
        if (taken.index() >= log.snapshot().index() && taken.index() <= commit) {
            log.replaceBy(taken);
        }
    }

    /** Everything that was to be written until the last {@link #take} is on the disk. */
    public void written(long lastWritten) {
        RaftLeader mine = leading;
        if (mine != null) {
            mine.written(lastWritten);
            advance(mine);
        }
    }

    /** What is to be done after the events so far. */
    public RaftWork take() {
        RaftLeader mine = leading;
        if (mine != null) {
            mine.send();
        }
        long from = Math.max(appendFrom, log.snapshot().index() + 1);
        RaftWork work =
                new RaftWork(
                        voteChanged ? new RaftState.Vote(term, votedFor, standing) : null,
                        install,
                        cutFrom,
                        appendFrom == 0 ? List.of() : log.from(from, Long.MAX_VALUE),
                        sends);
        voteChanged = false;
        install = null;
        cutFrom = 0;
        appendFrom = 0;
        sends.clear();
        return work;
    }

    /** A message has come. */
    public void receive(int from, RaftMessage message, long nowNanos) {
        if (!others.contains(from)) {
            return;
        }
        boolean trial =
                message instanceof RaftMessage.Ask(_, boolean asks, _, _, _) && asks
                        || message instanceof RaftMessage.Vote(_, boolean only, boolean would, _)
                                && only
                                && would;
        if (message.term() > term && !trial) {
            follow(message.term(), 0, nowNanos);
        }
        switch (message) {
            case RaftMessage.Ask ask -> asked(from, ask, nowNanos);
            case RaftMessage.Vote vote -> voted(from, vote, nowNanos);
            case RaftMessage.Append append -> append(from, append, nowNanos);
            case RaftMessage.Appended appended -> appended(from, appended, nowNanos);
            case RaftMessage.Piece piece -> piece(from, piece, nowNanos);
            case RaftMessage.PieceTaken taken -> {
                RaftLeader mine = leading;
                if (mine != null && taken.term() == term) {
                    mine.pieceTaken(from, taken, nowNanos);
                }
            }
        }
    }

    // ---- votes

    private void rest(long nowNanos) {
        long least = pace.silenceMinNanos();
        askNanos = nowNanos + least + random.nextLong(pace.silenceMaxNanos() - least);
    }

    private void follow(long newTerm, int newLeader, long nowNanos) {
        if (newTerm > term) {
            term = newTerm;
            votedFor = 0;
            voteChanged = true;
        }
        if (role == Role.LEADER) {
            heardNanos = nowNanos - pace.silenceMinNanos();
            rest(nowNanos);
        }
        role = Role.FOLLOWER;
        leading = null;
        leader = newLeader;
        votes.clear();
    }

    private void ask(long nowNanos, Role as) {
        boolean trial = as == Role.TRIAL;
        role = as;
        leader = 0;
        votes.clear();
        if (!trial) {
            term++;
            votedFor = self;
            voteChanged = true;
        }
        long asked = trial ? term + 1 : term;
        for (int other : others) {
            say(other, new RaftMessage.Ask(asked, trial, log.last(), log.lastTerm(), standing));
        }
        rest(nowNanos);
    }

    private void asked(int from, RaftMessage.Ask ask, long nowNanos) {
        boolean upToDate =
                ask.lastTerm() > log.lastTerm()
                        || ask.lastTerm() == log.lastTerm() && ask.lastIndex() >= log.last();
        // Who has no log votes only where nobody has one, or where it is vouched for that nobody
        // had.
        boolean may =
                upToDate
                        && (fresh()
                                ? ask.standing() != Standing.VOTER
                                : ask.standing() != Standing.FRESH);
        if (ask.trial()) {
            boolean leaderless =
                    leading == null && nowNanos - heardNanos >= pace.silenceMinNanos()
                            || leader == 0 && leading == null;
            boolean would = may && leaderless && ask.term() > term;
            say(from, new RaftMessage.Vote(would ? ask.term() : term, true, would, fresh()));
            return;
        }
        boolean grants =
                may && ask.term() == term && leading == null && (votedFor == 0 || votedFor == from);
        if (grants) {
            voteChanged |= votedFor != from;
            votedFor = from;
            rest(nowNanos);
        }
        say(from, new RaftMessage.Vote(term, false, grants, fresh()));
    }

    private void voted(int from, RaftMessage.Vote vote, long nowNanos) {
        Role asked = vote.trial() ? Role.TRIAL : Role.CANDIDATE;
        long expected = vote.trial() ? term + 1 : term;
        if (!vote.granted() || role != asked || vote.term() != expected) {
            return;
        }
        votes.add(from, vote.fresh());
        boolean enough = votes.enough(!fresh(), others.size(), majority());
        if (enough && vote.trial()) {
            ask(nowNanos, Role.CANDIDATE);
        } else if (enough) {
            lead(nowNanos);
        }
    }

    private int majority() {
        return (others.size() + 1) / 2 + 1;
    }

    private void lead(long nowNanos) {
        boolean founding = standing != Standing.VOTER;
        if (fresh()) {
            stand(Standing.FOUNDER);
        }
        role = Role.LEADER;
        leader = self;
        append(new RaftEntry(log.last() + 1, term, new byte[0]));
        leading =
                new RaftLeader(
                        new RaftLeader.Reign(term, log.last(), founding, majority()),
                        others,
                        log,
                        pace,
                        this::say,
                        () -> commit,
                        nowNanos);
    }

    // ---- the log

    private void say(int to, RaftMessage message) {
        sends.add(new RaftWork.Sent(to, message));
    }

    private void append(RaftEntry entry) {
        log.append(entry);
        appendFrom = appendFrom == 0 ? entry.index() : Math.min(appendFrom, entry.index());
    }

    /** Whether it is of this term's leader, who then is heard. */
    private boolean heard(int from, long messageTerm, long nowNanos) {
        if (messageTerm < term) {
            return false;
        }
        if (leading != null) {
            throw new IllegalStateException("two leaders of term " + term);
        }
        if (role != Role.FOLLOWER || leader != from) {
            follow(term, from, nowNanos);
        }
        heardNanos = nowNanos;
        rest(nowNanos);
        return true;
    }

    private void append(int from, RaftMessage.Append append, long nowNanos) {
        if (!heard(from, append.term(), nowNanos)) {
            say(from, new RaftMessage.Appended(term, false, log.last() + 1, 0, fresh()));
            return;
        }
        if (append.founding() && fresh()) {
            stand(Standing.VOTER);
        }
        long start = log.snapshot().index();
        long previous = append.previousIndex();
        // What the snapshot has replaced was committed: it is the leader's, too.
        boolean follows =
                previous < start
                        || previous <= log.last() && log.term(previous) == append.previousTerm();
        if (!follows) {
            say(
                    from,
                    new RaftMessage.Appended(
                            term, false, log.conflict(previous, commit), 0, fresh()));
            return;
        }
        for (RaftEntry entry : append.entries()) {
            if (entry.index() > start) {
                take(entry);
            }
        }
        long matches = Math.max(start, previous + append.entries().size());
        commit = Math.max(commit, Math.min(append.commit(), matches));
        settled = append.settled();
        boolean has = append.commit() > 0 && append.commit() <= matches;
        if (has && (append.trusted() || !fresh())) {
            stand(Standing.VOTER);
        }
        say(from, new RaftMessage.Appended(term, true, matches, append.round(), fresh()));
    }

    private void stand(Standing newly) {
        voteChanged |= standing != newly;
        standing = newly;
    }

    private void take(RaftEntry entry) {
        if (entry.index() <= log.last()) {
            if (log.term(entry.index()) == entry.term()) {
                return;
            }
            if (entry.index() <= commit) {
                throw new IllegalStateException(
                        "entry " + entry.index() + " is committed and another one is sent");
            }
            log.cutFrom(entry.index());
            cutFrom = cutFrom == 0 ? entry.index() : Math.min(cutFrom, entry.index());
        }
        append(entry);
    }

    private void appended(int from, RaftMessage.Appended appended, long nowNanos) {
        RaftLeader mine = leading;
        if (mine != null && appended.term() == term) {
            mine.appended(from, appended, nowNanos);
            advance(mine);
        }
    }

    private void advance(RaftLeader mine) {
        commit = mine.commit(commit);
        if (commit >= mine.first()) {
            stand(Standing.VOTER);
        }
    }

    private void piece(int from, RaftMessage.Piece piece, long nowNanos) {
        if (!heard(from, piece.term(), nowNanos)) {
            say(from, new RaftMessage.PieceTaken(term, piece.index(), 0));
            return;
        }
        if (piece.index() <= commit) {
            say(from, new RaftMessage.PieceTaken(term, piece.index(), piece.size()));
            return;
        }
        RaftWork.Installed whole = pieces.take(piece);
        if (whole != null) {
            log.replaceBy(whole);
            commit = piece.index();
            install = whole;
            cutFrom = 0;
            appendFrom = piece.index() + 1; // the disk begins anew with it
            say(from, new RaftMessage.PieceTaken(term, piece.index(), piece.size()));
        } else {
            say(from, new RaftMessage.PieceTaken(term, piece.index(), pieces.next()));
        }
    }
}
