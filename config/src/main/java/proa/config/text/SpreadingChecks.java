package proa.config.text;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.Hash;
import proa.config.SpreadingConfig.HashKey;
import proa.config.spread.Ring;

/** What the keys of a backend that spread its load get wrong together. */
final class SpreadingChecks {

    private final ProaConfig config;
    private final Report report;

    private SpreadingChecks(ProaConfig config, Report report) {
        this.config = config;
        this.report = report;
    }

    static void check(ProaConfig config, Report report) {
        SpreadingChecks checks = new SpreadingChecks(config, report);
        config.backends().forEach(checks::backend);
    }

    private void backend(BackendConfig backend) {
        String where = "backends." + backend.name();
        hash(backend, where);
        tiers(backend, where);
        Balance balance = backend.balance();
        if (backend.spreading().slowStart().isPresent()
                && (balance == Balance.HASH
                        || balance == Balance.FIRST
                        || balance == Balance.STATIC_ROUND_ROBIN)) {
            report.conflict(
                    where + ".slow-start",
                    "a server's share cannot grow where a key, the order or the file decides",
                    "another `balance`, or remove it");
        }
        boolean limited =
                backend.spreading().limits().connections().isPresent()
                        || backend.servers().stream()
                                .anyMatch(
                                        server ->
                                                server.connectionsMax().isPresent()
                                                        || server.rate().isPresent());
        boolean queues =
                report.has(where + ".limits.queue") || report.has(where + ".limits.queue-timeout");
        if (queues && !limited) {
            report.warn(
                    where + ".limits",
                    "nobody ever waits: neither the backend nor a server has a limit",
                    "limits { connections = 1k }, or `connections` or `rate` on its servers");
        }
    }

    private void hash(BackendConfig backend, String where) {
        boolean hashes = backend.balance() == Balance.HASH;
        if (hashes != backend.spreading().hash().isPresent()) {
            report.conflict(
                    where + (hashes ? ".balance" : ".hash"),
                    hashes
                            ? "`balance = hash` does not say what is hashed"
                            : "`hash` needs `balance = hash`",
                    hashes ? "hash { key = src }" : "balance = hash");
        }
        backend.spreading().hash().ifPresent(hash -> hash(backend, hash, where));
    }

    private void hash(BackendConfig backend, Hash hash, String where) {
        boolean tcp = config.frontends().stream().anyMatch(each -> leads(each, backend.name()));
        boolean plain =
                hash.key() instanceof HashKey.Source || hash.key() instanceof HashKey.ServerName;
        if (tcp && !plain) {
            report.conflict(
                    where + ".hash",
                    "a TCP connection has no request to hash",
                    "key = src, or key = sni");
        }
        int weights = backend.servers().stream().mapToInt(BackendConfig.Server::weight).sum();
        int weightsMax = Ring.POINTS_MAX / Ring.POINTS_PER_WEIGHT;
        if (hash.method() == SpreadingConfig.Method.RING && weights > weightsMax) {
            report.conflict(
                    where + ".hash.method",
                    "the weights come to " + weights + ", and a ring holds " + weightsMax,
                    "smaller weights in the same relation");
        }
    }

    private static boolean leads(FrontendConfig frontend, String backend) {
        return frontend.mode().plain()
                && frontend.routes().stream().anyMatch(route -> route.backend().equals(backend));
    }

    private void tiers(BackendConfig backend, String where) {
        int active = backend.spreading().activeMin();
        long servers = backend.servers().stream().filter(server -> !server.backup()).count();
        if (active > SpreadingConfig.ACTIVE_MIN_DEFAULT && active > servers) {
            report.conflict(
                    where + ".active-min",
                    active + " servers shall be active, and there are " + servers,
                    "active-min = " + Math.max(1, servers) + " or less");
        } else if (active > SpreadingConfig.ACTIVE_MIN_DEFAULT
                && backend.servers().stream().noneMatch(SpreadingChecks::helpsOut)) {
            report.warn(
                    where + ".active-min",
                    "no server has a `tier` that could be used too",
                    "tier = 2 on the servers that shall help out");
        }
        for (int at = 0; at < backend.servers().size(); at++) {
            BackendConfig.Server server = backend.servers().get(at);
            if (server.backup() && helpsOut(server)) {
                report.conflict(
                        where + ".servers[" + at + "].tier",
                        "a backup comes after every tier",
                        "either `tier` or `backup`");
            }
        }
    }

    private static boolean helpsOut(BackendConfig.Server server) {
        return server.tier() > BackendConfig.Server.TIER_DEFAULT;
    }
}
