package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import proa.cluster.member.Limit;
import proa.cluster.member.Limiter;
import proa.cluster.member.Member;
import proa.cluster.member.Post;
import proa.cluster.member.SharedTable;
import proa.config.ClusterConfig;
import proa.config.ProaConfig;
import proa.config.Timing;
import proa.config.tls.TicketSecrets;
import proa.config.wire.FrameWriter;
import proa.node.Await;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Members that tell each other what session tickets are made by, over a network that is cut. */
class TicketExchangeTest {

    private static final int MAGIC = 0x50525453;

    private final Map<String, Station> stations = new HashMap<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : opened.reversed()) {
            part.close();
        }
    }

    private static ClusterConfig cluster(boolean secured) {
        Path file = Path.of("any.pem");
        return new ClusterConfig(
                "test",
                Timing.LAB,
                Stream.of("lb1", "lb2", "lb3")
                        .map(
                                name ->
                                        new ClusterConfig.Node(
                                                name,
                                                name.charAt(2) - '0',
                                                List.of(
                                                        InetAddress.ofLiteral(
                                                                "127.0.0." + name.charAt(2)))))
                        .toList(),
                secured
                        ? Optional.of(new ClusterConfig.TlsFiles(file, file, List.of(file)))
                        : Optional.empty(),
                ClusterConfig.Ports.DEFAULTS,
                ClusterConfig.Ownership.BIND);
    }

    private Station station(String name) {
        Station station = new Station(name);
        stations.put(name, station);
        opened.add(station.tls);
        opened.add(TicketExchange.start(cluster(true), name, station, station.tls).orElseThrow());
        return station;
    }

    /** These see each other, and those that are not named see nobody. */
    private void together(String... names) {
        List<String> sight = List.of(names);
        stations.forEach((name, each) -> each.see(sight.contains(name) ? sight : List.of(name)));
    }

    private void allHaveTheSame() throws Exception {
        Await.until(
                "all have the same",
                () ->
                        stations.values().stream()
                                        .map(each -> each.tls.tickets())
                                        .distinct()
                                        .count()
                                == 1);
    }

    @Test
    void whoMeetsHasTheSameAndASplitHeals() throws Exception {
        TicketSecrets first = station("lb1").tls.tickets();
        station("lb2");
        together("lb1", "lb2");
        allHaveTheSame();

        TicketSecrets third = station("lb3").tls.tickets();
        assertThat(third.makesAs(stations.get("lb1").tls.tickets())).as("not yet").isFalse();
        together("lb1", "lb2", "lb3");
        allHaveTheSame();
        TicketSecrets all = stations.get("lb3").tls.tickets();
        assertThat(all.merge(first, Instant.now())).isEqualTo(all);
        assertThat(all.merge(third, Instant.now())).isEqualTo(all);

        together("lb1");
        assertThat(stations.get("lb1").tls.tickets()).isEqualTo(all);
        together("lb1", "lb2", "lb3");
        allHaveTheSame();
    }

    @Test
    void whatCannotBeReadChangesNothing() throws Exception {
        Station one = station("lb1");
        Station two = station("lb2");
        TicketSecrets before = two.tls.tickets();
        two.arrived("lb1", ByteBuffer.allocate(5).putInt(MAGIC).array());
        two.arrived("lb1", new FrameWriter(MAGIC, 9, 9, 1).toBytes());
        two.arrived("lb1", new FrameWriter(MAGIC, 1, 1, 7).toBytes());
        two.arrived("lb1", new FrameWriter(MAGIC, 1, 1, 1).toBytes());
        two.arrived("lb1", new FrameWriter(MAGIC, 1, 1, 1).bytes(1, new byte[47]).toBytes());
        two.arrived("lb1", new FrameWriter(MAGIC, 1, 1, 1).bytes(1, new byte[49]).toBytes());
        together("lb1", "lb2");
        allHaveTheSame();
        assertThat(two.tls.tickets().merge(before, Instant.now())).isEqualTo(one.tls.tickets());
    }

    @Test
    void nothingIsToldInClear() {
        Station alone = new Station("lb1");
        opened.add(alone.tls);
        assertThat(TicketExchange.start(cluster(false), "lb1", alone, alone.tls)).isEmpty();
        assertThat(alone.listening).isEmpty();
    }

    /** A member that only sees others and has their post. */
    private final class Station implements Member, Post {
        private final String name;
        final NodeTls tls = new NodeTls(Optional.empty());
        private final List<Consumer<View>> watching = new CopyOnWriteArrayList<>();
        private final List<BiConsumer<String, byte[]>> listening = new CopyOnWriteArrayList<>();
        private volatile View view;

        Station(String name) {
            this.name = name;
            view = new View(1, List.of(name), true);
        }

        void see(List<String> members) {
            view = new View(view.number() + 1, members, true);
            watching.forEach(each -> each.accept(view));
        }

        void arrived(String from, byte[] bytes) {
            listening.forEach(each -> each.accept(from, bytes));
        }

        @Override
        public void send(String node, byte[] bytes) {
            Station to = stations.get(node);
            if (to != null && view.members().contains(node) && to.view.members().contains(name)) {
                to.arrived(name, bytes);
            }
        }

        @Override
        public void listen(int magic, BiConsumer<String, byte[]> listener) {
            assertThat(magic).isEqualTo(MAGIC);
            listening.add(listener);
        }

        @Override
        public Post post() {
            return this;
        }

        @Override
        public View view() {
            return view;
        }

        @Override
        public void onView(Consumer<View> listener) {
            watching.add(listener);
            listener.accept(view);
        }

        @Override
        public SharedTable table(String table) {
            throw new IllegalStateException(table);
        }

        @Override
        public Limiter limiter(Limit limit) {
            throw new IllegalStateException(limit.toString());
        }

        @Override
        public void make(ProaConfig config) {}

        @Override
        public void follow(ProaConfig config) {}

        @Override
        public void retain(ProaConfig config) {}

        @Override
        public boolean synchronised() {
            return true;
        }

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
