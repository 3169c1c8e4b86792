package proa.node.reload;

import proa.cluster.member.Member;
import proa.cluster.member.SharedTable;
import proa.cluster.tables.Buckets;
import proa.cluster.tables.Counts;
import proa.cluster.tables.Entry;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.config.ClusterConfig;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.config.link.LinkMessage;
import proa.config.text.Suggest;
import proa.node.admin.Answer;
import proa.node.admin.Events;
import proa.node.admin.Events.Kind;
import proa.node.admin.Together;
import proa.node.link.VipdOrder;
import proa.node.rules.Counters;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** What operators ask of the members together. */
final class TogetherOperations implements Together {

    private static final double NANOS = 1e9;

    private final Generations generations;
    private final Member member;
    private final Counters tables;
    private final Path vipd;
    private final Events events;

    /**
     * @param tables make keys of texts
     * @param vipd the socket of this host's vipd
     */
    TogetherOperations(
            Generations generations, Member member, Counters tables, Path vipd, Events events) {
        this.generations = generations;
        this.member = member;
        this.tables = tables;
        this.vipd = vipd;
        this.events = events;
    }

    /** Make keys of texts. */
    Counters tables() {
        return tables;
    }

    private ProaConfig config() {
        return generations.current().config();
    }

    @Override
    public Answer entry(String table, String key) {
        Optional<TableConfig> config = config().table(table);
        if (config.isEmpty()) {
            return noTable(table);
        }
        try {
            return Answer.ok(
                    document(config.get(), key, TableKeys.keys(config.get(), key, tables)));
        } catch (IllegalArgumentException wrong) {
            return Answer.error(Answer.BAD_REQUEST, String.valueOf(wrong.getMessage()));
        }
    }

    @Override
    public Answer clear(String table, String key, String by) {
        Optional<TableConfig> config = config().table(table);
        if (config.isEmpty()) {
            return noTable(table);
        }
        try {
            boolean known = false;
            List<TableKey> keys = TableKeys.keys(config.get(), key, tables);
            for (TableKey each : keys) {
                known |= member.table(table).clear(each);
            }
            // Of a text its hash: it may be a client's secret.
            String shown = TableKeys.text(config.get(), keys.getFirst());
            String where = known ? " cleared" : " cleared elsewhere, if anywhere: not known here";
            events.add(Kind.OPERATOR, table, "table by " + by + ": key " + shown + where);
            return Answer.ok(Answer.ordered("table", table, "key", key, "cleared", known));
        } catch (IllegalArgumentException wrong) {
            return Answer.error(Answer.BAD_REQUEST, String.valueOf(wrong.getMessage()));
        }
    }

    @Override
    public Answer clear(String table, Predicate<Map<String, Long>> which, String by) {
        Optional<TableConfig> config = config().table(table);
        if (config.isEmpty()) {
            return noTable(table);
        }
        SharedTable entries = member.table(table);
        TableRows rows = new TableRows(config(), config.get(), entries);
        AtomicInteger cleared = new AtomicInteger();
        entries.keys(
                key -> {
                    if (rows.row(key, "").filter(row -> which.test(row.data())).isPresent()) {
                        entries.clear(key);
                        cleared.incrementAndGet();
                    }
                    return true;
                });
        events.add(Kind.OPERATOR, table, "table by " + by + ": " + cleared + " keys cleared");
        return Answer.ok(Answer.ordered("table", table, "cleared", cleared.get()));
    }

    private Answer noTable(String name) {
        List<String> names = config().tables().stream().map(TableConfig::name).toList();
        return notFound("there is no table " + name, name, names);
    }

    private static Answer notFound(String message, String name, List<String> names) {
        String hint =
                Suggest.nearest(name, names)
                        .orElseGet(() -> "there are " + String.join(", ", names));
        return Answer.error(Answer.NOT_FOUND, message + " (" + hint + ")");
    }

    private Map<String, Object> document(TableConfig config, String text, List<TableKey> keys) {
        SharedTable table = member.table(config.name());
        Map<String, Object> document =
                Answer.ordered("table", config.name(), "key", text, "found", false);
        keys.forEach(key -> add(document, table, key));
        return document;
    }

    /** What a table keeps for one key; what is there of an earlier one stays, tags excepted. */
    private void add(Map<String, Object> document, SharedTable table, TableKey key) {
        TableSchema schema = table.schema();
        List<Object> slots = new ArrayList<>();
        for (Entry entry : table.entries(key)) {
            switch (entry) {
                case Entry.Sticky sticky -> {
                    if (sticky.server() != null) {
                        document.put("found", true);
                        document.put("server", sticky.server());
                        document.put("writer", node(sticky.writer()));
                        document.put("ageSeconds", sticky.ageNanos() / NANOS);
                    }
                }
                case Entry.Slot slot when slot.counts().isEmpty() -> {} // it was cleared
                case Entry.Slot slot -> slots.add(slot(schema, slot));
                case Entry.Tag _ -> {} // its value is below
            }
        }
        if (!slots.isEmpty()) {
            document.put("found", true);
            document.put("counters", counters(table, key));
            document.put("slots", slots);
        }
        if (!schema.tags().isEmpty()) {
            Map<String, Object> tags = new LinkedHashMap<>();
            IntStream.range(0, schema.tags().size())
                    .forEach(tag -> tags.put(schema.tags().get(tag), table.tag(key, tag)));
            if (tags.values().stream().anyMatch(value -> !value.equals(0L))) {
                document.put("found", true);
            }
            document.put("tags", tags);
        }
    }

    /** The sums over all nodes. */
    private static List<Object> counters(SharedTable table, TableKey key) {
        List<Object> counters = new ArrayList<>();
        TableSchema schema = table.schema();
        for (int at = 0; at < schema.counters().size(); at++) {
            counters.add(
                    Answer.ordered(
                            "name", schema.counters().get(at).name(),
                            "rate", table.rate(key, at),
                            "total", table.total(key, at),
                            "current", table.current(key, at)));
        }
        return counters;
    }

    /** What one node has counted. */
    private Map<String, Object> slot(TableSchema schema, Entry.Slot slot) {
        Map<String, Object> document =
                Answer.ordered(
                        "node", node(slot.origin().node()),
                        "incarnation", slot.origin().incarnation());
        Counts counts = slot.counts();
        for (int at = 0; at < Math.min(counts.size(), schema.counters().size()); at++) {
            Buckets buckets = counts.rate(at);
            long recent = IntStream.range(0, buckets.used()).mapToLong(buckets::count).sum();
            document.put(
                    schema.counters().get(at).name(),
                    Answer.ordered(
                            "recent", recent,
                            "added", counts.added(at),
                            "taken", counts.taken(at)));
        }
        return document;
    }

    private String node(int id) {
        return config().cluster().nodes().stream()
                .filter(node -> node.id() == id)
                .map(ClusterConfig.Node::name)
                .findFirst()
                .orElse("node " + id);
    }

    @Override
    public Answer move(String group, String node, String by) {
        List<String> groups = config().groups().stream().map(GroupConfig::name).toList();
        if (!groups.contains(group)) {
            return notFound("there is no group " + group, group, groups);
        }
        return node.isEmpty() || nodes().contains(node)
                ? order(
                        new LinkMessage.Move(group, node, by),
                        group,
                        "move it" + (node.isEmpty() ? "" : " to " + node) + " by " + by)
                : notFound("there is no node " + node, node, nodes());
    }

    @Override
    public Answer drain(String node, Optional<Duration> limit, String by) {
        long seconds = limit.map(Duration::toSeconds).orElse(0L);
        return maintain(
                new LinkMessage.Maintenance(node, true, by, false, seconds),
                "take it out of service by " + by + (seconds > 0 ? " for " + seconds + " s" : ""));
    }

    @Override
    public Answer ready(String node, String by) {
        return maintain(
                new LinkMessage.Maintenance(node, false, by), "give it back to service by " + by);
    }

    private Answer maintain(LinkMessage.Maintenance order, String what) {
        String node = order.node();
        return nodes().contains(node)
                ? order(order, node, what)
                : notFound("there is no node " + node, node, nodes());
    }

    private List<String> nodes() {
        return config().cluster().nodes().stream().map(ClusterConfig.Node::name).toList();
    }

    /**
     * @param about what it is about: a group or a node
     * @param what in words
     */
    private Answer order(LinkMessage.FromNode order, String about, String what) {
        if (config().groups().isEmpty()) {
            return Answer.error(
                    Answer.REFUSED, "there is no vipd: the configuration has no floating address");
        }
        try {
            LinkMessage.Done done = VipdOrder.give(vipd, order);
            events.add(Kind.OPERATOR, about, "vipd was asked to " + what + ": " + done.text());
            return done.ok()
                    ? Answer.ok(Answer.ordered("passedOn", done.text()))
                    : Answer.error(Answer.REFUSED, done.text());
        } catch (IOException e) {
            return Answer.error(Answer.UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }
}
