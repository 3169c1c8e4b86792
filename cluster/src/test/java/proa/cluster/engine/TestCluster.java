package proa.cluster.engine;

import proa.cluster.member.Member;
import proa.cluster.member.SharedTable;
import proa.config.ClusterConfig;
import proa.config.ProaConfig;
import proa.config.Timing;
import proa.testing.Patience;
import proa.testing.Ports;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Session engines of one, two or three members in this process, on loopback. */
final class TestCluster implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final long LOOK_NANOS = 1_000_000;

    final ProaConfig config;
    final List<HazelcastSessions> stores = new ArrayList<>();

    private TestCluster(int members) throws Exception {
        config = config(members, "test-" + UUID.randomUUID(), Ports.free());
    }

    static TestCluster start(int members) throws Exception {
        TestCluster cluster = new TestCluster(members);
        for (ClusterConfig.Node node : cluster.config.cluster().nodes()) {
            cluster.stores.add(
                    HazelcastSessions.start(
                            cluster.config, node.name(), Optional.empty(), new Everybody()));
        }
        cluster.awaitWhole();
        return cluster;
    }

    /** Waits for every copy to be in place: until then members may differ in who holds a key. */
    void awaitWhole() {
        Patience patience = new Patience(START);
        while (!stores.stream().allMatch(this::isWhole)) {
            if (patience.isOver()) {
                throw new AssertionError("the members did not find each other");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private boolean isWhole(HazelcastSessions store) {
        return store.members() == stores.size() && (stores.size() == 1 || store.settled());
    }

    static ProaConfig config(int members, String name, int enginePort) throws Exception {
        List<ClusterConfig.Node> nodes = new ArrayList<>();
        for (int id = 1; id <= members; id++) {
            InetAddress address = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) id});
            nodes.add(new ClusterConfig.Node("lb" + id, id, List.of(address)));
        }
        return new ProaConfig(
                new ClusterConfig(
                        name,
                        Timing.LAB,
                        nodes,
                        Optional.empty(),
                        new ClusterConfig.Ports(1, 2, enginePort, 3),
                        ClusterConfig.Ownership.BIND),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    @Override
    public void close() {
        stores.forEach(HazelcastSessions::close);
    }

    /** A membership that has everybody in view. */
    static class Everybody implements Member {
        @Override
        public proa.cluster.member.Limiter limiter(proa.cluster.member.Limit limit) {
            throw new UnsupportedOperationException("no limits");
        }

        @Override
        public SharedTable table(String name) {
            throw new IllegalStateException(name);
        }

        @Override
        public View view() {
            return new View(1, List.of("lb1", "lb2", "lb3"), true);
        }

        @Override
        public void onView(Consumer<View> listener) {
            listener.accept(view());
        }

        @Override
        public boolean synchronised() {
            return true;
        }

        @Override
        public void make(ProaConfig config) {}

        @Override
        public void follow(ProaConfig config) {}

        @Override
        public void retain(ProaConfig config) {}

        @Override
        public long lagNanos() {
            return 0;
        }

        @Override
        public boolean behind() {
            return false;
        }

        @Override
        public String statusJson() {
            return "{}";
        }

        @Override
        public void close() {}
    }
}
