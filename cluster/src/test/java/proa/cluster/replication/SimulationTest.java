package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;

import java.util.List;
import java.util.Random;

/** Thousands of seconds of trouble, then quiet: everybody knows the same and nothing is lost. */
class SimulationTest {

    private static final int SEEDS = 30;
    private static final int ROUNDS = 4;
    private static final long CHAOS = 2 * Simulation.SECOND;

    /** Two hellos, some retries, and a view. */
    private static final long QUIET = 5 * Simulation.SECOND;

    /** An entry may outlive its time by the slack, and by what messages need. */
    private static final long SLACK = 400 * Simulation.MILLI;

    /** A log so short that it is overrun and everything has to be fetched in small pages. */
    private static final Limits SHORT_LOG =
            new Limits(
                    5 * Simulation.MILLI,
                    Simulation.MILLI,
                    10,
                    Simulation.SECOND,
                    100 * Simulation.MILLI,
                    5,
                    7,
                    300);

    static List<Long> seeds() {
        return new Random(4_711).longs(SEEDS).boxed().toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void afterTroubleAllNodesAgreeAndNoHitIsLost(long seed) {
        int size = seed % 2 == 0 ? 2 : 3;
        run(seed, new Simulation(seed, size, Limits.DEFAULTS));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theSameWhenTheLogIsOverrun(long seed) {
        run(seed, new Simulation(seed, 3, SHORT_LOG));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14})
    void theSameWithSevenNodes(long seed) {
        // With pages of seven records a node that has to take everything needs its time.
        Limits limits = seed % 2 == 0 ? Limits.DEFAULTS : SHORT_LOG;
        run(seed, new Simulation(seed, 7, limits), 3 * QUIET);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aNodeIsCompleteHoweverOftenItIsStartedAgain(long seed) {
        Simulation simulation =
                new Simulation(seed, 3, seed % 2 == 0 ? Limits.DEFAULTS : SHORT_LOG);
        for (int life = 1; life <= 2 * Origins.LIVES_MAX; life++) {
            simulation.chaos(CHAOS);
            simulation.heal(QUIET);
            simulation.start(1);
            simulation.heal(QUIET);
            check("seed " + seed + " life " + life, simulation);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23, 24, 25})
    void aNodeThatDiesInTheMiddleTakesItsConnectionsWithIt(long seed) {
        Simulation simulation = new Simulation(seed, 3, Limits.DEFAULTS);
        for (int life = 0; life < ROUNDS; life++) {
            simulation.chaos(CHAOS);
            simulation.start(1 + life % 3);
            simulation.chaos(CHAOS);
            simulation.heal(QUIET);
            for (SimulatedNode node : simulation.nodes()) {
                for (int number = 0; number < Simulation.KEYS; number++) {
                    TableKey key = Simulation.key(number);
                    assertThat(
                                    node.table(Simulation.RICH)
                                            .current(
                                                    key,
                                                    Simulation.CONNECTIONS,
                                                    node.now(simulation.now())))
                            .as("seed %d life %d %s", seed, life, key)
                            .isEqualTo(simulation.openNow(key));
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatAnOriginCountsAfterItsClockStoodIsCountedEverywhere(long seed) {
        Simulation simulation = new Simulation(seed, 3, Limits.DEFAULTS);
        TableKey before = Simulation.key(Simulation.KEYS);
        for (int n = 0; n < 50; n++) {
            simulation.hit(1, before, 100 * Simulation.MILLI);
        }
        simulation.pause(1, 10_000 * Simulation.SECOND);
        TableKey after = Simulation.key(0);
        for (int n = 0; n < 110; n++) {
            simulation.hit(1, after, 100 * Simulation.MILLI);
        }
        simulation.heal(QUIET);
        check("seed " + seed, simulation);
    }

    private static void run(long seed, Simulation simulation) {
        run(seed, simulation, QUIET);
    }

    private static void run(long seed, Simulation simulation, long quiet) {
        for (int round = 0; round < ROUNDS; round++) {
            simulation.chaos(CHAOS);
            simulation.heal(quiet);
            check("seed " + seed + " round " + round, simulation);
            // Everything is everywhere, so a node that starts anew must get it back from the
            // others.
            simulation.start(1 + round % 2);
            simulation.heal(quiet);
            check("seed " + seed + " round " + round + " after a restart", simulation);
        }
    }

    private static void check(String when, Simulation simulation) {
        SimulatedNode first = simulation.nodes().iterator().next();
        for (SimulatedNode node : simulation.nodes()) {
            long now = simulation.now();
            String where = when + " node " + node.origin.node();
            assertThat(node.replicator.synchronised()).as(where).isTrue();
            for (int table : List.of(Simulation.PINS, Simulation.CROWDED)) {
                assertThat(node.sticky(table, now)).as(where).isEqualTo(first.sticky(table, now));
            }
            for (int number = 0; number < Simulation.KEYS; number++) {
                TableKey key = Simulation.key(number);
                assertThat(node.table(Simulation.COUNTS).rate(key, node.now(now)))
                        .as(where + " key " + number)
                        .isEqualTo(simulation.hits.getOrDefault(key, 0L));
                checkRich(where, key, simulation, node, first);
                checkNotResurrected(where, key, simulation, node);
            }
        }
    }

    private static void checkRich(
            String where,
            TableKey key,
            Simulation simulation,
            SimulatedNode node,
            SimulatedNode first) {
        Table table = node.table(Simulation.RICH);
        String what = where + " key " + key;
        assertThat(table.current(key, Simulation.CONNECTIONS, node.now(simulation.now())))
                .as(what + " open connections")
                .isEqualTo(simulation.openNow(key));
        assertThat(
                        node.table(Simulation.BRIEF)
                                .current(key, Simulation.CONNECTIONS, node.now(simulation.now())))
                .as(what + " open connections in a table that forgets soon")
                .isEqualTo(simulation.openNow(key));
        assertThat(table.total(key, Simulation.CONNECTIONS))
                .as(what + " connections")
                .isEqualTo(simulation.opened.getOrDefault(key, 0L));
        assertThat(table.total(key, Simulation.BYTES))
                .as(what + " bytes")
                .isEqualTo(simulation.bytes.getOrDefault(key, 0L));
        assertThat(table.tag(key, 0))
                .as(what + " tag")
                .isEqualTo(first.table(Simulation.RICH).tag(key, 0));
    }

    private static void checkNotResurrected(
            String where, TableKey key, Simulation simulation, SimulatedNode node) {
        long now = simulation.now();
        if (simulation.removed.contains(key)) {
            assertThat(node.sticky(Simulation.PINS, now).get(key))
                    .as(where + " removed " + key)
                    .satisfies(pin -> assertThat(pin == null || pin.get(3) == null).isTrue());
        }
        if (node.sticky(Simulation.SHORT_LIVED, now).containsKey(key)) {
            assertThat(now - simulation.lastUse.getOrDefault(key, Long.MIN_VALUE / 2))
                    .as(where + " expired " + key)
                    .isLessThan(Simulation.SHORT_NANOS + SLACK);
        }
    }
}
