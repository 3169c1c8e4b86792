package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.cluster.member.ClusterMember;
import proa.cluster.member.Member;
import proa.cluster.tables.TableKey;
import proa.config.ClusterConfig;
import proa.config.FrontendConfig.LimitMode;
import proa.config.FrontendConfig.OnPartition;
import proa.config.FrontendConfig.RateLimit;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.config.Timing;
import proa.node.rules.Counters.Limiter;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a part of a split cluster allows: some of the configured members are not in sight. */
class PartitionedLimitsTest {

    private static final long LIMIT = 100;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final List<Member> members = new ArrayList<>();

    @AfterEach
    void close() {
        members.forEach(Member::close);
    }

    private static ProaConfig config(int nodes) throws Exception {
        List<ClusterConfig.Node> configured = new ArrayList<>();
        byte net = (byte) (180 + nodes);
        for (int id = 1; id <= nodes; id++) {
            InetAddress address = InetAddress.getByAddress(new byte[] {127, net, 9, (byte) id});
            configured.add(new ClusterConfig.Node("lb" + id, id, List.of(address)));
        }
        TableConfig clients =
                new TableConfig(
                        "clients",
                        TableConfig.Key.SOURCE,
                        Duration.ofMinutes(30),
                        1_000,
                        Optional.of(Duration.ofMinutes(10)));
        return new ProaConfig(
                new ClusterConfig(
                        "parts",
                        Timing.VM,
                        configured,
                        Optional.empty(),
                        ClusterConfig.Ports.DEFAULTS,
                        ClusterConfig.Ownership.BIND),
                List.of(),
                List.of(clients),
                List.of(),
                List.of());
    }

    private void start(ProaConfig config, int inSight) {
        for (int id = 1; id <= inSight; id++) {
            members.add(ClusterMember.start(config, "lb" + id, id, Optional.empty()));
        }
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!members.stream().allMatch(each -> together(each, inSight))) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static boolean together(Member member, int inSight) {
        return member.synchronised() && member.view().members().size() == inSight;
    }

    private static long admitted(Limiter limiter, TableKey key) {
        long admitted = 0;
        while (limiter.admit(key) >= 0) {
            admitted++;
        }
        return admitted;
    }

    @ParameterizedTest
    @CsvSource({"2, 1, 50", "3, 2, 67"})
    void shareAllowsThePartOfThoseInSightAndEachTheWhole(int nodes, int inSight, long part)
            throws Exception {
        ProaConfig config = config(nodes);
        start(config, inSight);
        SharedTables tables = new SharedTables(members.getFirst(), config, (_, _) -> {});

        Limiter share = tables.limiter(limit(OnPartition.SHARE));
        assertThat(admitted(share, TableKey.ofAddress(InetAddress.getByName("10.0.0.1"))))
                .isEqualTo(part);
        assertThat(share.allowed()).isEqualTo(part);

        Limiter each = tables.limiter(limit(OnPartition.EACH));
        assertThat(admitted(each, TableKey.ofAddress(InetAddress.getByName("10.0.0.2"))))
                .isEqualTo(LIMIT);
        assertThat(each.allowed()).isEqualTo(LIMIT);
    }

    private static RateLimit limit(OnPartition onPartition) {
        return new RateLimit("clients", "requests", LIMIT, LimitMode.APPROXIMATE, onPartition);
    }
}
