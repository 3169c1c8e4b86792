package proa.cluster.engine;

import proa.cluster.member.Certificates;
import proa.cluster.sessions.SessionException;
import proa.cluster.transport.Separation;
import proa.config.ClusterConfig;
import proa.config.ProaConfig;
import proa.config.Timing;
import proa.testing.Patience;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Three members of the Raft engine in this process, on loopback, with mutual TLS and real disks.
 */
final class RaftTrio implements AutoCloseable {

    static final List<String> NAMES = List.of("lb1", "lb2", "lb3");
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final long POLL_NANOS = 1_000_000;

    final ProaConfig config;
    private final Path disks;
    private final Map<String, RaftSessions> running = new ConcurrentHashMap<>();

    RaftTrio(Path disks) throws Exception {
        this.disks = disks;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        byte second = (byte) random.nextInt(80, 120);
        byte third = (byte) random.nextInt(1, 120);
        List<ClusterConfig.Node> nodes = new ArrayList<>();
        for (int id = 1; id <= NAMES.size(); id++) {
            InetAddress address =
                    InetAddress.getByAddress(new byte[] {127, second, third, (byte) id});
            nodes.add(new ClusterConfig.Node("lb" + id, id, List.of(address)));
        }
        config =
                new ProaConfig(
                        new ClusterConfig(
                                "test",
                                Timing.LAB,
                                nodes,
                                Optional.empty(),
                                ClusterConfig.Ports.DEFAULTS,
                                ClusterConfig.Ownership.BIND),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of());
    }

    /** Starts all and waits until they take writes. */
    RaftTrio startAll() {
        NAMES.forEach(this::start);
        awaitAll();
        return this;
    }

    RaftSessions start(String name) {
        RaftSessions store =
                RaftSessions.start(
                        config,
                        name,
                        Optional.of(Certificates.OF_MEMBERS.get(name)),
                        new TestCluster.Everybody(),
                        disk(name));
        running.put(name, store);
        return store;
    }

    Path disk(String name) {
        return disks.resolve(name);
    }

    RaftSessions get(String name) {
        return running.get(name);
    }

    void awaitAll() {
        try {
            awaitTogether();
        } catch (AssertionError e) {
            StringBuilder standing = new StringBuilder(e.getMessage());
            running.forEach(
                    (name, store) ->
                            standing.append(System.lineSeparator())
                                    .append(name)
                                    .append(": ")
                                    .append(store.standing()));
            throw new AssertionError(standing.toString(), e);
        }
    }

    private void awaitTogether() {
        await(
                "all together",
                () ->
                        running.values().stream()
                                .allMatch(
                                        store ->
                                                store.writable()
                                                        && store.members() == NAMES.size()
                                                        && store.settled()));
    }

    /** The one that the others call leader. */
    String leader() {
        AtomicInteger id = new AtomicInteger();
        await(
                "a leader",
                () -> {
                    running.values().stream()
                            .filter(RaftSessions::writable)
                            .mapToInt(RaftSessions::leader)
                            .filter(leader -> leader != 0)
                            .findFirst()
                            .ifPresent(id::set);
                    return id.get() != 0; // there may be none again meanwhile
                });
        return "lb" + id;
    }

    List<String> others(String name) {
        return NAMES.stream().filter(each -> !each.equals(name)).toList();
    }

    Separation cut(String name) throws Exception {
        return new Separation(get(name).link().group());
    }

    /** Without a word to the others: they hear nothing of its end. */
    void kill(String name) throws Exception {
        cut(name);
        running.remove(name).close();
    }

    void stop(String name) {
        running.remove(name).close();
    }

    /** What may take a while. */
    interface Condition {
        boolean holds() throws SessionException;
    }

    static void await(String what, Condition condition) {
        Patience patience = new Patience(DEADLINE);
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (SessionException _) {
                // not yet
            }
            if (patience.isOver()) {
                throw new AssertionError("in vain: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() {
        List.copyOf(running.values()).forEach(RaftSessions::close);
        running.clear();
    }
}
