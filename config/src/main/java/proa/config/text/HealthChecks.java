package proa.config.text;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Check;
import proa.config.HealthConfig;
import proa.config.HealthConfig.Failure;

import java.time.Duration;

/** What the times and shares of a backend's checks get wrong together. */
final class HealthChecks {

    private final Report report;

    private HealthChecks(Report report) {
        this.report = report;
    }

    /**
     * Looks at one backend.
     *
     * @param tcp whether a frontend of mode tcp leads to it
     */
    static void check(BackendConfig backend, boolean tcp, Report report) {
        HealthChecks checks = new HealthChecks(report);
        String where = "backends." + backend.name();
        backend.check().ifPresent(check -> checks.check(check, where + ".check"));
        boolean secured = backend.check().flatMap(Check::tls).orElse(false);
        if (secured && backend.tls().isEmpty()) {
            report.conflict(
                    where + ".check.tls",
                    "the backend does not say how its servers are verified",
                    "tls { authorities = [\"certs/servers-ca.pem\"] } in the backend");
        }
        HealthConfig health = backend.health();
        health.agent()
                .ifPresent(
                        agent -> checks.period(agent.timeout(), agent.every(), where + ".agent"));
        health.passive().ifPresent(passive -> checks.passive(backend, passive, tcp, where));
    }

    private void check(Check check, String where) {
        period(check.timeout(), check.every(), where);
        check.fast()
                .filter(fast -> fast.compareTo(check.every()) > 0)
                .ifPresent(
                        fast ->
                                report.conflict(
                                        where + ".fast",
                                        "the fast interval of "
                                                + Units.duration(fast)
                                                + " is longer than `every`",
                                        "fast = " + Units.duration(check.every()) + " or less"));
        if (check.slow().compareTo(check.timeout()) >= 0) {
            report.conflict(
                    where + ".slow",
                    "a probe that takes "
                            + Units.duration(check.slow())
                            + " has failed by `timeout` already",
                    "slow = " + Units.duration(Check.slow(check.timeout())));
        }
        if (check.every().toMillis() < 1_000) {
            report.warn(
                    where + ".every",
                    "probes more often than once a second load the servers",
                    "every = 1s");
        }
        if (check.every().toSeconds() > 30) {
            report.warn(
                    where + ".every",
                    "a dead server is noticed after up to " + fall(check),
                    "every = 5s");
        }
    }

    private static String fall(Check check) {
        Duration changing = check.fast().orElse(check.every());
        return Units.duration(check.every().plus(changing.multipliedBy(check.fall() - 1L)));
    }

    private void period(Duration timeout, Duration every, String where) {
        if (timeout.compareTo(every) > 0) {
            report.conflict(
                    where + ".timeout",
                    "a probe may take "
                            + Units.duration(timeout)
                            + " and the next comes after "
                            + Units.duration(every),
                    "timeout = " + Units.duration(every) + " or less");
        }
    }

    private void passive(
            BackendConfig backend, HealthConfig.Passive passive, boolean tcp, String where) {
        if (passive.outMax().compareTo(passive.out()) < 0) {
            report.conflict(
                    where + ".passive.out-max",
                    "`out-max` is shorter than `out`",
                    "out-max = " + Units.duration(passive.out()) + " or more");
        }
        int servers = backend.servers().size();
        if (servers > 0 && servers * passive.ejectedMaxPercent() < 100) {
            report.warn(
                    where + ".passive",
                    "nobody is ever taken out: "
                            + passive.ejectedMaxPercent()
                            + "% of "
                            + (servers == 1 ? "one server" : servers + " servers")
                            + " is less than one",
                    "ejected-max = " + (99 + servers) / servers + "%");
        }
        if (tcp && !passive.counted().contains(Failure.CONNECT)) {
            report.warn(
                    where + ".passive.count",
                    "a TCP connection can fail by `connect` alone",
                    "count = [connect]");
        }
    }
}
