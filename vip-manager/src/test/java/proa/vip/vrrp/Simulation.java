package proa.vip.vrrp;

import proa.config.GroupConfig;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Two or three hosts in simulated time: one queue ordered by time, one seeded random generator, and
 * invariants looked at after every event.
 */
final class Simulation {

    static final long MILLI = 1_000_000;

    /** The last so many lines of what happened, for a failing seed. */
    private static final int TRACE_MAX = 400;

    private record Item(long at, long order, Runnable what) {}

    final RandomGenerator random;

    /** For what was added later, so that old seeds keep their faults. */
    final RandomGenerator added;

    final List<SimulatedHost> hosts = new ArrayList<>();
    final SimulatedNetwork network;
    private final PriorityQueue<Item> queue =
            new PriorityQueue<>(
                    (a, b) ->
                            a.at != b.at
                                    ? Long.compare(a.at, b.at)
                                    : Long.compare(a.order, b.order));
    private final Deque<String> trace = new ArrayDeque<>();
    private final long[][] overlapSince;
    private final long seed;
    private final long overlapNanosMax;
    private final long gapNanosMax;
    private long gapSince;
    long longestGapNanos;
    long longestOverlapNanos;
    int takeovers;
    private long now = 1_000 * MILLI;
    private long order;

    Simulation(
            long seed,
            int nodes,
            GroupConfig.Failback failback,
            long overlapMillisMax,
            long gapMillisMax) {
        this(seed, nodes, failback, overlapMillisMax, gapMillisMax, false);
    }

    /**
     * The same.
     *
     * @param meshless plain VRRP routers, which know each other by advertisements alone
     */
    Simulation(
            long seed,
            int nodes,
            GroupConfig.Failback failback,
            long overlapMillisMax,
            long gapMillisMax,
            boolean meshless) {
        this.seed = seed;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        this.added = RandomGeneratorFactory.of("L64X128MixRandom").create(~seed);
        this.overlapNanosMax = overlapMillisMax * MILLI;
        this.gapNanosMax = gapMillisMax * MILLI;
        this.network = new SimulatedNetwork(this, nodes);
        this.network.meshless = meshless;
        this.overlapSince = new long[nodes][nodes];
        for (int index = 0; index < nodes; index++) {
            hosts.add(new SimulatedHost(this, index, nodes, failback));
        }
        hosts.forEach(SimulatedHost::boot);
        network.upkeep();
    }

    long now() {
        return now;
    }

    void after(long nanos, Runnable what) {
        queue.add(new Item(now + nanos, order++, what));
    }

    void afterMillis(long millis, Runnable what) {
        after(millis * MILLI, what);
    }

    /** A time between the two, in nanoseconds. */
    long between(long fromMicros, long toMicros) {
        return random.nextLong(fromMicros, toMicros + 1) * 1_000;
    }

    void run(Duration length) {
        long end = now + length.toNanos();
        while (!queue.isEmpty() && queue.peek().at <= end) {
            step();
        }
        now = end;
    }

    /** Runs until that holds; fails when it does not within the limit. Answers how long it took. */
    long millisUntil(Duration limit, java.util.function.BooleanSupplier holds) {
        long start = now;
        while (!holds.getAsBoolean()) {
            if (queue.isEmpty() || queue.peek().at > start + limit.toNanos()) {
                throw failure("not within " + limit.toMillis() + " ms");
            }
            step();
        }
        return (now - start) / MILLI;
    }

    private void step() {
        Item item = queue.remove();
        now = item.at;
        item.what.run();
        checkOneOwner();
        checkSomeOwner();
    }

    /** Nobody answers only for so long while a host stands by that could. */
    private void checkSomeOwner() {
        boolean answered = hosts.stream().anyMatch(SimulatedHost::answers);
        if (answered || hosts.stream().noneMatch(SimulatedHost::couldServe)) {
            gapSince = 0;
        } else if (gapSince == 0) {
            gapSince = now;
        } else {
            longestGapNanos = Math.max(longestGapNanos, now - gapSince);
            if (now - gapSince > gapNanosMax) {
                throw failure("nobody answers for " + (now - gapSince) / MILLI + " ms");
            }
        }
    }

    /**
     * At most one host answers among those that can exchange an advertisement or a mesh message.
     */
    private void checkOneOwner() {
        for (int a = 0; a < hosts.size(); a++) {
            for (int b = a + 1; b < hosts.size(); b++) {
                boolean both =
                        hosts.get(a).answers() && hosts.get(b).answers() && network.canTalk(a, b);
                if (!both) {
                    overlapSince[a][b] = 0;
                } else if (overlapSince[a][b] == 0) {
                    overlapSince[a][b] = now;
                } else {
                    long overlap = now - overlapSince[a][b];
                    longestOverlapNanos = Math.max(longestOverlapNanos, overlap);
                    if (overlap > overlapNanosMax) {
                        throw failure("two owners for " + overlap / MILLI + " ms");
                    }
                }
            }
        }
    }

    /** Nothing is broken any more: one owner, all agree, and nobody moves. */
    void checkSettled() {
        int before = takeovers;
        run(Duration.ofSeconds(3));
        if (takeovers != before) {
            throw failure("still moving");
        }
        List<SimulatedHost> owners = hosts.stream().filter(SimulatedHost::answers).toList();
        if (owners.size() != 1) {
            throw failure(owners.size() + " owners");
        }
        SimulatedHost owner = owners.getFirst();
        for (SimulatedHost host : hosts) {
            GroupView view = host.view();
            if (!view.owner().equals(owner.name()) || view.term() > owner.view().term()) {
                throw failure(host.name() + " thinks " + view);
            }
            if (host.hasAddress() != (host == owner)) {
                throw failure(host.name() + " has the address: " + host.hasAddress());
            }
        }
    }

    SimulatedHost owner() {
        return hosts.stream()
                .filter(SimulatedHost::answers)
                .findFirst()
                .orElseThrow(() -> failure("no owner"));
    }

    boolean someoneElseAnswers(SimulatedHost than) {
        return hosts.stream().anyMatch(host -> host != than && host.answers());
    }

    void trace(String line) {
        if (trace.size() == TRACE_MAX) {
            trace.removeFirst();
        }
        trace.add("%12.3f %s".formatted(now / 1e6, line));
    }

    AssertionError failure(String what) {
        return new AssertionError(
                "seed "
                        + seed
                        + ", "
                        + hosts.size()
                        + " nodes, at "
                        + now / 1e6
                        + " ms: "
                        + what
                        + "\n"
                        + String.join("\n", trace));
    }
}
