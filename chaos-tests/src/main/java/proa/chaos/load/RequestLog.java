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

    /** Twenty minutes at 800 a second; then the oldest are forgotten. */
    private static final int REMEMBERED_MAX = 1_000_000;

    private static final long RATE_WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong resent = new AtomicLong();
    private final AtomicLong moved = new AtomicLong();
    private final AtomicLong mixed = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final List<Entry> entries = new ArrayList<>();

    /** One request from its first attempt on. */
    final class Entry {
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
            answered.incrementAndGet();
        }

        void failed(String why) {
            end(why); // first: what is counted can be listed
            failed.incrementAndGet();
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

        private boolean inFlight(long fromNanos, long toNanos) {
            return begunNanos <= toNanos && endedNanos > fromNanos;
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
            if (entries.size() == REMEMBERED_MAX) {
                entries.subList(0, REMEMBERED_MAX / 10).clear();
            }
            entries.add(entry);
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

    /** Somebody got an answer to another request than his. */
    void mixed() {
        mixed.incrementAndGet();
    }

    /** What can be told at once, however many requests there have been. */
    LoadReport.Counts counts() {
        return new LoadReport.Counts(
                ids.get(), answered.get(), failed.get(), mixed.get(), moved.get());
    }

    /** Requests under way at any moment of a period. */
    LoadReport.UnderWay underWay(long fromNanos, long toNanos) {
        synchronized (entries) {
            return new LoadReport.UnderWay(
                    entries.stream().filter(entry -> entry.inFlight(fromNanos, toNanos)).count());
        }
    }

    /**
     * A period in equal parts, for a plot; requests count where they began.
     *
     * @param count 1 to 10,000
     */
    LoadReport.Series series(long fromNanos, long toNanos, int count) {
        long length = Math.max(1, (toNanos - fromNanos) / count);
        List<List<Entry>> parts = new ArrayList<>();
        for (int part = 0; part < count; part++) {
            parts.add(new ArrayList<>());
        }
        synchronized (entries) {
            for (Entry entry : entries) {
                long part = (entry.begunNanos - fromNanos) / length;
                if (entry.begunNanos >= fromNanos && part < count) {
                    parts.get((int) part).add(entry);
                }
            }
        }
        return new LoadReport.Series(parts.stream().map(RequestLog::part).toList());
    }

    /** Requests that have failed since a moment, some of them. */
    LoadReport.Failures failures(long sinceNanos) {
        List<Entry> all;
        synchronized (entries) {
            all = List.copyOf(entries);
        }
        return new LoadReport.Failures(
                facts(
                        all,
                        entry -> entry.isFailed() && entry.endedNanos >= sinceNanos,
                        sinceNanos));
    }

    private static LoadReport.Part part(List<Entry> entries) {
        double[] took =
                entries.stream()
                        .filter(Entry::isAnswered)
                        .mapToDouble(entry -> (entry.endedNanos - entry.begunNanos) / 1e6)
                        .sorted()
                        .toArray();
        return new LoadReport.Part(
                entries.size(),
                (int) entries.stream().filter(Entry::isFailed).count(),
                took.length == 0 ? 0 : took[took.length / 2],
                took.length == 0 ? 0 : took[took.length - 1]);
    }

    /** Everything, seen from a fault. */
    Requests report(long faultNanos) {
        List<Entry> all;
        synchronized (entries) {
            all = List.copyOf(entries);
        }
        long failedSoFar = failed.get();
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
                ids.get(),
                failedSoFar,
                resent.get(),
                recent / (RATE_WINDOW_NANOS / 1e9),
                moved.get(),
                slowest,
                facts(all, entry -> entry.inFlight(faultNanos, faultNanos), faultNanos),
                facts(latestFailed(all), entry -> true, faultNanos));
    }

    private static List<Entry> latestFailed(List<Entry> all) {
        List<Entry> failed = all.stream().filter(Entry::isFailed).toList();
        return failed.subList(Math.max(0, failed.size() - LoadReport.LISTED_MAX), failed.size());
    }

    private static List<RequestFact> facts(
            List<Entry> all, Predicate<Entry> those, long faultNanos) {
        return all.stream()
                .filter(those)
                .limit(LoadReport.LISTED_MAX)
                .map(entry -> entry.fact(faultNanos))
                .toList();
    }
}
