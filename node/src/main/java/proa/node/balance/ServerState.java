package proa.node.balance;

import proa.config.HealthConfig.Failure;
import proa.node.record.ServerCounters;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * What is known of a server, what it has, and what the operator wants of it: as long as it is the
 * same server, whatever configuration it appears in. Safe from any thread.
 */
final class ServerState {

    /** The operator has said nothing about the weight. */
    static final int AS_CONFIGURED = -1;

    /** The operator is told of the same trouble again after this long. */
    private static final long TOLD_NANOS = 60_000_000_000L;

    private final int index;
    private final AtomicLong due;
    private final AtomicInteger current = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final LongAdder total = new LongAdder();
    private final LongAdder connectFailures = new LongAdder();
    private final LongAdder portsLacking = new LongAdder();
    private final LongAdder sourcesMissing = new LongAdder();
    private final AtomicLong sourceTold;
    private final ServerCounters counters = new ServerCounters(current::get);
    private final ResponseTime responseTime = new ResponseTime();
    private final AtomicReference<Standing> standing;
    private final AtomicReference<List<BiConsumer<Failure, String>>> watchers =
            new AtomicReference<>(List.of());
    private final AtomicReference<List<PooledServer>> awaited = new AtomicReference<>(List.of());
    private volatile boolean panic;
    private volatile Order order = Order.READY;
    private volatile int weight = AS_CONFIGURED;
    private volatile int step = PooledServer.STEPS;
    private volatile long backSinceNanos;

    ServerState(int index, Health health, long nowNanos) {
        this.index = index;
        due = new AtomicLong(nowNanos);
        sourceTold = new AtomicLong(nowNanos - TOLD_NANOS);
        standing = new AtomicReference<>(Standing.of(health));
    }

    int index() {
        return index;
    }

    /** Where the pace is by which it is given something. */
    AtomicLong due() {
        return due;
    }

    AtomicInteger current() {
        return current;
    }

    /** It has so many now. */
    void reached(int now) {
        if (now > most.get()) {
            most.accumulateAndGet(now, Math::max);
        }
    }

    /** The most that it had at a time. */
    int most() {
        return most.get();
    }

    LongAdder total() {
        return total;
    }

    LongAdder connectFailures() {
        return connectFailures;
    }

    /** Connections that found no local port. */
    LongAdder portsLacking() {
        return portsLacking;
    }

    /** Connections that were to come from an address that is not there. */
    LongAdder sourcesMissing() {
        return sourcesMissing;
    }

    /** Counts one of them; whether it is to be told. */
    boolean sourceLacks(long nowNanos) {
        sourcesMissing.increment();
        long told = sourceTold.get();
        return nowNanos - told >= TOLD_NANOS && sourceTold.compareAndSet(told, nowNanos);
    }

    ServerCounters counters() {
        return counters;
    }

    ResponseTime responseTime() {
        return responseTime;
    }

    AtomicReference<Standing> standing() {
        return standing;
    }

    boolean panic() {
        return panic;
    }

    void panic(boolean now) {
        panic = now;
    }

    /** What the operator wants of it. */
    Order order() {
        return order;
    }

    void order(Order now) {
        order = now;
    }

    /** The weight that the operator gave it, or {@link #AS_CONFIGURED}. */
    int weight() {
        return weight;
    }

    void weight(int now) {
        weight = now;
    }

    /** How many tenths of its share it has. */
    int step() {
        return step;
    }

    void step(int now) {
        step = now;
    }

    long backSinceNanos() {
        return backSinceNanos;
    }

    void backSince(long nanos) {
        backSinceNanos = nanos;
        step = 1;
    }

    void watch(BiConsumer<Failure, String> watcher) {
        watchers.updateAndGet(before -> with(before, watcher));
    }

    void unwatch(BiConsumer<Failure, String> watcher) {
        watchers.updateAndGet(before -> without(before, watcher));
    }

    void failed(Failure failure, String requestId) {
        watchers.get().forEach(watcher -> watcher.accept(failure, requestId));
    }

    /** There may be requests in line for it in the pool of that one. */
    void await(PooledServer one) {
        awaited.updateAndGet(before -> with(before, one));
    }

    void awaitNoMore(PooledServer one) {
        awaited.updateAndGet(before -> without(before, one));
    }

    /** Something has ended: those in line for it by another configuration hear of it too. */
    void tellOthers(PooledServer ended) {
        List<PooledServer> all = awaited.get();
        if (all.size() > 1 || all.size() == 1 && all.getFirst() != ended) {
            tell(all, ended);
        }
    }

    private static void tell(List<PooledServer> all, PooledServer ended) {
        for (PooledServer one : all) {
            Admission line = one == ended ? null : one.admission();
            if (line != null) {
                line.roomElsewhere(one);
            }
        }
    }

    private static <T> List<T> with(List<T> before, T one) {
        return Stream.concat(before.stream(), Stream.of(one)).toList();
    }

    private static <T> List<T> without(List<T> before, T one) {
        return before.stream().filter(each -> !each.equals(one)).toList();
    }
}
