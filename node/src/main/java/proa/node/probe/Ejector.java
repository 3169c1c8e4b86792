package proa.node.probe;

import static proa.node.probe.PoolHealth.LOG;

import proa.config.HealthConfig.Failure;
import proa.config.HealthConfig.Passive;
import proa.node.balance.Order;
import proa.node.balance.PooledServer;
import proa.node.balance.Standing;
import proa.node.health.Ejections;
import proa.node.health.Ejections.Notice;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/** Takes servers of one pool out that fail live traffic, on a virtual thread of its own. */
final class Ejector {

    /** Of a flood of failures some are enough; the others are dropped. */
    private static final int WAITING_MAX = 1024;

    private static final long WAIT_NANOS_MAX = Duration.ofHours(1).toNanos();

    private final PoolHealth health;
    private final Passive config;
    private final List<PooledServer> servers;
    private final Ejections ejections; // guarded by: the thread
    private final List<BiConsumer<Failure, String>> watchers = new ArrayList<>();
    private final BlockingQueue<Failed> failures = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Thread thread;

    /** Of a server, by its place in the pool. */
    private record Failed(int index, String requestId) {}

    Ejector(PoolHealth health, Passive config) {
        this(health, config, new Ejections(config, health.pool().servers().size()));
    }

    private Ejector(PoolHealth health, Passive config, Ejections ejections) {
        this.health = health;
        this.config = config;
        this.ejections = ejections;
        servers = health.pool().servers();
        thread = Thread.ofVirtual().name("ejector-" + health.pool().name()).unstarted(this::run);
    }

    void start() {
        for (int at = 0; at < servers.size(); at++) {
            int index = at;
            BiConsumer<Failure, String> watcher =
                    (failure, requestId) -> note(index, failure, requestId);
            watchers.add(watcher);
            servers.get(at).onFailure(watcher);
        }
        thread.start();
    }

    void close() {
        for (int at = 0; at < watchers.size(); at++) {
            servers.get(at).noLongerOnFailure(watchers.get(at));
        }
        thread.interrupt();
    }

    /** Whether it judges these servers, and in this way. */
    boolean isOf(List<PooledServer> others, Passive by) {
        return config.equals(by)
                && servers.size() == others.size()
                && IntStream.range(0, servers.size())
                        .allMatch(at -> servers.get(at).isSameAs(others.get(at)));
    }

    /**
     * Ends, and gives what it knows to one that judges the pool of now.
     *
     * @throws InterruptedException when the calling thread is told to end first
     */
    Ejector successor(Passive by) throws InterruptedException {
        close();
        thread.join();
        int[] from = health.pool().servers().stream().mapToInt(this::indexOf).toArray();
        return new Ejector(health, by, Ejections.following(by, ejections, from));
    }

    private int indexOf(PooledServer other) {
        for (int at = 0; at < servers.size(); at++) {
            if (servers.get(at).isSameAs(other)) {
                return at;
            }
        }
        return -1;
    }

    /** On an event loop: what does not fit is dropped. */
    private void note(int index, Failure failure, String requestId) {
        if (config.counted().contains(failure)) {
            boolean noted = failures.offer(new Failed(index, requestId));
            if (!noted) {
                LOG.debug("failures of backend {} come too fast", health.pool().name());
            }
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long wait = ejections.nanosToReturn(System.nanoTime(), WAIT_NANOS_MAX);
                Failed failed = failures.poll(wait, TimeUnit.NANOSECONDS);
                for (Notice notice : ejections.expire(System.nanoTime())) {
                    surviving(() -> carryOut(notice, ""));
                }
                if (failed != null) {
                    surviving(() -> failed(failed));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Who judges goes on after a defect. */
    private void surviving(Runnable deed) {
        try {
            deed.run();
        } catch (RuntimeException defect) {
            LOG.error("a defect in judging the traffic of {}", health.pool().name(), defect);
        }
    }

    /** A server that is out already gets its failures from what was under way. */
    private void failed(Failed one) {
        PooledServer server = servers.get(one.index());
        if (server.standing().up() && server.order() != Order.MAINTENANCE) {
            Notice notice = ejections.failed(one.index(), unavailable(server), System.nanoTime());
            if (notice != null) {
                carryOut(
                        notice,
                        one.requestId().isEmpty() ? "" : ", last request " + one.requestId());
            }
        }
    }

    private int unavailable(PooledServer but) {
        return (int)
                servers.stream()
                        .filter(
                                server ->
                                        !server.equals(but)
                                                && isUnavailable(health.asOfNow(server)))
                        .count();
    }

    /** Whether it takes no new clients, for another reason than its failures. */
    private static boolean isUnavailable(PooledServer server) {
        Standing standing = server.standing();
        boolean offered = server.order() == Order.READY && server.weight() > 0;
        return !standing.ejected() && !(standing.up() && offered);
    }

    private void carryOut(Notice notice, String last) {
        switch (notice) {
            case Notice.Ejected(int index, long forNanos, int times) -> {
                PooledServer server = servers.get(index);
                health.ejected(server, last);
                LOG.warn(
                        "server {} EJECTED for {} ms: {}{}",
                        health.name(server),
                        TimeUnit.NANOSECONDS.toMillis(forNanos),
                        times == 1
                                ? config.failures() + " failures of live traffic"
                                : "it failed again after its return, ejection " + times,
                        last);
            }
            case Notice.Kept(int index) ->
                    LOG.warn(
                            "server {} fails live traffic but stays: more than {}% of the servers"
                                    + " would be unavailable{}",
                            health.name(servers.get(index)), config.ejectedMaxPercent(), last);
            case Notice.Returned(int index) -> {
                PooledServer server = servers.get(index);
                health.returned(server);
                LOG.info("server {} is back, on trial", health.name(server));
            }
        }
    }
}
