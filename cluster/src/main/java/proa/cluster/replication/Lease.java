package proa.cluster.replication;

import proa.cluster.tables.Buckets;

/**
 * What this node may admit for one key under a strict limit beyond its own share, because other
 * nodes gave it from theirs. Times are this node's. Not thread-safe.
 *
 * <p>A loan is good for some bucket widths from when it was asked for. The lender counted it later
 * than that and that many buckets ahead, so their clocks need not have anything in common.
 */
public final class Lease {

    /** After this long an answer is not waited for any more: the request or the loan is lost. */
    static final long ANSWER_NANOS_MAX = 100_000_000L;

    /** More than this is asked for by a busy key, which uses it soon. */
    private static final long FEW = 2;

    private final long bucketNanos;

    private long tokens;
    private long goodUntilNanos;
    private long askedNanos;
    private boolean asked;
    private long restsUntilNanos = Long.MIN_VALUE;
    private long usedNanos;
    private long wanted = 1;
    private long askedFor;
    private int turn;
    private int refused;

    /**
     * @param bucketNanos bucket width of the limit's window
     * @param first which of the other members is asked first: the key's owner, then the next
     */
    public Lease(long bucketNanos, int first) {
        this.bucketNanos = bucketNanos;
        this.turn = first;
    }

    /** Admits one; whether there was a token for it. */
    public boolean spend(long nowNanos) {
        usedNanos = nowNanos;
        boolean good = tokens > 0 && nowNanos - goodUntilNanos < 0;
        tokens = good ? tokens - 1 : 0;
        return good;
    }

    /** What is left of it. */
    public long left(long nowNanos) {
        return nowNanos - goodUntilNanos < 0 ? tokens : 0;
    }

    /**
     * Which of so many other members should be asked now, or -1 for none. The caller does ask.
     *
     * @param wantedMax most that is asked for at once
     */
    public int ask(int members, long wantedMax, long nowNanos) {
        usedNanos = nowNanos;
        boolean waits = asked && nowNanos - askedNanos < ANSWER_NANOS_MAX;
        boolean rests = restsUntilNanos != Long.MIN_VALUE && nowNanos - restsUntilNanos < 0;
        if (members == 0 || waits || rests || left(nowNanos) > wanted / 2) {
            return -1;
        }
        wanted = Math.clamp(wanted, 1, wantedMax);
        asked = true;
        askedNanos = nowNanos;
        askedFor = wanted;
        return Math.floorMod(turn, members);
    }

    /**
     * For how many buckets a loan of so much is good. A few must last until a slow client comes
     * again; many are used at once, and the sooner they are over, the sooner the lender may use
     * them itself.
     */
    public static int goodForBuckets(long wanted) {
        return wanted <= FEW ? Buckets.AHEAD : 1;
    }

    /** When it was asked for last: what the message says. */
    public long askedNanos() {
        return askedNanos;
    }

    /** How much to ask for. */
    public long wanted() {
        return wanted;
    }

    /**
     * An answer has come. Only the first one to the last question counts: what comes twice, or
     * after another was asked, is not used.
     *
     * @param forAskedNanos when it was asked for
     * @param given 0: the member has nothing left; the next one's turn comes, and when all have
     *     refused there is a rest of half a bucket
     * @param members how many others there are
     * @return whether the next member should be asked at once
     */
    public boolean lent(long forAskedNanos, long given, int members, long nowNanos) {
        if (!asked || forAskedNanos != askedNanos) {
            return false;
        }
        asked = false;
        if (given == 0) {
            turn++;
            refused++;
            wanted = 1;
            boolean more = refused < members;
            if (!more) {
                refused = 0;
                restsUntilNanos = nowNanos + bucketNanos / 2;
            }
            return more;
        }
        refused = 0;
        wanted = Math.max(given, wanted) * 2;
        long goodUntil = askedNanos + goodForBuckets(askedFor) * bucketNanos;
        long left = left(nowNanos);
        goodUntilNanos = left > 0 ? Math.min(goodUntilNanos, goodUntil) : goodUntil;
        tokens = left + given;
        return false;
    }

    /** Whether nobody has wanted anything for so long that it can be forgotten. */
    public boolean idle(long nowNanos) {
        return nowNanos - usedNanos > (Buckets.AHEAD + 1) * bucketNanos + ANSWER_NANOS_MAX;
    }
}
