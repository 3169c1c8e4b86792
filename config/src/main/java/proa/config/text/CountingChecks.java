package proa.config.text;

import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.LimitMode;
import proa.config.FrontendConfig.RateLimit;
import proa.config.FrontendConfig.Rule;
import proa.config.ProaConfig;
import proa.config.SpreadingConfig.HashKey;
import proa.config.TableConfig;
import proa.config.TableConfig.Counter;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What rules and conditions get wrong about the tables they count in, limit by and compare. */
final class CountingChecks {

    private final ProaConfig config;
    private final Report report;

    CountingChecks(ProaConfig config, Report report) {
        this.config = config;
        this.report = report;
    }

    /** Counters of the operator's own that no rule adds to. */
    void neverAdded() {
        Set<String> added = new HashSet<>();
        for (FrontendConfig frontend : config.frontends()) {
            for (Rule rule : frontend.rules()) {
                if (rule instanceof Rule.Count(_, String table, String counter, _)) {
                    added.add(table + " " + counter);
                }
            }
        }
        for (TableConfig table : config.tables()) {
            for (Counter counter : table.counters()) {
                String name = counter.name();
                boolean counts =
                        Counter.KNOWN.contains(name) || added.contains(table.name() + " " + name);
                if (!counts) {
                    report.warn(
                            "tables." + table.name() + ".count." + name,
                            "nothing adds to counter " + name,
                            Suggest.nearest(name, Counter.KNOWN)
                                    .orElse(
                                            "a rule { count { table = "
                                                    + table.name()
                                                    + ", counter = "
                                                    + name
                                                    + " } }"));
                }
            }
        }
    }

    /** A rule, at its place in the file. */
    void rule(Rule rule, String element) {
        switch (rule) {
            case Rule.Track(_, String table, Optional<HashKey> by) ->
                    tracked(table, by, element, element + ".track");
            case Rule.Limit(_, Optional<HashKey> by, RateLimit limit, _, _) -> {
                tracked(limit.table(), by, element, element + ".limit.table");
                limit(limit, element + ".limit");
            }
            case Rule.Count(_, String name, String counter, _) ->
                    table(name, element + ".count.table")
                            .ifPresent(table -> own(table, counter, element + ".count.counter"));
            case Rule.Tag(_, String name, String tag, _) ->
                    table(name, element + ".tag.table")
                            .ifPresent(table -> tag(table, tag, element + ".tag.tag"));
            case Rule.Deny _,
                    Rule.Edit _,
                    Rule.RewritePrefix _,
                    Rule.RewriteMatch _,
                    Rule.Redirect _,
                    Rule.Respond _,
                    Rule.Tarpit _,
                    Rule.Drop _ -> {}
        }
    }

    /** Why a rule cannot be applied to a connection without requests. */
    static Optional<String> ofConnections(Rule rule) {
        return switch (rule) {
            case Rule.Track(_, _, Optional<HashKey> by) -> ofConnections(by);
            case Rule.Limit(_, Optional<HashKey> by, _, boolean headers, _) ->
                    headers ? Optional.of("a TCP client cannot be told") : ofConnections(by);
            case Rule.Count _, Rule.Tag _, Rule.Deny _, Rule.Drop _ -> Optional.empty();
            case Rule.Edit _,
                    Rule.RewritePrefix _,
                    Rule.RewriteMatch _,
                    Rule.Redirect _,
                    Rule.Respond _,
                    Rule.Tarpit _ ->
                    Optional.of("this rule needs `mode = http`");
        };
    }

    private static Optional<String> ofConnections(Optional<HashKey> by) {
        boolean known =
                by.isEmpty()
                        || by.get() instanceof HashKey.Source
                        || by.get() instanceof HashKey.Constant;
        return known ? Optional.empty() : Optional.of("a TCP connection has no request");
    }

    /** A comparison, at its place in the file. */
    void comparison(Condition.RateAbove compared, String where) {
        if (compared.table().isEmpty() || compared.counter().isEmpty()) {
            return;
        }
        Optional<TableConfig> table = table(compared.table(), where + ".table");
        if (table.isEmpty()) {
            return;
        }
        if (compared.value() == TableConfig.Value.TAG) {
            tag(table.get(), compared.counter(), where + ".tag");
            return;
        }
        Optional<Counter> counter = counter(table.get(), compared.counter(), where);
        boolean kept =
                counter.isEmpty()
                        || switch (compared.value()) {
                            case RATE -> counter.get().rateOver().isPresent();
                            case TOTAL -> counter.get().total();
                            case CURRENT -> counter.get().current();
                            case TAG -> true;
                        };
        if (!kept) {
            report.conflict(
                    where,
                    "counter " + compared.counter() + " keeps no such number",
                    switch (compared.value()) {
                        case RATE -> "rate-over = 10s there, or `number` here";
                        case TOTAL -> "total = true there";
                        case CURRENT -> "current = true there";
                        case TAG -> "";
                    });
        }
    }

    private void tracked(String name, Optional<HashKey> by, String element, String where) {
        Optional<TableConfig> table = table(name, where);
        if (table.isEmpty()) {
            return;
        }
        if (table.get().counters().isEmpty() && table.get().tags().isEmpty()) {
            report.conflict(
                    where,
                    "table " + name + " counts nothing",
                    "count { requests { rate-over = 10s } } in table " + name);
        }
        boolean addresses =
                switch (table.get().key()) {
                    case SOURCE, NETWORK -> true;
                    case TEXT, INTEGER -> false;
                };
        if (addresses && by.isPresent()) {
            report.conflict(
                    element + ".by",
                    "table " + name + " is on addresses: the key is the client's",
                    "remove it, or key = text in table " + name);
        } else if (!addresses && by.isEmpty()) {
            report.conflict(
                    where,
                    "table " + name + " is not on addresses: which part of the request is the key?",
                    "by { header = X-Api-Key }");
        }
        boolean number = table.get().key() == TableConfig.Key.INTEGER;
        if (number && by.isPresent() && by.get() instanceof HashKey.Constant(String text)) {
            report.conflict(
                    element + ".by.constant",
                    "table " + name + " is on numbers, and \"" + text + "\" is a name",
                    "key = text in table " + name);
        }
    }

    private void limit(RateLimit limit, String where) {
        Optional<TableConfig> table = config.table(limit.table());
        if (table.isEmpty()) {
            return;
        }
        Optional<Counter> counter = counter(table.get(), limit.counter(), where);
        if (counter.isPresent() && counter.get().rateOver().isEmpty()) {
            report.conflict(
                    where + ".counter",
                    "counter " + limit.counter() + " keeps no rate to limit",
                    "rate-over = 10s in table " + limit.table());
        }
        if (limit.mode() == LimitMode.STRICT) {
            strict(limit, where);
        }
    }

    private void strict(RateLimit limit, String where) {
        int nodes = config.cluster().nodes().size();
        if (!limit.counter().equals(Counter.REQUESTS)) {
            report.conflict(
                    where + ".mode",
                    "only requests can be limited strictly: "
                            + limit.counter()
                            + " are known when it is too late to refuse",
                    "mode = approximate");
        } else if (limit.to() < nodes) {
            report.conflict(
                    where + ".to",
                    "a strict limit of "
                            + limit.to()
                            + " leaves some of "
                            + nodes
                            + " nodes without a part",
                    "to = " + nodes + " or more, or mode = approximate");
        }
    }

    private Optional<Counter> counter(TableConfig table, String name, String where) {
        Optional<Counter> counter = table.counter(name);
        if (counter.isEmpty()) {
            List<String> names = table.counters().stream().map(Counter::name).toList();
            report.conflict(
                    where + ".counter",
                    "table " + table.name() + " has no counter \"" + name + "\"",
                    names.isEmpty()
                            ? Optional.of(
                                    "count { requests { rate-over = 10s } } in table "
                                            + table.name())
                            : NetworkChecks.known(name, names, "counters there"));
        }
        return counter;
    }

    private void own(TableConfig table, String name, String where) {
        boolean known = Counter.KNOWN.contains(name);
        if (known) {
            report.conflict(
                    where, name + " are counted by themselves", "a name of your own: logins { … }");
        } else {
            counter(table, name, where.substring(0, where.lastIndexOf('.')));
        }
    }

    private void tag(TableConfig table, String tag, String where) {
        if (!table.tags().contains(tag)) {
            report.conflict(
                    where,
                    "table " + table.name() + " has no tag \"" + tag + "\"",
                    Stream.concat(
                                    Suggest.nearest(tag, table.tags()).stream(),
                                    Stream.of("tags = [" + tag + "] there"))
                            .findFirst()
                            .orElseThrow());
        }
    }

    private Optional<TableConfig> table(String name, String where) {
        Optional<TableConfig> table = config.table(name);
        if (table.isEmpty()) {
            List<String> names = config.tables().stream().map(TableConfig::name).toList();
            report.conflict(
                    where,
                    "no table is named \"" + name + "\"",
                    NetworkChecks.known(name, names, "tables"));
        }
        return table;
    }
}
