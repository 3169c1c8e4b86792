package proa.node.explain;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.node.balance.Health;
import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;
import proa.node.exchange.Server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which servers of a backend a request could get.
 *
 * @param backend its name
 * @param first the server it would get now; empty: none can be used
 * @param why that one
 * @param then those that are tried after it, in order, if they cannot be reached
 * @param algorithm how new clients are spread, in words: whether it keeps them on their server, and
 *     what a choice costs
 * @param all of them, in the order written
 */
public record Servers(
        String backend,
        Optional<String> first,
        String why,
        List<String> then,
        String algorithm,
        List<Standing> all) {

    public Servers {
        then = List.copyOf(then);
        all = List.copyOf(all);
    }

    /**
     * How one of them stands.
     *
     * @param weight as it counts now
     * @param eligible whether new clients may be sent there
     * @param why it is not, or what is to be known of it; may be empty
     */
    public record Standing(String name, int weight, boolean eligible, String why) {}

    /** Tries them one after the other, on a pool that nobody else uses. */
    static Servers of(Pool pool, Facts facts) {
        String own = pool.belongsTo(facts);
        List<String> tried = new ArrayList<>();
        Destination destination = pool.destination(facts);
        for (Server next = destination.next(); next != null; next = destination.next()) {
            tried.add(next.name());
        }
        Optional<String> first = tried.isEmpty() ? Optional.empty() : Optional.of(tried.getFirst());
        return new Servers(
                pool.name(),
                first,
                first.map(name -> why(pool, facts, own, name)).orElse("none can be used: 503"),
                tried.isEmpty() ? List.of() : tried.subList(1, tried.size()),
                AlgorithmWords.of(pool.config()),
                pool.servers().stream().map(server -> standing(pool, server)).toList());
    }

    private static String why(Pool pool, Facts facts, @Nullable String own, String first) {
        if (own != null && own.equals(first)) {
            return "the client sticks to it";
        }
        String before =
                own == null ? "" : "the client sticks to " + own + ", which cannot be used; ";
        return before + byWhat(pool, facts);
    }

    private static String byWhat(Pool pool, Facts facts) {
        BackendConfig backend = pool.config();
        boolean hashed =
                pool.hashes(facts)
                        || backend.sticky() instanceof BackendConfig.Sticky.Table(_, _, var choice)
                                && choice == BackendConfig.FirstChoice.HASH;
        if (hashed) {
            return "its hash says so, on every node";
        }
        String any = ": any that is eligible, this one for example";
        if (pool.destination(facts).form() != null) {
            return "the hash of what is in its body says it, on every node; without that" + any;
        }
        return backend.balance() == Balance.HASH
                ? "it has nothing that is hashed" + any
                : AlgorithmWords.name(backend.balance()) + any;
    }

    private static Standing standing(Pool pool, PooledServer server) {
        return new Standing(server.name(), server.weight(), pool.uses(server), why(pool, server));
    }

    private static String why(Pool pool, PooledServer server) {
        if (server.order() == Order.MAINTENANCE) {
            return "in maintenance";
        }
        if (server.health() == Health.DOWN) {
            return "its check says down";
        }
        if (server.standing().ejected()) {
            return "ejected: it failed live traffic";
        }
        if (!server.standing().working()) {
            return "its agent says that it does not work";
        }
        if (server.order() == Order.DRAIN) {
            return "draining: only for clients that stick to it";
        }
        if (server.weight() == 0) {
            return "only for clients that stick to it";
        }
        if (!pool.uses(server)) {
            return server.backup() ? "backup: when all others are gone" : "of a later tier";
        }
        return server.health() == Health.UNKNOWN ? "not checked yet" : "";
    }
}
