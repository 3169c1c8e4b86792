package proa.node.overrides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import proa.node.balance.Order;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What was asked of servers, merged. */
class RegistersTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final List<Order> ORDERS = List.of(Order.READY, Order.DRAIN, Order.MAINTENANCE);
    private static final int HISTORIES = 300;
    private static final int NODES = 3;
    private static final int STEPS = 40;

    private static ServerOverride override(
            String server, Order order, Integer weight, String node, Instant since) {
        return new ServerOverride(
                new ServerOverride.Name("shop", server),
                order,
                Optional.ofNullable(weight),
                1,
                "anna",
                node,
                since,
                Optional.empty());
    }

    private static ServerOverride drain(String server, String node, Instant since) {
        return override(server, Order.DRAIN, null, node, since);
    }

    private static ServerOverride until(ServerOverride override, Instant end) {
        return new ServerOverride(
                override.of(),
                override.order(),
                override.weight(),
                override.fileWeight(),
                override.by(),
                override.node(),
                override.since(),
                Optional.of(end));
    }

    /** Nodes whose clocks differ ask for things and hear of each other, in any order. */
    private static List<Registers> history(Random random) {
        List<Registers> nodes = new ArrayList<>(Collections.nCopies(NODES, Registers.EMPTY));
        List<Duration> ahead =
                nodes.stream().map(_ -> Duration.ofMillis(random.nextInt(-2_000, 2_000))).toList();
        Instant now = NOW;
        for (int step = 0; step < STEPS; step++) {
            now = now.plusMillis(random.nextInt(3)); // often at the same time
            int node = random.nextInt(NODES);
            Registers own = nodes.get(node);
            if (random.nextInt(3) == 0) {
                nodes.set(node, own.merge(nodes.get(random.nextInt(NODES))));
            } else {
                ServerOverride asked =
                        override(
                                "s" + random.nextInt(4),
                                ORDERS.get(random.nextInt(ORDERS.size())),
                                random.nextBoolean() ? random.nextInt(3) : null,
                                "lb" + node,
                                own.next(now.plus(ahead.get(node))));
                Registers after = own.with(asked);
                assertThat(after.of(asked.of())).as("who asks last wins").contains(asked);
                nodes.set(node, after);
            }
        }
        return nodes;
    }

    @Test
    void theOrderOfMergingMakesNoDifferenceAndMergingTwiceNeither() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            List<Registers> nodes = history(new Random(seed));
            Registers a = nodes.get(0);
            Registers b = nodes.get(1);
            Registers c = nodes.get(2);
            assertThat(a.merge(b)).as("seed %d", seed).isEqualTo(b.merge(a));
            assertThat(a.merge(b).merge(c)).as("seed %d", seed).isEqualTo(a.merge(b.merge(c)));
            assertThat(a.merge(a)).as("seed %d", seed).isEqualTo(a);
            assertThat(a.merge(b).merge(b)).as("seed %d", seed).isEqualTo(a.merge(b));
            Registers all = a.merge(b).merge(c);
            for (Registers one : nodes) {
                for (ServerOverride each : one.all()) {
                    assertThat(all.of(each.of()).orElseThrow().since())
                            .as("seed %d", seed)
                            .isAfterOrEqualTo(each.since());
                }
            }
        }
    }

    @Test
    void trimmingIsTheSameBeforeAndAfterMerging() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            List<Registers> nodes = history(new Random(seed));
            Registers a = nodes.get(0);
            Registers b = nodes.get(1);
            assertThat(a.trimmed(NOW).merge(b.trimmed(NOW)).trimmed(NOW))
                    .as("seed %d", seed)
                    .isEqualTo(a.merge(b).trimmed(NOW));
        }
    }

    @Test
    void ofTwoAtTheSameTimeTheOneOfTheLaterNameWins() {
        Registers one = Registers.EMPTY.with(drain("s0", "lb1", NOW));
        Registers other = Registers.EMPTY.with(override("s0", Order.MAINTENANCE, null, "lb2", NOW));
        assertThat(one.merge(other)).isEqualTo(other);
        assertThat(other.merge(one)).isEqualTo(other);
    }

    @Test
    void aClockThatIsBehindDoesNotLose() {
        Registers known = Registers.EMPTY.with(drain("s0", "lb2", NOW.plusSeconds(3_600)));
        Instant next = known.next(NOW);
        assertThat(next).isEqualTo(NOW.plusSeconds(3_600).plusMillis(1));
        assertThat(known.with(override("s0", Order.READY, null, "lb1", next)).all())
                .singleElement()
                .satisfies(each -> assertThat(each.asks(NOW)).isFalse());
        assertThat(Registers.EMPTY.next(NOW)).isEqualTo(NOW);
        Registers last = known.with(drain("s1", "lb2", ServerOverride.SINCE_MAX));
        assertThat(last.next(NOW)).isEqualTo(ServerOverride.SINCE_MAX);
    }

    @Test
    void whatHasAnEndCountsUntilThen() {
        ServerOverride some = until(drain("s0", "lb1", NOW), NOW.plusSeconds(60));
        assertThat(some.inForce(1, NOW.plusSeconds(60).minusNanos(1))).contains(some);
        assertThat(some.inForce(1, NOW.plusSeconds(60))).isEmpty();
        assertThat(some.text()).isEqualTo("drain by anna on lb1 until 2026-03-01T12:01:00Z");
    }

    @Test
    void anOrderAndAWeightEndEachAtItsOwnTime() {
        Instant soon = NOW.plusSeconds(60);
        ServerOverride weightEnds =
                ends(override("s0", Order.MAINTENANCE, 5, "lb1", NOW), null, soon);
        assertThat(weightEnds.text())
                .isEqualTo(
                        "maintenance, weight 5 instead of 1 until 2026-03-01T12:01:00Z by anna on"
                                + " lb1");
        assertThat(weightEnds.inForce(1, soon.minusNanos(1))).contains(weightEnds);
        assertThat(weightEnds.inForce(1, soon))
                .contains(override("s0", Order.MAINTENANCE, null, "lb1", NOW));
        assertThat(weightEnds.isOver(soon)).isFalse();
        ServerOverride orderEnds =
                ends(override("s0", Order.MAINTENANCE, 5, "lb1", NOW), soon, null);
        assertThat(orderEnds.text())
                .isEqualTo(
                        "maintenance until 2026-03-01T12:01:00Z, weight 5 instead of 1 by anna on"
                                + " lb1");
        assertThat(orderEnds.inForce(1, soon)).contains(override("s0", Order.READY, 5, "lb1", NOW));
        assertThat(orderEnds.asks(soon)).isTrue();
    }

    private static ServerOverride ends(ServerOverride override, Instant order, Instant weight) {
        return new ServerOverride(
                override.of(),
                override.order(),
                override.weight(),
                override.fileWeight(),
                override.by(),
                override.node(),
                override.since(),
                Optional.ofNullable(order),
                Optional.ofNullable(weight));
    }

    @Test
    void aWeightCountsAsLongAsTheFileSaysWhatItSaidThen() {
        ServerOverride weight = override("s0", Order.READY, 5, "lb1", NOW);
        assertThat(weight.inForce(1, NOW)).contains(weight);
        assertThat(weight.inForce(2, NOW)).isEmpty();
        ServerOverride both = override("s0", Order.DRAIN, 5, "lb1", NOW);
        assertThat(both.inForce(2, NOW)).contains(drain("s0", "lb1", NOW));
    }

    @Test
    void whatWasTakenBackIsRememberedForAWhileAndToALimit() {
        Registers back =
                Registers.EMPTY
                        .with(override("old", Order.READY, null, "lb1", NOW))
                        .with(until(drain("over", "lb1", NOW), NOW.plusSeconds(60)))
                        .with(drain("lasting", "lb1", NOW));
        Instant later = NOW.plus(Registers.TAKEN_BACK_KEPT);
        assertThat(back.trimmed(later.minusMillis(1))).isEqualTo(back);
        assertThat(servers(back.trimmed(later))).containsExactly("lasting", "over");
        assertThat(servers(back.trimmed(later.plusSeconds(60)))).containsExactly("lasting");

        Registers many = back;
        for (int server = 0; server < Registers.TAKEN_BACK_MAX; server++) {
            Instant since = NOW.plusSeconds(1_000 + server);
            many = many.with(override("s" + server, Order.READY, null, "lb1", since));
        }
        Registers trimmed = many.trimmed(NOW.plusSeconds(5_000));
        assertThat(trimmed.all()).hasSize(Registers.TAKEN_BACK_MAX + 1);
        assertThat(servers(trimmed)).contains("lasting", "s0").doesNotContain("old", "over");
    }

    private static List<String> servers(Registers registers) {
        return registers.all().stream().map(each -> each.of().server()).toList();
    }

    @Test
    void thereIsRoomForSoManyServers() {
        List<ServerOverride> asked = new ArrayList<>();
        for (int server = 0; server < Registers.ASKED_MAX; server++) {
            asked.add(drain("s" + server, "lb1", NOW.plusMillis(server)));
        }
        Registers full = Registers.of(asked);
        assertThat(full.takes(drain("more", "lb1", NOW), NOW)).isFalse();
        assertThat(full.takes(override("s7", Order.MAINTENANCE, null, "lb1", NOW), NOW)).isTrue();
        assertThat(full.takes(override("more", Order.READY, null, "lb1", NOW), NOW)).isTrue();
        Registers union = full.with(drain("more", "lb2", NOW.plusSeconds(3_600)));
        assertThat(servers(union.trimmed(NOW)))
                .hasSize(Registers.ASKED_MAX)
                .contains("more")
                .doesNotContain("s0");
    }

    @Test
    void whatNobodyCanHaveAskedIsRefused() {
        assertThatThrownBy(() -> override("s0", Order.READY, 257, "lb1", NOW))
                .hasMessage("shop/s0 has weight 257");
        assertThatThrownBy(() -> drain("s0", "lb1", ServerOverride.SINCE_MAX.plusSeconds(1)))
                .hasMessageContaining("shop/s0 is changed at ");
        assertThatThrownBy(() -> drain("s".repeat(600), "lb1", NOW))
                .hasMessage("the name of a server has 600 characters");
    }
}
