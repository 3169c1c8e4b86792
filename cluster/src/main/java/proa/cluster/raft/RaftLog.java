package proa.cluster.raft;

import java.util.ArrayList;
import java.util.List;

/** The entries that no snapshot has replaced yet. Of one thread. */
final class RaftLog {

    private final List<RaftEntry> entries;
    private RaftSnapshot snapshot;

    RaftLog(RaftSnapshot snapshot, List<RaftEntry> entries) {
        this.snapshot = snapshot;
        this.entries = new ArrayList<>(entries);
    }

    RaftSnapshot snapshot() {
        return snapshot;
    }

    /** The last entry's index, or that of the snapshot. */
    long last() {
        return snapshot.index() + entries.size();
    }

    long lastTerm() {
        return term(last());
    }

    /** The term of an entry from the snapshot's last one on; -1: there is no such entry. */
    long term(long index) {
        if (index == snapshot.index()) {
            return snapshot.term();
        }
        return index < snapshot.index() || index > last() ? -1 : get(index).term();
    }

    /** An entry behind the snapshot. */
    RaftEntry get(long index) {
        return entries.get((int) (index - snapshot.index() - 1));
    }

    /** Entries from one on, so many bytes at most, but one at least if there is one. */
    List<RaftEntry> from(long index, long bytesMax) {
        List<RaftEntry> some = new ArrayList<>();
        long bytes = 0;
        for (long at = index; at <= last() && (some.isEmpty() || bytes < bytesMax); at++) {
            RaftEntry entry = get(at);
            bytes += entry.command().length;
            some.add(entry);
        }
        return some;
    }

    /** Where a leader should go on that has another entry there: before that term. */
    long conflict(long index, long commit) {
        if (index > last()) {
            return last() + 1;
        }
        long other = term(index);
        long at = index;
        while (at - 1 > commit && term(at - 1) == other) {
            at--;
        }
        return at;
    }

    void append(RaftEntry entry) {
        if (entry.index() != last() + 1) {
            throw new IllegalStateException("entry " + entry.index() + " behind " + last());
        }
        entries.add(entry);
    }

    /** Forgets this entry and all later ones. */
    void cutFrom(long index) {
        entries.subList((int) (index - snapshot.index() - 1), entries.size()).clear();
    }

    /** A snapshot takes the place of the entries in it; what does not follow from it goes, too. */
    void replaceBy(RaftSnapshot taken) {
        boolean follows = term(taken.index()) == taken.term();
        List<RaftEntry> kept =
                follows
                        ? new ArrayList<>(
                                entries.subList(
                                        (int) (taken.index() - snapshot.index()), entries.size()))
                        : List.of();
        entries.clear();
        entries.addAll(kept);
        snapshot = taken;
    }
}
