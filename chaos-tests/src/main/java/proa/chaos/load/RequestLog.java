package proa.chaos.load;

import proa.chaos.load.LoadReport.RequestFact;
import proa.chaos.load.LoadReport.Requests;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Every HTTP request of the load and what became of it. Safe from any thread. */
final class RequestLog {

    /** More failures than this are counted but not listed. */
    static final int LISTED_MAX = 200;

    /** Twenty minutes at 800 a second. */
    private static final int REMEMBERED_MAX = 1_000_000;

    private static final long RATE_WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong resent = new AtomicLong();
    private final AtomicLong moved = new AtomicLong();
    private final List<Entry> entries = new ArrayList<>();

    /** One request from its first attempt on. */
    static final class Entry {
        private final long id;
        private final String client;
        private final String connection;
        private final long begunNanos;
        private volatile long endedNanos = Long.MAX_VALUE;
        private volatile String outcome = "not answered yet";

        private Entry(long id, String client, String connection, long begunNanos) {
            this.id = id;
            this.client = client;
            this.connection = connection;
            this.begunNanos = begunNanos;
        }

        long id() {
            return id;
        }

        void answered() {
            end("answered");
        }

        void failed(String why) {
            end(why);
        }

        private void end(String how) {
            outcome = how;
            endedNanos = System.nanoTime();
        }

        private boolean isAnswered() {
            return outcome.equals("answered");
        }

        private boolean isFailed() {
            return endedNanos != Long.MAX_VALUE && !isAnswered();
        }

        private boolean inFlightAt(long nanos) {
            return begunNanos <= nanos && endedNanos > nanos;
        }

        private RequestFact fact(long faultNanos) {
            long end = endedNanos == Long.MAX_VALUE ? System.nanoTime() : endedNanos;
            return new RequestFact(
                    id,
                    client,
                    "GET /r/" + id,
                    connection,
                    (begunNanos - faultNanos) / 1e6,
                    (end - begunNanos) / 1e6,
                    outcome);
        }
    }

    /** A request begins: before its connection does, when that is new. */
    Entry begin(String client, boolean reused) {
        Entry entry =
                new Entry(
                        ids.incrementAndGet(),
                        client,
                        reused ? "reused" : "new",
                        System.nanoTime());
        synchronized (entries) {
            if (entries.size() < REMEMBERED_MAX) {
                entries.add(entry);
            }
        }
        return entry;
    }

    /** A request goes out again on a new connection. */
    void resent() {
        resent.incrementAndGet();
    }

    /** A cookie was not honoured. */
    void moved() {
        moved.incrementAndGet();
    }

    /** Everything, seen from a fault. */
    Requests report(long faultNanos) {
        List<Entry> all;
        synchronized (entries) {
            all = List.copyOf(entries);
        }
        long now = System.nanoTime();
        long recent =
                all.stream().filter(entry -> entry.begunNanos > now - RATE_WINDOW_NANOS).count();
        double slowest = 0;
        for (Entry entry : all) {
            if (entry.isAnswered() && entry.endedNanos > faultNanos) {
                slowest = Math.max(slowest, (entry.endedNanos - entry.begunNanos) / 1e6);
            }
        }
        return new Requests(
                all.size(),
                all.stream().filter(Entry::isFailed).count(),
                resent.get(),
                recent / (RATE_WINDOW_NANOS / 1e9),
                moved.get(),
                slowest,
                facts(all, entry -> entry.inFlightAt(faultNanos), faultNanos),
                facts(all, Entry::isFailed, faultNanos));
    }

    private static List<RequestFact> facts(
            List<Entry> all, Predicate<Entry> those, long faultNanos) {
        return all.stream()
                .filter(those)
                .limit(LISTED_MAX)
                .map(entry -> entry.fact(faultNanos))
                .toList();
    }
}
