package proa.cluster.member;

import org.jspecify.annotations.Nullable;

import proa.cluster.replication.Loans;
import proa.config.ClusterConfig;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The limits of this node, and the requests of strict ones on their way to other nodes. Safe from
 * any thread.
 */
final class Limiters implements Loans, StrictLimit.Asking {

    /** Requests that wait for the replicator; one too many is not sent and asked again later. */
    static final int ASKS_MAX = 1_024;

    private final Tables tables;
    private final List<Integer> configured;
    private final int self;
    private final Runnable wake;
    private final Map<Limit, StrictLimit> strict = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Ask> asks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder asked = new LongAdder();
    private final LongAdder given = new LongAdder();
    private final LongAdder taken = new LongAdder();

    /** When this node has certainly learned what its former life counted, or can no more. */
    private static final long ALONE_NANOS_MAX = 60_000_000_000L;

    private final long begunNanos;
    private volatile int[] members = new int[0];
    private volatile boolean informed;

    /** A request that has not been sent yet. */
    record Ask(int member, Of of, long wanted, long askedNanos) {}

    Limiters(ClusterConfig cluster, int self, Tables tables, Runnable wake, long nowNanos) {
        this.begunNanos = nowNanos;
        this.tables = tables;
        this.self = self;
        this.wake = wake;
        this.configured = cluster.nodes().stream().map(ClusterConfig.Node::id).sorted().toList();
    }

    /** What keeps a limit. */
    Limiter limiter(Limit limit) {
        GuardedTable table = tables.table(limit.table());
        int counter = table.schema().counter(limit.counter());
        if (counter < 0 || !table.schema().counters().get(counter).rated()) {
            throw new IllegalArgumentException("no rate of " + limit);
        }
        int nodes = configured.size();
        return switch (limit.mode()) {
            case APPROXIMATE -> key -> table.admit(key, counter, limit.to());
            case APPROXIMATE_SHARE ->
                    key ->
                            table.admit(
                                    key,
                                    counter,
                                    Math.ceilDiv(limit.to() * (members.length + 1), nodes));
            case STRICT ->
                    strict.computeIfAbsent(
                            limit,
                            _ ->
                                    new StrictLimit(
                                            table, limit, nodes, configured.indexOf(self), this));
        };
    }

    /** These other members are in sight now. */
    void seen(List<Integer> others) {
        members = others.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    /**
     * All that the members in sight have has arrived: from then on strict limits admit, unless
     * nobody is in sight who could know what this node's former life counted.
     */
    void inform() {
        informed |= members.length > 0 || configured.size() == 1;
    }

    @Override
    public int[] members() {
        return members;
    }

    @Override
    public boolean informed(long countsNanos, long nowNanos) {
        long until = members.length == 0 ? Math.min(countsNanos, ALONE_NANOS_MAX) : countsNanos;
        return informed || nowNanos - begunNanos >= until;
    }

    @Override
    public void ask(int member, Of of, long wanted, long nowNanos) {
        if (waiting.incrementAndGet() > ASKS_MAX) {
            waiting.decrementAndGet();
            return;
        }
        asked.increment();
        asks.add(new Ask(member, of, wanted, nowNanos));
        wake.run();
    }

    /** Whether there are requests to send. */
    boolean asks() {
        return !asks.isEmpty();
    }

    /** The next request to send, or null. */
    @Nullable Ask next() {
        Ask ask = asks.poll();
        if (ask != null) {
            waiting.decrementAndGet();
        }
        return ask;
    }

    @Override
    public long lend(Of of, long wanted) {
        StrictLimit limit = limit(of);
        long lent = limit == null ? 0 : limit.lend(of.key(), wanted);
        given.add(lent);
        return lent;
    }

    @Override
    public void lent(Of of, long askedNanos, long amount) {
        StrictLimit limit = limit(of);
        if (limit != null) {
            taken.add(amount);
            limit.lent(of.key(), askedNanos, amount);
        }
    }

    /** Limits of tables that are gone or have begun anew are no longer kept. */
    void follow() {
        List<GuardedTable> there = tables.all();
        strict.values().removeIf(limit -> there.stream().noneMatch(limit::isOf));
    }

    void tidy(long nowNanos) {
        strict.values().forEach(limit -> limit.tidy(nowNanos));
    }

    /** For {@code proa status}. */
    String json() {
        return "{\"asked\":%d,\"given\":%d,\"taken\":%d}"
                .formatted(asked.sum(), given.sum(), taken.sum());
    }

    /** Limits of the same table, counter and number; a node with another number lends nothing. */
    private @Nullable StrictLimit limit(Of of) {
        return strict.get(new Limit(of.table(), of.counter(), of.limit(), Limit.Mode.STRICT));
    }
}
