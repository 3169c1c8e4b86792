package proa.node.protocol.resp;

import proa.cluster.engine.HazelcastSessions;
import proa.cluster.member.Limit;
import proa.cluster.member.Limiter;
import proa.cluster.member.Member;
import proa.cluster.member.SharedTable;
import proa.cluster.sessions.SessionStore;
import proa.config.ClusterConfig;
import proa.config.ProaConfig;
import proa.config.Timing;
import proa.node.Await;
import proa.testing.Ports;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** The real session store with one member, on loopback. */
final class OneMember {

    private static final Duration START_MAX = Duration.ofMinutes(1);

    private OneMember() {}

    static SessionStore start() throws Exception {
        SessionStore store =
                HazelcastSessions.start(config(), "lb1", Optional.empty(), new Alone());
        Await.until("the session store has started", START_MAX, store::writable);
        return store;
    }

    private static ProaConfig config() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        return new ProaConfig(
                new ClusterConfig(
                        "test-" + UUID.randomUUID(),
                        Timing.LAB,
                        List.of(new ClusterConfig.Node("lb1", 1, List.of(loopback))),
                        Optional.empty(),
                        new ClusterConfig.Ports(1, 2, Ports.free(), 3),
                        ClusterConfig.Ownership.BIND),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static final class Alone implements Member {
        @Override
        public SharedTable table(String name) {
            throw new IllegalStateException(name);
        }

        @Override
        public Limiter limiter(Limit limit) {
            throw new UnsupportedOperationException("no limits");
        }

        @Override
        public View view() {
            return new View(1, List.of("lb1"), true);
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
