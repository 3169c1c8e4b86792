package proa.config.text;

import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Rule;
import proa.config.ProaConfig;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Warns of what is defined and never used: mostly a name that was changed in one place only. */
final class UnusedChecks {

    private UnusedChecks() {}

    static void check(ProaConfig config, ConditionReader conditions, Report report) {
        Set<String> backends = new HashSet<>();
        Set<String> tables = new HashSet<>();
        for (FrontendConfig frontend : config.frontends()) {
            frontend.routes().forEach(route -> backends.add(route.backend()));
            frontend.routes().forEach(route -> tables(route.when(), tables));
            frontend.rules().forEach(rule -> tables(rule.when(), tables));
            frontend.rules().forEach(rule -> tracked(rule, tables));
        }
        config.backends().stream()
                .flatMap(backend -> StickyChecks.table(backend.sticky()).stream())
                .forEach(tables::add);
        config.backends().stream()
                .flatMap(backend -> backend.servers().stream())
                .flatMap(server -> server.rate().stream())
                .forEach(rate -> rate.table().ifPresent(tables::add));
        config.backends()
                .forEach(
                        backend -> unused(report, "backends", "backend", backend.name(), backends));
        config.tables().forEach(table -> unused(report, "tables", "table", table.name(), tables));
        conditions
                .names()
                .forEach(
                        name -> unused(report, "conditions", "condition", name, conditions.used()));
    }

    private static void unused(
            Report report, String section, String what, String name, Set<String> used) {
        if (!used.contains(name)) {
            report.warn(
                    section + "." + name,
                    what + " " + name + " is not used",
                    "remove it, or look for a misspelt name");
        }
    }

    private static void tracked(Rule rule, Set<String> tables) {
        switch (rule) {
            case Rule.Track track -> tables.add(track.table());
            case Rule.Limit limit -> tables.add(limit.limit().table());
            case Rule.Count count -> tables.add(count.table());
            case Rule.Tag tag -> tables.add(tag.table());
            case Rule _ -> {}
        }
    }

    private static void tables(Condition condition, Set<String> tables) {
        List<Condition> below =
                switch (condition) {
                    case Condition.All(List<Condition> of) -> of;
                    case Condition.Any(List<Condition> of) -> of;
                    case Condition.None(List<Condition> of) -> of;
                    case Condition.RateAbove compared -> {
                        tables.add(compared.table());
                        yield List.of();
                    }
                    case Condition.Always _,
                            Condition.Source _,
                            Condition.Destination _,
                            Condition.DestinationPort _,
                            Condition.Share _,
                            Condition.TimeOfDay _,
                            Condition.PathPrefix _,
                            Condition.PathSuffix _,
                            Condition.Path _,
                            Condition.Host _,
                            Condition.HostSuffix _,
                            Condition.Method _,
                            Condition.Header _,
                            Condition.Cookie _,
                            Condition.Parameter _,
                            Condition.Matches _,
                            Condition.ServerName _,
                            Condition.Secure _,
                            Condition.TlsIs _ ->
                            List.of();
                };
        below.forEach(each -> tables(each, tables));
    }
}
