package proa.cluster.member;

import org.jspecify.annotations.Nullable;

import proa.cluster.replication.Lease;
import proa.cluster.replication.Loans;
import proa.cluster.tables.Buckets;
import proa.cluster.tables.CounterShape;
import proa.cluster.tables.TableKey;

import java.util.concurrent.ConcurrentHashMap;

/**
 * A limit that is never exceeded: this node's share of it is a fixed part, whoever is in sight, and
 * what it admits beyond was given to it by another node out of that one's share. Safe from any
 * thread.
 */
final class StrictLimit implements Limiter {

    /** Keys that borrow at a time; those beyond have their share of this node only. */
    static final int LEASES_MAX = 10_000;

    /** What is left of the share when it is time to borrow: an eighth. */
    private static final int LOW = 8;

    private final GuardedTable table;
    private final int counter;
    private final Limit limit;
    private final long share;
    private final long bucketNanos;

    /**
     * After this nothing counts that a former life has counted, or has lent and was spent later.
     */
    private final long knownNanos;

    private final Asking asking;
    private final ConcurrentHashMap<TableKey, Lease> leases = new ConcurrentHashMap<>();

    /** Who can be asked, and how. Safe from any thread; never blocks. */
    interface Asking {
        /** Ids of the other members in sight. */
        int[] members();

        /**
         * Whether this node has learned what its former life counted, or it counts no more.
         *
         * @param countsNanos for how long it does
         */
        boolean informed(long countsNanos, long nowNanos);

        /** Asks a member, now; the time comes back with the answer. */
        void ask(int member, Loans.Of of, long wanted, long nowNanos);
    }

    /**
     * @param nodes how many nodes are configured
     * @param rank this node's place among them by id, from 0
     */
    StrictLimit(GuardedTable table, Limit limit, int nodes, int rank, Asking asking) {
        this.table = table;
        this.limit = limit;
        this.counter = table.schema().counter(limit.counter());
        this.share = share(limit.to(), nodes, rank);
        CounterShape shape = table.schema().counters().get(counter);
        this.bucketNanos = shape.bucketNanos();
        this.knownNanos = shape.windowNanos() + Buckets.AHEAD * bucketNanos;
        this.asking = asking;
    }

    /** Whether it is one of that very table. */
    boolean isOf(GuardedTable other) {
        return table == other;
    }

    /** The shares of all nodes are the limit, however it divides. */
    static long share(long limit, int nodes, int rank) {
        return limit / nodes + (rank < limit % nodes ? 1 : 0);
    }

    @Override
    public long admit(TableKey key) {
        long nowNanos = table.nowNanos();
        if (!asking.informed(knownNanos, nowNanos)) {
            return REFUSED;
        }
        long left = table.claim(key, counter, share, 1, nowNanos);
        if (left >= 0) {
            if (left <= share / LOW) {
                borrow(key, nowNanos);
            }
            return left;
        }
        Lease lease = leases.get(key);
        long borrowed = lease == null ? REFUSED : spend(lease, nowNanos);
        borrow(key, nowNanos);
        return borrowed;
    }

    private static long spend(Lease lease, long nowNanos) {
        synchronized (lease) {
            return lease.spend(nowNanos) ? lease.left(nowNanos) : REFUSED;
        }
    }

    private void borrow(TableKey key, long nowNanos) {
        int[] members = asking.members();
        Lease lease = members.length == 0 ? null : lease(key, members.length);
        if (lease == null) {
            return;
        }
        int member;
        long wanted;
        synchronized (lease) {
            member = lease.ask(members.length, Math.max(1, share / 2), nowNanos);
            wanted = lease.wanted();
        }
        if (member >= 0) {
            asking.ask(members[member], of(key), wanted, nowNanos);
        }
    }

    private @Nullable Lease lease(TableKey key, int members) {
        Lease known = leases.get(key);
        if (known != null || leases.size() >= LEASES_MAX) {
            return known;
        }
        return leases.computeIfAbsent(key, of -> new Lease(bucketNanos, of.stripe(members)));
    }

    private Loans.Of of(TableKey key) {
        return new Loans.Of(limit.table(), limit.counter(), limit.to(), key);
    }

    /**
     * Gives a part of this node's share to another node, as of now: at the time at which the
     * request arrived less of it may have been used up.
     */
    long lend(TableKey key, long wanted) {
        long nowNanos = table.nowNanos();
        return asking.informed(knownNanos, nowNanos)
                ? table.lend(key, counter, share, wanted, Lease.goodForBuckets(wanted), nowNanos)
                : 0;
    }

    /** Another node has answered. */
    void lent(TableKey key, long askedNanos, long given) {
        Lease lease = leases.get(key);
        if (lease != null) {
            long nowNanos = table.nowNanos();
            int members = asking.members().length;
            boolean more;
            synchronized (lease) {
                more = lease.lent(askedNanos, given, members, nowNanos);
            }
            if (more) {
                borrow(key, nowNanos);
            }
        }
    }

    /** Forgets keys that no longer borrow. */
    void tidy(long nowNanos) {
        leases.values()
                .removeIf(
                        lease -> {
                            synchronized (lease) {
                                return lease.idle(nowNanos);
                            }
                        });
    }
}
