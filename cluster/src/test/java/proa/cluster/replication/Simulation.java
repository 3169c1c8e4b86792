package proa.cluster.replication;

import proa.cluster.tables.CounterShape;
import proa.cluster.tables.Origin;
import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.cluster.tables.TableShape;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/**
 * A cluster in one thread and no time: one queue ordered by simulated time, one {@link Random}. The
 * network loses, doubles, delays and reorders messages and falls apart; clocks jump by an hour;
 * nodes read, write, remove and count; and what must hold afterwards is remembered here, outside of
 * them.
 */
final class Simulation {

    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;

    static final int PINS = 0;
    static final int SHORT_LIVED = 1;
    static final int CROWDED = 2;
    static final int COUNTS = 3;
    static final int RICH = 4;
    static final int BRIEF = 5;
    static final int KEYS = 30;

    /** Places in the schema of {@link #RICH}. */
    static final int CONNECTIONS = 0;

    static final int BYTES = 1;

    static final long SHORT_NANOS = 3 * SECOND;

    private static final List<TableShape> SHAPES =
            List.of(
                    new TableShape("pins", 3_600 * SECOND, 1_000, 0),
                    new TableShape("short", SHORT_NANOS, 1_000, 0),
                    new TableShape("crowded", 3_600 * SECOND, 12, 0),
                    new TableShape("counts", 3_600 * SECOND, 1_000, 6_000 * SECOND),
                    new TableShape(
                            "rich",
                            3_600 * SECOND,
                            1_000,
                            new TableSchema(
                                    List.of(
                                            new CounterShape("connections", 0, true, true, false),
                                            new CounterShape("bytes", SECOND, true, false, true)),
                                    List.of("tag"))),
                    new TableShape(
                            "brief",
                            SECOND,
                            1_000,
                            new TableSchema(
                                    List.of(new CounterShape("connections", 0, false, true, false)),
                                    List.of())));

    private static final long DELAY_MIN = MILLI / 10;
    private static final long DELAY_MAX = 40 * MILLI;
    private static final long HOUR_MILLIS = 3_600_000;

    private record Event(long at, long order, Runnable action) {}

    private final PriorityQueue<Event> queue =
            new PriorityQueue<>(
                    java.util.Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final Random random;
    private final Limits limits;
    private final Map<Integer, SimulatedNode> nodes = new HashMap<>();
    private final Map<Integer, Integer> side = new HashMap<>();
    private final Map<Integer, Long> wakeAt = new HashMap<>();

    /** Requests counted, by key. */
    final Map<TableKey, Long> hits = new HashMap<>();

    /** Bytes counted, by key. */
    final Map<TableKey, Long> bytes = new HashMap<>();

    /** Connections opened so far, by key. */
    final Map<TableKey, Long> opened = new HashMap<>();

    /** Connections that are open, with the life of the node that has them. */
    final List<Open> open = new ArrayList<>();

    /** A connection. */
    record Open(SimulatedNode node, TableKey key) {}

    /** When each short-lived key was last written or read with success, anywhere. */
    final Map<TableKey, Long> lastUse = new HashMap<>();

    /** Keys removed in this round and not written in it. */
    final Set<TableKey> removed = new HashSet<>();

    private long now;
    private long order;
    private long lives = 1;
    private double loss;

    Simulation(long seed, int size, Limits limits) {
        this.random = new Random(seed);
        this.limits = limits;
        for (int id = 1; id <= size; id++) {
            start(id);
        }
    }

    static TableKey key(int number) {
        return new TableKey(0, number);
    }

    Iterable<SimulatedNode> nodes() {
        return nodes.values();
    }

    long now() {
        return now;
    }

    /** A new life with empty tables, on a clock that begins anywhere. */
    void start(int id) {
        long offset = random.nextLong(1L << 50);
        long wallOffset = random.nextLong(-HOUR_MILLIS, HOUR_MILLIS) + 1_700_000_000_000L;
        Origin origin = new Origin(id, ++lives);
        open.removeIf(connection -> connection.node().origin.node() == id);
        nodes.put(id, new SimulatedNode(origin, SHAPES, limits, offset, wallOffset, now));
        side.put(id, 0);
        viewsChange();
    }

    /** Some time in which everything happens that may happen. */
    void chaos(long nanos) {
        loss = random.nextInt(3) * 0.1;
        removed.clear();
        for (int key = 0; key < KEYS / 6; key++) {
            removed.add(key(random.nextInt(KEYS)));
        }
        long end = now + nanos;
        for (int splits = random.nextInt(4); splits > 0; splits--) {
            at(now + random.nextLong(nanos), this::split);
        }
        for (SimulatedNode node : nodes.values()) {
            at(now + random.nextLong(nanos), () -> jump(node));
        }
        for (TableKey key : removed) {
            at(now + random.nextLong(nanos), () -> remove(any(), key));
        }
        for (long ops = 300L + random.nextInt(300); ops > 0; ops--) {
            at(now + random.nextLong(nanos), this::operate);
        }
        runUntil(end);
    }

    /** The network is whole and loses nothing; long enough for everybody to hear of everything. */
    void heal(long nanos) {
        loss = 0;
        side.replaceAll((_, _) -> 0);
        viewsChange();
        runUntil(now + nanos);
    }

    /** A node stands for a while; what is sent to it meanwhile is lost. */
    void pause(int id, long nanos) {
        SimulatedNode node = nodes.get(id);
        node.pause(now, now + nanos);
        wakeAt.remove(id);
        at(now + nanos, () -> wake(node));
        runUntil(now + nanos);
    }

    /** One request counted at this node, and some time. */
    void hit(int id, TableKey key, long nanos) {
        SimulatedNode node = nodes.get(id);
        node.table(COUNTS).hit(key, nowOf(node));
        hits.merge(key, 1L, Long::sum);
        node.noted(now);
        wake(node);
        runUntil(now + nanos);
    }

    private SimulatedNode any() {
        List<SimulatedNode> all = new ArrayList<>(nodes.values());
        return all.get(random.nextInt(all.size()));
    }

    private long nowOf(SimulatedNode node) {
        return node.now(now);
    }

    private void split() {
        side.replaceAll((_, _) -> random.nextInt(2));
        viewsChange();
    }

    /** Everybody learns of the new sides, each in its own time. */
    private void viewsChange() {
        for (SimulatedNode node : nodes.values()) {
            at(now + random.nextLong(300 * MILLI), () -> view(node));
        }
    }

    private void view(SimulatedNode node) {
        Set<Integer> seen = new HashSet<>();
        side.forEach(
                (id, where) -> {
                    if (where.equals(side.get(node.origin.node()))) {
                        seen.add(id);
                    }
                });
        send(node, node.replicator.view(node.others(seen), nowOf(node)));
        wake(node);
    }

    private void jump(SimulatedNode node) {
        node.wallOffsetMillis += random.nextBoolean() ? HOUR_MILLIS : -HOUR_MILLIS;
        node.steer(now);
    }

    private void operate() {
        SimulatedNode node = any();
        TableKey key = key(random.nextInt(KEYS));
        String server = "web" + random.nextInt(4);
        int table = random.nextInt(SHAPES.size());
        switch (table) {
            case PINS -> pin(node, key, server);
            case SHORT_LIVED -> useShortLived(node, key, server);
            case CROWDED -> {
                if (node.table(CROWDED).server(key, nowOf(node)) == null) {
                    node.table(CROWDED).stick(key, server, nowOf(node));
                }
            }
            case RICH, BRIEF -> rich(node, key);
            default -> {
                node.table(COUNTS).hit(key, nowOf(node));
                hits.merge(key, 1L, Long::sum);
            }
        }
        node.noted(now);
        wake(node);
    }

    /** A connection opens or closes, bytes pass, a tag is set. */
    private void rich(SimulatedNode node, TableKey key) {
        Table table = node.table(RICH);
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                table.add(key, CONNECTIONS, 1, nowOf(node));
                node.table(BRIEF).add(key, CONNECTIONS, 1, nowOf(node));
                opened.merge(key, 1L, Long::sum);
                open.add(new Open(node, key));
            }
            case 2 -> close();
            case 3 -> {
                long count = random.nextLong(1L << 40);
                table.add(key, BYTES, count, nowOf(node));
                bytes.merge(key, count, Long::sum);
            }
            default -> table.tag(key, 0, random.nextInt(100), nowOf(node));
        }
    }

    private void close() {
        if (open.isEmpty()) {
            return;
        }
        Open closing = open.remove(random.nextInt(open.size()));
        SimulatedNode at = closing.node();
        at.table(RICH).take(closing.key(), CONNECTIONS, 1, nowOf(at));
        at.table(BRIEF).take(closing.key(), CONNECTIONS, 1, nowOf(at));
        at.noted(now);
        wake(at);
    }

    /** Connections of a key that are open. */
    long openNow(TableKey key) {
        return open.stream().filter(connection -> connection.key().equals(key)).count();
    }

    /**
     * What holds at every moment, looked at on one node for one key: nothing is counted twice, and
     * logs stay within their bytes.
     */
    private void checkNow() {
        SimulatedNode node = any();
        TableKey key = key(random.nextInt(KEYS));
        long counted = node.table(COUNTS).rate(key, nowOf(node));
        long sum = node.table(RICH).total(key, BYTES);
        long connections = node.table(RICH).total(key, CONNECTIONS);
        int origins = Origins.LIVES_MAX * nodes.size();
        if (counted > hits.getOrDefault(key, 0L)
                || sum > bytes.getOrDefault(key, 0L)
                || connections > opened.getOrDefault(key, 0L)
                || node.replicator.logBytes() > (long) limits.logBytes() * origins) {
            throw new AssertionError(
                    "node %d at %d ns, %s: %d requests, %d bytes, %d connections, %d log bytes"
                            .formatted(
                                    node.origin.node(),
                                    now,
                                    key,
                                    counted,
                                    sum,
                                    connections,
                                    node.replicator.logBytes()));
        }
    }

    private void remove(SimulatedNode node, TableKey key) {
        node.table(PINS).remove(key, nowOf(node));
        node.noted(now);
        wake(node);
    }

    private void pin(SimulatedNode node, TableKey key, String server) {
        if (removed.contains(key)) {
            node.table(PINS).server(key, nowOf(node));
        } else {
            node.table(PINS).stick(key, server, nowOf(node));
        }
    }

    private void useShortLived(SimulatedNode node, TableKey key, String server) {
        if (random.nextInt(10) == 0) {
            node.table(SHORT_LIVED).stick(key, server, nowOf(node));
            lastUse.put(key, now);
        } else if (node.table(SHORT_LIVED).server(key, nowOf(node)) != null) {
            lastUse.put(key, now);
        }
    }

    private void at(long when, Runnable action) {
        queue.add(new Event(when, order++, action));
    }

    private void runUntil(long end) {
        while (!queue.isEmpty() && queue.peek().at() <= end) {
            Event next = queue.remove();
            now = Math.max(now, next.at());
            next.action().run();
            checkNow();
        }
        now = end;
    }

    /** Lets the replicator run when it wants to. */
    private void wake(SimulatedNode node) {
        int id = node.origin.node();
        long due = node.simulated(node.replicator.dueNanos());
        if (due == Long.MAX_VALUE || wakeAt.getOrDefault(id, Long.MAX_VALUE) <= due) {
            return;
        }
        wakeAt.put(id, due);
        at(
                Math.max(now, due),
                () -> {
                    if (node.paused(now)) {
                        return;
                    }
                    wakeAt.remove(id);
                    if (nodes.get(id) == node) {
                        node.expire(nowOf(node));
                        node.noted(now);
                        send(node, node.replicator.tick(nowOf(node)));
                        node.noted(now);
                        wake(node);
                    }
                });
    }

    private void send(SimulatedNode from, List<Outgoing> messages) {
        for (Outgoing message : messages) {
            for (SimulatedNode to : nodes.values()) {
                boolean meant = message.to() == Outgoing.ALL || message.to() == to.origin.node();
                if (to != from && meant) {
                    carry(from, to, message.bytes());
                }
            }
        }
    }

    private void carry(SimulatedNode from, SimulatedNode to, byte[] bytes) {
        int copies = random.nextDouble() < loss ? 0 : random.nextInt(10) == 0 ? 2 : 1;
        for (; copies > 0; copies--) {
            at(now + random.nextLong(DELAY_MIN, DELAY_MAX), () -> deliver(from, to, bytes));
        }
    }

    private void deliver(SimulatedNode from, SimulatedNode to, byte[] bytes) {
        int source = from.origin.node();
        int target = to.origin.node();
        if (nodes.get(target) == to
                && !to.paused(now)
                && side.get(source).equals(side.get(target))) {
            send(to, to.replicator.received(source, bytes, nowOf(to)));
            wake(to);
        }
    }
}
