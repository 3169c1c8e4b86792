package proa.config.text;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.ProaConfig;
import proa.config.RateConfig;
import proa.config.TableConfig;
import proa.config.TableConfig.Counter;

import java.util.List;
import java.util.Optional;

/** What rates of frontends and servers get wrong together with the rest of the file. */
final class RateChecks {

    private final ProaConfig config;
    private final Report report;

    private RateChecks(ProaConfig config, Report report) {
        this.config = config;
        this.report = report;
    }

    static void check(ProaConfig config, Report report) {
        RateChecks checks = new RateChecks(config, report);
        config.frontends().forEach(checks::frontend);
        config.backends().forEach(checks::backend);
    }

    private void frontend(FrontendConfig frontend) {
        String where = "frontends." + frontend.name() + ".limits.";
        RateConfig.OfClients rates = frontend.limits().rates();
        if (rates.requests().isPresent() && frontend.mode() != Mode.HTTP) {
            report.conflict(
                    where + RateKeys.REQUESTS.name(),
                    "only mode http has requests",
                    frontend.mode() == Mode.UDP ? "remove it" : "connection-rate");
        }
        if (rates.connections().isPresent() && frontend.mode() == Mode.UDP) {
            report.conflict(
                    where + RateKeys.CONNECTIONS.name(),
                    "datagrams make no connections",
                    "`connections`, which is also the most sessions there may be");
        }
        if (frontend.limits().answerBytesPerSecondMin() > 0 && frontend.mode() != Mode.HTTP) {
            report.conflict(
                    where + FrontendKeys.Limits.READ_RATE.name(),
                    "only mode http has answers",
                    "timeouts { client = 50s }");
        }
    }

    private void backend(BackendConfig backend) {
        List<FrontendConfig> from =
                config.frontends().stream()
                        .filter(
                                each ->
                                        each.routes().stream()
                                                .anyMatch(
                                                        to -> to.backend().equals(backend.name())))
                        .toList();
        for (int at = 0; at < backend.servers().size(); at++) {
            String where = "backends." + backend.name() + ".servers[" + at + "].rate";
            backend.servers().get(at).rate().ifPresent(rate -> server(rate, from, where));
        }
    }

    private void server(RateConfig.OfServer rate, List<FrontendConfig> from, String where) {
        if (from.stream().anyMatch(each -> each.forwarding().byKernel())) {
            report.conflict(where, "the kernel forwards by its own limits", "remove it");
        }
        if (from.stream().anyMatch(each -> each.mode() == Mode.UDP)) {
            report.conflict(where, "a session of datagrams does not wait", "`connections`");
        }
        rate.table().ifPresent(table -> shared(table, where));
    }

    private void shared(String name, String where) {
        String at = where + "." + RateKeys.TABLE.name();
        Optional<TableConfig> table = config.table(name);
        if (table.isEmpty()) {
            List<String> names = config.tables().stream().map(TableConfig::name).toList();
            report.conflict(
                    at,
                    "no table is named \"" + name + "\"",
                    NetworkChecks.known(name, names, "tables"));
        } else if (table.get().key() != TableConfig.Key.TEXT) {
            report.conflict(
                    at, "table " + name + " is kept by another key", "key = text in " + name);
        } else if (table.get().counter(Counter.REQUESTS).flatMap(Counter::rateOver).isEmpty()) {
            report.conflict(
                    at,
                    "table " + name + " keeps no rate of requests",
                    "count { requests { rate-over = 1s } } in table " + name);
        }
        if (report.has(where + "." + RateKeys.BURST.name())) {
            report.conflict(
                    where + "." + RateKeys.BURST.name(),
                    "with `table`, what comes at once is bounded by the counter's window",
                    "remove it");
        }
    }
}
