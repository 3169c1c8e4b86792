package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.listener.Listener;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * What earlier configurations have left: frontends and servers that are not in the file any more,
 * but still have connections, and who waits in line for a server. Each is over when the last of
 * them has ended, or at the drain limit. Safe from any thread.
 */
final class Leavers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Leavers.class);

    private static final long LOOK_NANOS = 5_000_000;

    private final long limitNanos;
    private final List<Leaver> all = new CopyOnWriteArrayList<>();

    /**
     * What a configuration leaves.
     *
     * @param generation its number
     * @param listeners that accept no more
     * @param servers that get no more
     * @param pools in whose lines some may wait
     * @param over what to do at the end
     */
    record Rest(
            long generation,
            List<Listener> listeners,
            List<PooledServer> servers,
            List<Pool> pools,
            Runnable over) {

        private int connections() {
            return listeners.stream().mapToInt(Listener::connections).sum()
                    + servers.stream().mapToInt(PooledServer::current).sum()
                    + pools.stream().mapToInt(Pool::waiting).sum();
        }
    }

    private record Leaver(Rest rest, Thread thread) {}

    /**
     * Nobody has left yet.
     *
     * @param limit how long connections may take
     */
    Leavers(Duration limit) {
        limitNanos = limit.toNanos();
    }

    /** How many have not left yet. */
    int count() {
        return all.size();
    }

    /** Waits for the end of it in the background. */
    void add(Rest rest) {
        Thread thread =
                Thread.ofVirtual().name("leaving-" + rest.generation).unstarted(() -> seeOff(rest));
        all.add(new Leaver(rest, thread));
        thread.start();
    }

    private void seeOff(Rest rest) {
        long deadline = System.nanoTime() + limitNanos;
        while (rest.connections() > 0
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        if (Thread.currentThread().isInterrupted()) {
            return; // the node ends, and everything with it
        }
        int left = rest.connections();
        if (left > 0) {
            LOG.warn(
                    "{} connections of generation {} did not end within {} s",
                    left,
                    rest.generation,
                    limitNanos / 1_000_000_000);
        }
        rest.over.run();
        all.removeIf(leaver -> leaver.rest.equals(rest));
    }

    /** For the status: each generation that something is left of. */
    List<Map<String, Object>> status() {
        return all.stream().map(Leaver::rest).map(Leavers::status).toList();
    }

    private static Map<String, Object> status(Rest rest) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("generation", rest.generation);
        status.put("frontends", rest.listeners.stream().map(Listener::name).toList());
        status.put("servers", rest.servers.stream().map(PooledServer::name).toList());
        status.put("connections", rest.connections());
        return status;
    }

    @Override
    public void close() {
        all.forEach(leaver -> leaver.thread.interrupt());
    }
}
