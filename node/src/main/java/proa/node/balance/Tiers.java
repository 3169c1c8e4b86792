package proa.node.balance;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The servers of one pool as of now, in the order in which they are used: the first tier, together
 * with the next ones while there are too few usable servers; then the other tiers, one by one;
 * backups last. Immutable but for the turns of the algorithms.
 */
final class Tiers {

    private final Tier[] tiers;
    private final int rankInUse;

    /** Servers that are used together. */
    private record Tier(List<PooledServer> members, Algorithm algorithm) {

        /** Whether a request finds none here only for want of room. */
        boolean isFullFor(Tried tried) {
            for (PooledServer server : members) {
                if (server.usable() && !tried.has(server) && !tried.findsRoomAt(server)) {
                    return true;
                }
            }
            return false;
        }
    }

    private Tiers(List<Tier> tiers, int rankInUse) {
        this.tiers = tiers.toArray(Tier[]::new);
        this.rankInUse = rankInUse;
    }

    /**
     * Orders the servers of a pool.
     *
     * @param activeMin usable servers below which the next tier is used too
     * @param algorithm for servers that are used together, usable or not
     */
    static Tiers of(
            List<PooledServer> servers,
            int activeMin,
            Function<List<PooledServer>, Algorithm> algorithm) {
        List<Integer> ranks = servers.stream().map(PooledServer::rank).distinct().sorted().toList();
        List<PooledServer> active = new ArrayList<>();
        int used = 0;
        while (used < ranks.size() && usable(active) < activeMin && mayJoin(ranks, used)) {
            active.addAll(ofRank(servers, ranks.get(used++)));
        }
        List<Tier> tiers = new ArrayList<>();
        if (!active.isEmpty()) {
            tiers.add(new Tier(List.copyOf(active), algorithm.apply(active)));
        }
        for (int rank : ranks.subList(used, ranks.size())) {
            List<PooledServer> members = ofRank(servers, rank);
            tiers.add(new Tier(members, algorithm.apply(members)));
        }
        boolean some = usable(active) > 0;
        return new Tiers(tiers, some ? ranks.get(used - 1) : PooledServer.RANK_OF_BACKUPS);
    }

    /** Backups help nobody out: they come when all others are gone. */
    private static boolean mayJoin(List<Integer> ranks, int at) {
        return ranks.get(at) != PooledServer.RANK_OF_BACKUPS;
    }

    private static long usable(List<PooledServer> servers) {
        return servers.stream().filter(PooledServer::usable).count();
    }

    private static List<PooledServer> ofRank(List<PooledServer> servers, int rank) {
        return servers.stream().filter(server -> server.rank() == rank).toList();
    }

    /**
     * A usable server with room that has not been tried, or null: none is left, or all are full.
     */
    @Nullable PooledServer choose(Tried tried, long key) {
        for (Tier tier : tiers) {
            PooledServer chosen = tier.algorithm.choose(tried, key);
            if (chosen != null || tier.isFullFor(tried)) {
                return chosen;
            }
        }
        return null;
    }

    /** Whether a new client may be sent there, if it has room. */
    boolean uses(PooledServer server) {
        return server.usable() && server.rank() <= rankInUse;
    }

    /** The algorithm that new clients meet first, or null without servers. */
    @Nullable Algorithm first() {
        return tiers.length == 0 ? null : tiers[0].algorithm;
    }
}
