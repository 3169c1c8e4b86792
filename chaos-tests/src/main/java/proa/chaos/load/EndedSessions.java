package proa.chaos.load;

import org.jspecify.annotations.Nullable;

import proa.chaos.history.Guilt;
import proa.chaos.history.HistoryChecker;
import proa.chaos.history.Operation;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sessions that end: some are removed as soon as they are written, some expire after a second. None
 * may ever be readable again. Only acknowledged removals and expiries count.
 */
final class EndedSessions {

    private static final double PAIRS_PER_SECOND = 10;

    /** Who holds no copy of a key asks the others that it is over, one after the other. */
    private static final int READERS = 8;

    private static final int AT_ONCE = 16;

    private static final int EXPIRE_SECONDS = 1;
    private static final int LONG_SECONDS = 3_600;

    /** Clocks of members may be apart by some of this. */
    private static final long SURELY_OVER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final HistoryChecker CHECKER =
            new HistoryChecker(HistoryChecker.Model.ACKNOWLEDGED, SURELY_OVER_NANOS);

    /** After this they are not asked for: what was written would have expired by itself. */
    private static final long ASKED_FOR_NANOS = TimeUnit.SECONDS.toNanos(LONG_SECONDS);

    /** Pairs between two looks for those. */
    private static final int SWEEP_EVERY = 1_000;

    private static final String VALUE = "v";

    private final String keys = RunKeys.prefix();
    private final LoadPlan plan;
    private final Pace pace;

    /** When each is over, and what was acknowledged of it, on {@link System#nanoTime}'s clock. */
    private final Map<String, Ended> over = new ConcurrentHashMap<>();

    private record Ended(long atNanos, List<Operation> changes) {}

    private @Nullable RespConnection connection;
    private long number;

    EndedSessions(LoadPlan plan, Pace pace) {
        this.plan = plan;
        this.pace = pace;
    }

    void start() {
        if (plan.hasSessions()) {
            pace.run("ended-sessions", PAIRS_PER_SECOND, 0, this::act);
        }
    }

    private void act() {
        if (number % SWEEP_EVERY == 0) {
            sweep(System.nanoTime());
        }
        String suffix = Long.toString(number++);
        try {
            RespConnection current = connection;
            if (current == null) {
                current = RespConnection.open(plan.vip(plan.ports().sessions()));
                connection = current;
            }
            remove(current, keys + "removed:" + suffix);
            expire(current, keys + "brief:" + suffix);
        } catch (IOException _) {
            // What was not acknowledged promises nothing.
            RespConnection broken = connection;
            if (broken != null) {
                broken.close();
                connection = null;
            }
        }
    }

    /** A long run would remember more and more. */
    private void sweep(long nowNanos) {
        over.values().removeIf(each -> nowNanos - each.atNanos > ASKED_FOR_NANOS);
    }

    private void remove(RespConnection current, String key) throws IOException {
        long begun = System.nanoTime();
        current.set(key, VALUE, LONG_SECONDS);
        long written = System.nanoTime();
        long asked = Math.max(System.nanoTime(), written + 1); // one after the other
        current.delete(key);
        long removed = System.nanoTime();
        List<Operation> changes =
                List.of(
                        Operation.write(key, VALUE, begun, written),
                        Operation.remove(key, asked, removed));
        over.put(key, new Ended(removed, changes));
    }

    private void expire(RespConnection current, String key) throws IOException {
        long begun = System.nanoTime();
        current.set(key, VALUE, EXPIRE_SECONDS);
        long written = System.nanoTime();
        long lasts = TimeUnit.SECONDS.toNanos(EXPIRE_SECONDS);
        Operation write = Operation.brief(key, VALUE, begun, written, lasts);
        over.put(key, new Ended(written + lasts, List.of(write)));
    }

    /** They are no longer asked for. */
    void forget() {
        over.clear();
    }

    /** Asks one node for each; how many it could be asked for. */
    LoadReport.Gone readBack(String node) {
        return readBack(node, System.nanoTime());
    }

    /**
     * @param now those that are over by then are asked for
     */
    LoadReport.Gone readBack(String node, long now) {
        List<String> examples = new ArrayList<>();
        if (!plan.hasSessions()) {
            return new LoadReport.Gone(node, 0, 0, 0, examples);
        }
        InetSocketAddress target = plan.node(node, plan.ports().nodeSessions());
        List<String> all =
                over.entrySet().stream()
                        .filter(each -> each.getValue().atNanos < now - SURELY_OVER_NANOS)
                        .map(Map.Entry::getKey)
                        .toList();
        List<Operation> history = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger next = new AtomicInteger();
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        Parallel.run(
                READERS,
                _ -> {
                    try (Reader reader = new Reader(target)) {
                        for (int from = next.getAndAdd(AT_ONCE);
                                from < all.size();
                                from = next.getAndAdd(AT_ONCE)) {
                            List<String> keys =
                                    all.subList(from, Math.min(all.size(), from + AT_ONCE));
                            asked.addAndGet(reader.ask(keys, history));
                            answered.addAndGet(keys.size());
                        }
                    } catch (IOException e) {
                        SessionClients.note(examples, "not asked further: " + Pace.why(e));
                    }
                });
        List<Guilt> guilty = CHECKER.check(history);
        guilty.forEach(
                each -> SessionClients.note(examples, each.read().key() + ": " + each.kind()));
        int unasked = all.size() - answered.get();
        return new LoadReport.Gone(node, asked.get(), guilty.size(), unasked, examples);
    }

    /** One that opens its connection again. */
    private final class Reader implements AutoCloseable {
        private final InetSocketAddress target;
        private @Nullable RespConnection connection;

        private Reader(InetSocketAddress target) {
            this.target = target;
        }

        int ask(List<String> keys, List<Operation> history) throws IOException {
            return Insistence.on(
                    () -> EndedSessions.this.ask(connected(), keys, history), _ -> close());
        }

        private RespConnection connected() throws IOException {
            RespConnection current = connection;
            if (current == null) {
                current = RespConnection.open(target);
                connection = current;
            }
            return current;
        }

        @Override
        public void close() {
            RespConnection current = connection;
            if (current != null) {
                current.close();
                connection = null;
            }
        }
    }

    /** How many of them were asked for: others are forgotten meanwhile. */
    private int ask(RespConnection asking, List<String> keys, List<Operation> history)
            throws IOException {
        long begun = System.nanoTime();
        List<String> found = asking.get(keys);
        long answered = System.nanoTime();
        int asked = 0;
        for (int at = 0; at < keys.size(); at++) {
            Ended ended = over.get(keys.get(at));
            if (ended != null) {
                history.addAll(ended.changes);
                history.add(Operation.read(keys.get(at), found.get(at), begun, answered));
                asked++;
            }
        }
        return asked;
    }
}
