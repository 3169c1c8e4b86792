package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.member.ClusterMember;
import proa.cluster.member.Member;
import proa.cluster.tables.TableKey;
import proa.config.ClusterConfig;
import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Rule;
import proa.config.ProaConfig;
import proa.config.RateConfig;
import proa.config.TableConfig;
import proa.config.TableConfig.Counter;
import proa.config.Timing;
import proa.node.balance.Allowance;
import proa.node.exchange.Trail;
import proa.node.rules.FakeFacts;
import proa.node.rules.FrontendTraffic;
import proa.node.rules.Surroundings;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The tables of a node as rules and balancing meet them. */
class SharedTablesTest {

    private static TableConfig table(Counter counter) {
        return new TableConfig(
                "clients",
                TableConfig.Key.SOURCE,
                TableConfig.Prefix.DEFAULT,
                Duration.ofMinutes(1),
                1_000,
                List.of(counter),
                List.of());
    }

    private static ProaConfig config(TableConfig table) throws Exception {
        InetAddress address = InetAddress.getByAddress(new byte[] {127, (byte) 188, 9, 1});
        return new ProaConfig(
                new ClusterConfig(
                        "tables",
                        Timing.VM,
                        List.of(new ClusterConfig.Node("lb1", 1, List.of(address))),
                        Optional.empty(),
                        ClusterConfig.Ports.DEFAULTS,
                        ClusterConfig.Ownership.BIND),
                List.of(),
                List.of(table),
                List.of(),
                List.of());
    }

    /** Or a server would be offered for a second that takes nothing. */
    @Test
    void aServerHasATurnWhenTheLimiterGivesIt() throws Exception {
        LoneMember member = new LoneMember();
        Optional<Duration> window = Optional.of(Duration.ofSeconds(10));
        TableConfig requests = table(new Counter(Counter.REQUESTS, window, false, false));
        SharedTables tables = new SharedTables(member, config(requests), (_, _) -> {});
        Allowance allowance = tables.shared("clients", "shop/a", new RateConfig(1, 1));
        for (int turn = 0; turn < 10; turn++) {
            assertThat(allowance.any()).isTrue();
            assertThat(allowance.take()).isTrue();
        }
        member.slidOut = 5;
        assertThat(allowance.take()).isFalse();
        assertThat(allowance.any()).isFalse();
        assertThat(allowance.waitNanos()).isPositive();
    }

    @Test
    void aConnectionIsCountedOnceWhateverIsReloaded() throws Exception {
        TableConfig connections =
                table(new Counter(Counter.CONNECTIONS, Optional.empty(), false, true));
        ProaConfig config = config(connections);
        try (Member member = ClusterMember.start(config, "lb1", 1, Optional.empty())) {
            SharedTables tables = new SharedTables(member, config, (_, _) -> {});
            Trail trail = new Trail();
            FakeFacts facts = FakeFacts.get("/").on(trail);
            TableKey key = TableKey.ofAddress(facts.source());
            compile(tables).decide(facts);
            tables.follow(config);
            compile(tables).decide(facts);
            assertThat(member.table("clients").current(key, 0)).isEqualTo(1);
            trail.closed();
            assertThat(member.table("clients").current(key, 0)).isZero();
        }
    }

    private static FrontendTraffic compile(SharedTables tables) {
        return new FrontendTraffic(
                new FrontendConfig(
                        "http",
                        new FrontendConfig.Bind.Fixed(InetAddress.getLoopbackAddress(), 80),
                        FrontendConfig.Mode.HTTP,
                        List.of(new Rule.Track(new Condition.Always(), "clients")),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        FrontendConfig.Timeouts.DEFAULTS,
                        FrontendConfig.Limits.DEFAULTS),
                tables,
                backend -> {
                    throw new AssertionError(backend);
                },
                new Surroundings(() -> Instant.EPOCH, _ -> 0));
    }
}
