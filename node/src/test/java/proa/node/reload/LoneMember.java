package proa.node.reload;

import org.jspecify.annotations.Nullable;

import proa.cluster.member.Limit;
import proa.cluster.member.Limiter;
import proa.cluster.member.Member;
import proa.cluster.member.SharedTable;
import proa.cluster.tables.Buckets;
import proa.cluster.tables.Counts;
import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.config.ProaConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A member of a cluster, in memory: entries never expire. */
final class LoneMember implements Member {

    private final Map<String, SharedTable> tables = new ConcurrentHashMap<>();
    volatile boolean synchronised = true;
    volatile boolean behind;

    /** Who it says is in sight. */
    volatile List<String> inSight = List.of("lb1");

    /** Of what it sees; 0: it has not joined. */
    volatile long viewNumber = 1;

    /** Of the first table, as it was told; 0: it was not told yet. */
    volatile int entriesMax;

    /** Of what was counted of a key, what its rate does not show any more. */
    volatile long slidOut;

    /** What it waits for before it follows a configuration. */
    volatile CompletableFuture<Void> mayFollow = CompletableFuture.completedFuture(null);

    /** What it says of itself, as JSON. */
    volatile String status = "{}";

    @Override
    public SharedTable table(String name) {
        return tables.computeIfAbsent(name, _ -> new PlainTable());
    }

    @Override
    public Limiter limiter(Limit limit) {
        SharedTable table = table(limit.table());
        return key -> {
            long left = limit.to() - table.ceiling(key, 0) - 1;
            if (left >= 0) {
                table.add(key, 0, 1);
            }
            return Math.max(left, Limiter.REFUSED);
        };
    }

    @Override
    public View view() {
        return new View(viewNumber, inSight, true);
    }

    @Override
    public void onView(Consumer<View> listener) {
        listener.accept(view());
    }

    @Override
    public boolean synchronised() {
        return synchronised;
    }

    @Override
    public void make(ProaConfig config) {}

    @Override
    public void follow(ProaConfig config) {
        mayFollow.join();
        entriesMax = config.tables().getFirst().entries();
    }

    @Override
    public void retain(ProaConfig config) {}

    @Override
    public long lagNanos() {
        return behind ? 2_500_000_000L : 0;
    }

    @Override
    public boolean behind() {
        return behind;
    }

    @Override
    public String statusJson() {
        return status;
    }

    @Override
    public void close() {}

    /** Another node has counted so many requests of a key. */
    void counted(String table, int node, TableKey key, long requests) {
        if (table(table) instanceof PlainTable plain) {
            plain.elsewhere.add(slot(key, node, requests));
        }
    }

    private static Entry.Slot slot(TableKey key, int node, long requests) {
        Counts counts = Counts.of(6_000_000_000L, Buckets.of(1, requests));
        return new Entry.Slot(key, new Origin(node, 7), 1, counts);
    }

    private final class PlainTable implements SharedTable {
        private final Map<TableKey, String> servers = new ConcurrentHashMap<>();
        private final Map<TableKey, Long> hits = new ConcurrentHashMap<>();
        private final List<Entry.Slot> elsewhere = new CopyOnWriteArrayList<>();

        @Override
        public @Nullable String server(TableKey key) {
            return servers.get(key);
        }

        @Override
        public String stick(TableKey key, String server) {
            servers.put(key, server);
            return server;
        }

        @Override
        public boolean remove(TableKey key) {
            return servers.remove(key) != null;
        }

        @Override
        public boolean clear(TableKey key) {
            boolean stuck = servers.remove(key) != null;
            boolean counted = hits.remove(key) != null;
            return elsewhere.removeIf(slot -> slot.key().equals(key)) || stuck || counted;
        }

        @Override
        public List<Entry> entries(TableKey key) {
            List<Entry> entries = new ArrayList<>();
            String server = servers.get(key);
            if (server != null) {
                entries.add(new Entry.Sticky(key, 1, 1, 1, 0, server));
            }
            Long count = hits.get(key);
            if (count != null) {
                entries.add(slot(key, 1, count));
            }
            elsewhere.stream().filter(slot -> slot.key().equals(key)).forEach(entries::add);
            return entries;
        }

        @Override
        public void keys(Predicate<TableKey> visitor) {
            Stream.concat(servers.keySet().stream(), hits.keySet().stream())
                    .distinct()
                    .takeWhile(visitor)
                    .forEach(_ -> {});
        }

        @Override
        public long idleNanos(TableKey key) {
            return servers.containsKey(key) || hits.containsKey(key) ? 0 : -1;
        }

        @Override
        public TableSchema schema() {
            return TableSchema.requestsOver(60_000_000_000L);
        }

        @Override
        public long add(TableKey key, int counter, long amount) {
            return hits.merge(key, amount, Long::sum);
        }

        @Override
        public void take(TableKey key, int counter, long amount) {
            throw new UnsupportedOperationException("only requests are counted");
        }

        @Override
        public long rate(TableKey key, int counter) {
            return Math.max(0, ceiling(key, counter) - slidOut);
        }

        @Override
        public long ceiling(TableKey key, int counter) {
            return hits.getOrDefault(key, 0L);
        }

        @Override
        public long total(TableKey key, int counter) {
            return rate(key, counter);
        }

        @Override
        public long current(TableKey key, int counter) {
            return 0;
        }

        @Override
        public long tag(TableKey key, int tag) {
            return 0;
        }

        @Override
        public void tag(TableKey key, int tag, long value) {
            throw new UnsupportedOperationException("nothing is tagged");
        }

        @Override
        public int size() {
            return servers.size() + hits.size();
        }

        @Override
        public Map<String, Integer> servers() {
            Map<String, Integer> counts = new TreeMap<>();
            servers.values().forEach(server -> counts.merge(server, 1, Integer::sum));
            return counts;
        }
    }
}
