package proa.node.reload;

import org.jspecify.annotations.Nullable;

import proa.config.ProaConfig;
import proa.node.balance.Pools;
import proa.node.exchange.Traffic;
import proa.node.exchange.Traffic.Decision;

import java.time.Instant;
import java.util.Map;

/**
 * One configuration as it runs: what a request meets is taken from one generation. Immutable, but
 * for lanes that become free.
 *
 * @param number 1 for that of the start, then counting
 * @param config what was read
 * @param hash of the configuration
 * @param loaded since when it is in use
 * @param pools its backends
 * @param lanes the lane of each frontend, by name
 * @param traffic rules and routes by lane; null where the lane is free
 */
record Generation(
        long number,
        ProaConfig config,
        String hash,
        Instant loaded,
        Pools pools,
        Map<String, Integer> lanes,
        @Nullable Traffic[] traffic) {

    /** What is left of a frontend that is no longer there, for a client that is still connected. */
    private static final Traffic GONE =
            _ -> new Decision.Reply(503, "this frontend is no longer configured");

    /** Rules and routes of a lane. */
    Traffic traffic(int lane) {
        Traffic found = lane < traffic.length ? traffic[lane] : null;
        return found == null ? GONE : found;
    }
}
