package proa.node.reload;

import org.jspecify.annotations.Nullable;

import proa.cluster.member.Member;
import proa.cluster.member.SharedTable;
import proa.cluster.tables.TableKey;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A cluster of one, in memory: entries never expire. */
final class LoneMember implements Member {

    private final Map<String, SharedTable> tables = new ConcurrentHashMap<>();
    volatile boolean synchronised = true;

    @Override
    public SharedTable table(String name) {
        return tables.computeIfAbsent(name, _ -> new PlainTable());
    }

    @Override
    public View view() {
        return new View(1, List.of("lb1"), true);
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
    public String statusJson() {
        return "{}";
    }

    @Override
    public void close() {}

    private static final class PlainTable implements SharedTable {
        private final Map<TableKey, String> servers = new ConcurrentHashMap<>();
        private final Map<TableKey, Long> hits = new ConcurrentHashMap<>();

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
        public long hit(TableKey key) {
            return hits.merge(key, 1L, Long::sum);
        }

        @Override
        public long rate(TableKey key) {
            return hits.getOrDefault(key, 0L);
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
