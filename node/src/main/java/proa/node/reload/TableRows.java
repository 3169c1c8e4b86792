package proa.node.reload;

import proa.cluster.member.SharedTable;
import proa.cluster.tables.CounterShape;
import proa.cluster.tables.Entry;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.config.BackendConfig;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.config.TableConfig.Counter;
import proa.node.haproxy.Figures.Row;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Entries of a table in HAProxy's words. Counters of the operator's own are {@code gpc0}, {@code
 * gpc1}, …, tags {@code gpt0}, …, in the order of the file. Numbers are those of the cluster.
 */
final class TableRows {

    private static final Map<String, String> NAMES =
            Map.of(
                    Counter.REQUESTS, "http_req",
                    Counter.CONNECTIONS, "conn",
                    Counter.ERRORS, "http_err",
                    Counter.FAILURES, "http_fail",
                    Counter.BYTES_IN, "bytes_in",
                    Counter.BYTES_OUT, "bytes_out");

    private final ProaConfig config;
    private final TableConfig table;
    private final SharedTable entries;

    TableRows(ProaConfig config, TableConfig table, SharedTable entries) {
        this.config = config;
        this.table = table;
        this.entries = entries;
    }

    /**
     * What is kept for a key; empty: nothing, any more.
     *
     * @param shown the key in words
     */
    Optional<Row> row(TableKey key, String shown) {
        long restMillis =
                table.expire().toMillis() - TimeUnit.NANOSECONDS.toMillis(entries.idleNanos(key));
        List<Entry> kept = entries.entries(key);
        String server =
                kept.stream()
                        .filter(each -> each instanceof Entry.Sticky to && to.server() != null)
                        .map(each -> String.valueOf(((Entry.Sticky) each).server()))
                        .findFirst()
                        .orElse("");
        boolean counted = kept.stream().anyMatch(TableRows::counts);
        if (restMillis <= 0 || server.isEmpty() && !counted) {
            return Optional.empty();
        }
        return Optional.of(new Row(shown, restMillis, server, data(key, server)));
    }

    /** Not a slot of nothing, which says that the key was cleared. */
    private static boolean counts(Entry entry) {
        return switch (entry) {
            case Entry.Sticky _ -> false;
            case Entry.Slot slot -> !slot.counts().isEmpty();
            case Entry.Tag _ -> true;
        };
    }

    /** Names of the numbers that entries may have, without windows. */
    List<String> types() {
        return data(TableKey.ofNumber(0), "").keySet().stream().map(Row::type).toList();
    }

    private Map<String, Long> data(TableKey key, String server) {
        Map<String, Long> data = new LinkedHashMap<>();
        data.put("server_id", serverId(server));
        TableSchema schema = entries.schema();
        for (int tag = 0; tag < schema.tags().size(); tag++) {
            data.put("gpt" + tag, entries.tag(key, tag));
        }
        int own = 0;
        for (int at = 0; at < schema.counters().size(); at++) {
            CounterShape counter = schema.counters().get(at);
            String known = NAMES.get(counter.name());
            String name = known == null ? "gpc" + own++ : known;
            if (counter.total()) {
                data.put(known == null ? name : name + "_cnt", entries.total(key, at));
            }
            if (counter.rated()) {
                long window = TimeUnit.NANOSECONDS.toMillis(counter.windowNanos());
                data.put(name + "_rate(" + window + ")", entries.rate(key, at));
            }
            if (counter.current()) {
                data.put(name + "_cur", entries.current(key, at));
            }
        }
        return data;
    }

    /** Its place in the first backend that has a server of that name, from 1; 0: there is none. */
    private long serverId(String server) {
        for (BackendConfig backend : config.backends()) {
            for (int at = 0; at < backend.servers().size(); at++) {
                if (backend.servers().get(at).name().equals(server)) {
                    return at + 1L;
                }
            }
        }
        return 0;
    }
}
