package proa.cluster.raft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/** What only a leader does, for the time of its term. Of one thread. */
final class RaftLeader {

    /** Entries under way to a member; beyond, it is waited for. */
    private static final int UNDER_WAY_MAX = 20_000;

    private final Reign reign;
    private final RaftLog log;
    private final RaftPace pace;
    private final BiConsumer<Integer, RaftMessage> say;
    private final LongSupplier committed;
    private final Map<Integer, RaftPeer> peers = new HashMap<>();
    private long round;
    private long written;
    private long beatNanos;

    /**
     * @param first its first entry
     * @param founding whether it began the store
     * @param majority of the voters
     */
    record Reign(long term, long first, boolean founding, int majority) {}

    RaftLeader(
            Reign reign,
            List<Integer> others,
            RaftLog log,
            RaftPace pace,
            BiConsumer<Integer, RaftMessage> say,
            LongSupplier committed,
            long nowNanos) {
        this.reign = reign;
        this.log = log;
        this.pace = pace;
        this.say = say;
        this.committed = committed;
        beatNanos = nowNanos;
        others.forEach(other -> peers.put(other, new RaftPeer(reign.first, nowNanos)));
    }

    long first() {
        return reign.first;
    }

    long beatNanos() {
        return beatNanos;
    }

    long question() {
        return ++round;
    }

    boolean confirmed(long question) {
        return peers.values().stream().filter(each -> !each.fresh && each.round >= question).count()
                        + 1
                >= reign.majority;
    }

    boolean heardByMajority(long sinceNanos) {
        return peers.values().stream()
                                .filter(each -> !each.fresh && each.heardNanos - sinceNanos >= 0)
                                .count()
                        + 1
                >= reign.majority;
    }

    boolean settled(long commit) {
        return peers.values().stream().allMatch(each -> !each.fresh && each.match >= commit);
    }

    /** The leader's own entries are on the disk up to here. */
    void written(long index) {
        written = index;
    }

    /** The last committed entry: one of this term that a majority has, and all before it. */
    long commit(long before) {
        List<Long> matches = new ArrayList<>();
        matches.add(written);
        peers.values().forEach(each -> matches.add(each.fresh ? 0 : each.match));
        matches.sort(null);
        long held = matches.get(matches.size() - reign.majority);
        return held > before && log.term(held) == reign.term ? held : before;
    }

    /** A sign of life for everybody; what seems to be lost is sent again. */
    void beat(long nowNanos) {
        if (nowNanos - beatNanos < 0) {
            return;
        }
        beatNanos = nowNanos + pace.heartbeatNanos();
        peers.forEach(
                (id, peer) -> {
                    peer.silent = nowNanos - peer.heardNanos > 2 * pace.heartbeatNanos();
                    if (peer.silent) {
                        peer.next = Math.min(peer.next, peer.match + 1);
                    }
                    if (peer.next <= log.snapshot().index()) {
                        piece(id, peer);
                    } else {
                        entries(id, peer);
                    }
                });
    }

    /** What there is to say since the last time. */
    void send() {
        peers.forEach(
                (id, peer) -> {
                    if (peer.next <= log.snapshot().index()) {
                        if (peer.pieceOf != log.snapshot().index()) {
                            piece(id, peer);
                        }
                    } else if (peer.asked < round || peer.next <= log.last() && !waits(peer)) {
                        entries(id, peer);
                    }
                });
    }

    /**
     * Whether one without a log may have its vote back once it has what is committed: what it has
     * forgotten can then be in no later term, for a majority of the others has said since that
     * there is none.
     */
    private boolean trusted(RaftPeer peer) {
        return peer.fresh && committed.getAsLong() >= reign.first && confirmed(peer.freshSince);
    }

    /** One that says nothing is only knocked at: what it is sent would wait somewhere. */
    private static boolean waits(RaftPeer peer) {
        return peer.silent || peer.next - peer.match > UNDER_WAY_MAX;
    }

    private void entries(int id, RaftPeer peer) {
        List<RaftEntry> entries =
                waits(peer) ? List.of() : log.from(peer.next, RaftMessage.BYTES_MAX);
        long previous = peer.next - 1;
        peer.next += entries.size();
        peer.asked = round;
        say.accept(
                id,
                new RaftMessage.Append(
                        reign.term,
                        previous,
                        log.term(previous),
                        entries,
                        committed.getAsLong(),
                        round,
                        // Once something is committed, an empty disk is one that was lost.
                        reign.founding && committed.getAsLong() < reign.first,
                        trusted(peer),
                        settled(committed.getAsLong())));
    }

    void appended(int from, RaftMessage.Appended appended, long nowNanos) {
        RaftPeer peer = peers.get(from);
        if (peer == null) {
            return;
        }
        if (peer.fresh
                && !appended.fresh()
                && (!appended.done() || appended.round() < peer.freshSince)) {
            return; // of its former life
        }
        peer.heardNanos = nowNanos;
        peer.silent = false;
        if (appended.fresh() && !peer.fresh) {
            peer.match = 0;
            peer.freshSince = question();
        }
        peer.fresh = appended.fresh();
        if (appended.done()) {
            peer.round = Math.max(peer.round, appended.round());
            peer.match = Math.max(peer.match, appended.index());
            peer.next = Math.max(peer.next, peer.match + 1);
        } else {
            peer.next = Math.clamp(appended.index(), peer.match + 1, log.last() + 1);
        }
    }

    private void piece(int id, RaftPeer peer) {
        RaftSnapshot snapshot = log.snapshot();
        if (peer.pieceOf != snapshot.index()) {
            peer.pieceOf = snapshot.index();
            peer.pieceAt = 0;
        }
        say.accept(
                id,
                new RaftMessage.Piece(
                        reign.term,
                        snapshot.index(),
                        snapshot.term(),
                        peer.pieceAt,
                        snapshot.size(),
                        snapshot.piece(peer.pieceAt, RaftMessage.BYTES_MAX)));
    }

    void pieceTaken(int from, RaftMessage.PieceTaken taken, long nowNanos) {
        RaftPeer peer = peers.get(from);
        RaftSnapshot snapshot = log.snapshot();
        if (peer == null) {
            return;
        }
        peer.heardNanos = nowNanos;
        peer.silent = false;
        if (peer.pieceOf == taken.index() && taken.index() == snapshot.index()) {
            if (taken.offset() < snapshot.size()) {
                if (peer.pieceAt != taken.offset()) {
                    peer.pieceAt = taken.offset();
                    piece(from, peer);
                }
            } else {
                peer.pieceOf = 0;
                peer.match = Math.max(peer.match, taken.index());
                peer.next = Math.max(peer.next, taken.index() + 1);
            }
        }
    }
}
