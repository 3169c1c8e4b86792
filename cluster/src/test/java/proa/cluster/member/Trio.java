package proa.cluster.member;

import proa.cluster.tables.TableKey;
import proa.config.ClusterConfig;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.config.Timing;
import proa.testing.Patience;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

/** Up to three members in this process, each on a loopback address of its own. */
final class Trio implements AutoCloseable {

    static final Duration DEADLINE = Duration.ofSeconds(90);

    private static final long POLL_NANOS = 200_000;

    private final ProaConfig config;
    private final Map<String, SSLContext> contexts;
    private final Map<String, ClusterMember> running = new LinkedHashMap<>();
    private long incarnation = System.currentTimeMillis();

    Trio(int nodes, List<TableConfig> tables) {
        this(Timing.LAB, nodes, tables);
    }

    Trio(Timing timing, int nodes, List<TableConfig> tables) {
        this.config = config(timing, prefix(), nodes, tables);
        this.contexts = Certificates.OF_MEMBERS;
    }

    static ProaConfig config(int nodes, List<TableConfig> tables) {
        return config(prefix(), nodes, tables);
    }

    /** The first three octets of loopback addresses nobody else has. */
    static String prefix() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "127." + random.nextInt(80, 250) + "." + random.nextInt(1, 250) + ".";
    }

    static ProaConfig config(String prefix, int nodes, List<TableConfig> tables) {
        return config(Timing.LAB, prefix, nodes, tables);
    }

    private static ProaConfig config(
            Timing timing, String prefix, int nodes, List<TableConfig> tables) {
        List<ClusterConfig.Node> members = new ArrayList<>();
        for (int id = 1; id <= nodes; id++) {
            members.add(new ClusterConfig.Node("lb" + id, id, List.of(address(prefix + id))));
        }
        ClusterConfig cluster =
                new ClusterConfig(
                        "test",
                        timing,
                        members,
                        Optional.empty(),
                        ClusterConfig.Ports.DEFAULTS,
                        ClusterConfig.Ownership.BIND);
        return new ProaConfig(cluster, List.of(), tables, List.of(), List.of());
    }

    static TableConfig sticky(String name, int entries) {
        return new TableConfig(
                name, TableConfig.Key.SOURCE, Duration.ofMinutes(30), entries, Optional.empty());
    }

    static TableConfig counter(String name, Duration window) {
        return new TableConfig(
                name, TableConfig.Key.SOURCE, Duration.ofMinutes(5), 100_000, Optional.of(window));
    }

    static TableKey key(int number) {
        return TableKey.ofAddress(
                address(
                        "10."
                                + (number >> 16 & 255)
                                + "."
                                + (number >> 8 & 255)
                                + "."
                                + (number & 255)));
    }

    static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    static void await(Supplier<String> what, BooleanSupplier condition) {
        Patience patience = new Patience(DEADLINE);
        while (!condition.getAsBoolean()) {
            if (patience.isOver()) {
                throw new AssertionError("not within " + DEADLINE + ": " + what.get());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Waits like {@link #await}, and says when it was in vain how each running member stands. */
    void awaitHere(String what, BooleanSupplier condition) {
        awaitHere(() -> what, condition);
    }

    /** The same of what is told as it is in the end. */
    void awaitHere(Supplier<String> what, BooleanSupplier condition) {
        await(() -> what.get() + standing(), condition);
    }

    private String standing() {
        StringBuilder standing = new StringBuilder();
        running.values()
                .forEach(
                        member ->
                                standing.append(System.lineSeparator())
                                        .append(member.statusJson()));
        return standing.toString();
    }

    ProaConfig config() {
        return config;
    }

    /** Starts a node in a new life. */
    ClusterMember start(String node) {
        return keep(node, startWith(node, contexts.get(node)));
    }

    /** Closed with the others. */
    ClusterMember keep(String node, ClusterMember member) {
        running.put(node, member);
        return member;
    }

    /** Starts a node that shows some certificate; the caller closes it. */
    ClusterMember startWith(String node, SSLContext context) {
        return (ClusterMember)
                ClusterMember.start(config, node, ++incarnation, Optional.of(context));
    }

    ClusterMember get(String node) {
        return running.get(node);
    }

    /** Starts all nodes and waits until they see each other and have each other's tables. */
    void startAll() {
        config.cluster().nodes().forEach(node -> start(node.name()));
        awaitTogether(config.cluster().nodes().size());
    }

    void awaitTogether(int members) {
        awaitHere(
                members + " members together",
                () ->
                        running.values().stream()
                                .allMatch(
                                        member ->
                                                member.view().members().size() == members
                                                        && member.synchronised()));
    }

    void stop(String node) {
        running.remove(node).close();
    }

    @Override
    public void close() {
        running.values().forEach(ClusterMember::close);
    }
}
