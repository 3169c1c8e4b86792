package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.Hash;
import proa.config.SpreadingConfig.HashKey;
import proa.config.SpreadingConfig.Limits;
import proa.config.SpreadingConfig.Method;
import proa.node.exchange.Destination;
import proa.node.rules.FakeFacts;

import java.util.Map;
import java.util.Optional;

/** Tiers of servers, of which later ones help out. */
class TiersTest {

    private static TestPool tiers(int activeMin) {
        return TestPool.of(
                Balance.ROUND_ROBIN,
                TestPool.activeMin(activeMin),
                TestPool.tiered("a1", 1),
                TestPool.tiered("a2", 1),
                TestPool.tiered("b1", 2),
                TestPool.tiered("b2", 2),
                TestPool.tiered("c1", 3),
                TestPool.backup("spare"));
    }

    @Test
    void theSecondTierIsUsedOnlyBelowTheMinimum() {
        TestPool pool = tiers(2);
        assertThat(pool.spread(8)).isEqualTo(Map.of("a1", 4, "a2", 4));
        pool.down("a1");
        assertThat(pool.spread(9)).isEqualTo(Map.of("a2", 3, "b1", 3, "b2", 3));
        pool.up("a1");
        assertThat(pool.spread(8)).isEqualTo(Map.of("a1", 4, "a2", 4));
    }

    @Test
    void oneServerIsEnoughUnlessAMinimumIsSaid() {
        TestPool pool = tiers(1);
        pool.down("a1");
        assertThat(pool.spread(4)).isEqualTo(Map.of("a2", 4));
        pool.down("a2");
        assertThat(pool.spread(4)).isEqualTo(Map.of("b1", 2, "b2", 2));
    }

    @Test
    void asManyTiersJoinAsAreNeeded() {
        TestPool pool = tiers(4);
        assertThat(pool.spread(8)).isEqualTo(Map.of("a1", 2, "a2", 2, "b1", 2, "b2", 2));
        pool.down("b1");
        assertThat(pool.spread(8)).isEqualTo(Map.of("a1", 2, "a2", 2, "b2", 2, "c1", 2));
        pool.down("a1");
        assertThat(pool.spread(6))
                .as("fewer than the minimum is better than backups")
                .isEqualTo(Map.of("a2", 2, "b2", 2, "c1", 2));
    }

    @Test
    void backupsComeWhenEveryTierIsGone() {
        TestPool pool = tiers(2);
        for (String name : new String[] {"a1", "a2", "b1", "b2"}) {
            pool.down(name);
        }
        assertThat(pool.spread(2)).isEqualTo(Map.of("c1", 2));
        pool.down("c1");
        assertThat(pool.spread(2)).isEqualTo(Map.of("spare", 2));
        pool.up("b2");
        assertThat(pool.spread(2)).isEqualTo(Map.of("b2", 2));
    }

    @Test
    void aRequestThatTriedATierInVainGetsTheNext() {
        Destination choice = tiers(1).pool.destination(FakeFacts.get("/"));
        StringBuilder names = new StringBuilder();
        for (int attempt = 0; attempt < 6; attempt++) {
            names.append(choice.next().name()).append(' ');
        }
        assertThat(names.toString().trim()).isEqualTo("a1 a2 b1 b2 c1 spare");
        assertThat(choice.next()).isNull();
    }

    @Test
    void aServerTheOperatorTookOutDoesNotCountAsActive() {
        TestPool pool = tiers(2);
        pool.pool.order(pool.named("a1"), Order.DRAIN, "a test");
        assertThat(pool.spread(9)).isEqualTo(Map.of("a2", 3, "b1", 3, "b2", 3));
        pool.pool.order(pool.named("a1"), Order.READY, "a test");
        pool.pool.weight(pool.named("a2"), 0);
        assertThat(pool.spread(9)).isEqualTo(Map.of("a1", 3, "b1", 3, "b2", 3));
    }

    @Test
    void aHashAcrossTiersIsTheSameOnEveryNode() {
        SpreadingConfig spreading =
                new SpreadingConfig(
                        Optional.of(
                                new Hash(
                                        new HashKey.Source(false),
                                        Method.MAGLEV,
                                        Optional.empty())),
                        Optional.empty(),
                        2,
                        Limits.DEFAULTS);
        BackendConfig.Server[] servers = {
            TestPool.tiered("a1", 1), TestPool.tiered("a2", 1), TestPool.tiered("b1", 2)
        };
        TestPool here = TestPool.of(Balance.HASH, spreading, servers);
        TestPool there = TestPool.of(Balance.HASH, spreading, servers);
        for (int client = 0; client < 500; client++) {
            assertThat(here.pick(TestPool.client(client))).startsWith("a");
        }
        here.down("a1");
        there.down("a1");
        int helped = 0;
        for (int client = 0; client < 500; client++) {
            String server = here.pick(TestPool.client(client));
            assertThat(there.pick(TestPool.client(client))).isEqualTo(server);
            helped += server.equals("b1") ? 1 : 0;
        }
        assertThat(helped).isBetween(150, 350);
    }
}
