package proa.chaos.sim.world;

import proa.cluster.tables.Counts;
import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What clients have really done in this round, kept outside of the nodes: what the nodes say is
 * compared with it. What a node had counted and told nobody when it died is gone with it; what any
 * node that lives has heard must never be.
 */
final class Ledger {

    /** What is counted of a key, and its place among the sums. */
    enum Sum {
        REQUESTS(0),
        CONNECTIONS(1),
        BYTES(2);

        private final int place;

        Sum(int place) {
            this.place = place;
        }
    }

    private static final int SUMS = Sum.values().length;

    /** What one life counted, and of that what must still be known if the life is over. */
    private static final class Counted {
        final Replica life;
        final long[][] made = new long[Data.KEYS][SUMS];
        final long[][] known = new long[Data.KEYS][SUMS];
        boolean over;

        Counted(Replica life) {
            this.life = life;
        }
    }

    /** A connection that is open. */
    record Open(Replica at, TableKey key) {}

    private final List<Counted> lives = new ArrayList<>();
    private final long[][] most = new long[Data.KEYS][SUMS];

    /** Connections that are open, with the life of the node that has them. */
    final List<Open> open = new ArrayList<>();

    /** When each short-lived key was last written or read with success, anywhere. */
    final Map<TableKey, Long> lastUse = new HashMap<>();

    /** Keys that have been removed and not written again, and by whom. */
    final Map<TableKey, Replica> removed = new HashMap<>();

    /** Banned keys that have been cleared, and by whom. */
    final Map<TableKey, Replica> cleared = new HashMap<>();

    /** When requests of a key were admitted within the last window, and by whom. */
    private final Map<TableKey, Deque<Admitted>> admitted = new HashMap<>();

    /** A request that was let through. */
    record Admitted(long nanos, Replica by) {}

    /** Another round begins with keys of its own. */
    void begin() {
        lives.removeIf(counted -> counted.over);
        clear(most);
        lives.forEach(counted -> clear(counted.made));
        removed.clear();
        cleared.clear();
        lastUse.clear();
        admitted.clear();
    }

    private static void clear(long[][] sums) {
        for (long[] ofKey : sums) {
            Arrays.fill(ofKey, 0);
        }
    }

    private static int place(TableKey key) {
        return (int) key.low();
    }

    void count(Replica at, TableKey key, Sum sum, long amount) {
        of(at).made[place(key)][sum.place] += amount;
        most[place(key)][sum.place] += amount;
    }

    private Counted of(Replica life) {
        for (Counted counted : lives) {
            if (counted.life == life) {
                return counted;
            }
        }
        Counted counted = new Counted(life);
        lives.add(counted);
        return counted;
    }

    /** The most that any node may say: nothing is counted twice. */
    long most(TableKey key, Sum sum) {
        return most[place(key)][sum.place];
    }

    /** The least that every node must say once all has been exchanged: nothing is lost. */
    long least(TableKey key, Sum sum) {
        long least = 0;
        for (Counted counted : lives) {
            long[][] sums = counted.over ? counted.known : counted.made;
            least += sums[place(key)][sum.place];
        }
        return least;
    }

    /** A life is over; what it and former ones have told is known to these or to nobody. */
    void ended(Replica life, Collection<Replica> living, int round) {
        open.removeIf(connection -> connection.at() == life);
        of(life).over = true;
        // It may not have told anybody.
        removed.values().removeIf(by -> by == life);
        cleared.values().removeIf(by -> by == life);
        for (Counted counted : lives) {
            if (counted.over) {
                clear(counted.known);
                for (Replica knower : living) {
                    raise(counted.known, knownBy(knower, counted.life.origin(), round));
                }
            }
        }
    }

    private static void raise(long[][] sums, long[][] to) {
        for (int key = 0; key < sums.length; key++) {
            for (int at = 0; at < SUMS; at++) {
                sums[key][at] = Math.max(sums[key][at], to[key][at]);
            }
        }
    }

    /** What a node knows that an origin has counted of this round's keys. */
    private static long[][] knownBy(Replica knower, Origin origin, int round) {
        long[][] known = new long[Data.KEYS][SUMS];
        for (int table : new int[] {Data.COUNTS, Data.RICH}) {
            knower.each(
                    table,
                    entry -> {
                        if (entry instanceof Entry.Slot slot
                                && slot.origin().equals(origin)
                                && slot.key().high() == round) {
                            add(known[place(slot.key())], slot.counts(), table);
                        }
                    });
        }
        return known;
    }

    private static void add(long[] sums, Counts counts, int table) {
        if (table == Data.COUNTS) {
            for (int back = 0; back < counts.rate(0).used(); back++) {
                sums[Sum.REQUESTS.place] += counts.rate(0).count(back);
            }
        } else {
            sums[Sum.CONNECTIONS.place] += counts.added(Data.CONNECTIONS);
            sums[Sum.BYTES.place] += counts.added(Data.BYTES);
        }
    }

    /** Connections of a key that are open. */
    long openNow(TableKey key) {
        return open.stream().filter(connection -> connection.key().equals(key)).count();
    }

    // --- limits

    /** A request under the limit was let through. */
    void admit(TableKey key, Replica by, long nanos) {
        Deque<Admitted> all = admitted.computeIfAbsent(key, _ -> new ArrayDeque<>());
        while (!all.isEmpty() && all.getFirst().nanos() <= nanos - Data.WINDOW_NANOS) {
            all.removeFirst();
        }
        all.addLast(new Admitted(nanos, by));
    }

    /** How many were let through in the window that ends with the last of them. */
    long admitted(TableKey key) {
        return admitted.getOrDefault(key, new ArrayDeque<>()).size();
    }

    /** How many of these were let through by others, later than that. */
    long admittedByOthers(TableKey key, Replica than, long sinceNanos) {
        return admitted.getOrDefault(key, new ArrayDeque<>()).stream()
                .filter(each -> each.by() != than && each.nanos() > sinceNanos)
                .count();
    }

    /** How many lives let some through in the window. */
    long admitting(TableKey key) {
        return admitted.getOrDefault(key, new ArrayDeque<>()).stream()
                .map(Admitted::by)
                .distinct()
                .count();
    }
}
