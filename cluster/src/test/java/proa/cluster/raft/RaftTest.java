package proa.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

class RaftTest {

    private static final long SOON_MILLIS = 5_000;

    @Test
    void threeEmptyMembersBeginAndAgree() {
        RaftWorld world = new RaftWorld(1);
        world.awaitProgress(SOON_MILLIS);
        world.awaitEqual(SOON_MILLIS);
        assertThat(world.all()).noneMatch(node -> node.raft().fresh());
        assertThat(world.all().stream().filter(node -> node.raft().role() == Raft.Role.LEADER))
                .hasSize(1);
        assertThat(world.reads).isPositive();
    }

    @Test
    void twoOfThreeEmptyMembersBeginNothing() {
        RaftWorld world = new RaftWorld(2);
        world.node(3).die();
        world.run(10_000);
        assertThat(world.committedMax()).isZero();
        world.node(3).start();
        world.awaitProgress(SOON_MILLIS);
    }

    @Test
    void aMinorityCommitsNothingAndConfirmsNothing() {
        RaftWorld world = new RaftWorld(3);
        world.awaitProgress(SOON_MILLIS);
        world.node(1).die();
        world.node(2).die();
        world.run(1_000);
        long committed = world.committedMax();
        int reads = world.reads;
        world.run(10_000);
        assertThat(world.committedMax()).isEqualTo(committed);
        assertThat(world.reads).isEqualTo(reads);
        world.node(1).start();
        world.awaitProgress(SOON_MILLIS);
    }

    @Test
    void whoHasLostItsDiskHasNoVoteUntilItHasCaughtUp() {
        RaftWorld world = new RaftWorld(4);
        world.awaitProgress(SOON_MILLIS);
        world.awaitEqual(SOON_MILLIS);
        world.node(1).loseDisk();
        world.node(2).die();
        world.node(1).start();
        world.run(1_000);
        long committed = world.committedMax();
        world.run(5_000);
        assertThat(world.committedMax()).as("one with a log is no majority").isEqualTo(committed);
        assertThat(world.node(1).raft().fresh()).isTrue();
        world.node(2).start();
        world.awaitEqual(SOON_MILLIS);
        assertThat(world.node(1).raft().fresh()).isFalse();
        world.node(3).die();
        world.awaitProgress(SOON_MILLIS);
    }

    @Test
    void theFirstLeaderTrustsNoDiskThatWasLostLater() {
        for (long seed = 0; seed < 20; seed++) {
            RaftWorld world = new RaftWorld(seed);
            world.awaitProgress(SOON_MILLIS);
            world.awaitEqual(SOON_MILLIS);
            RaftWorld.Node robbed =
                    world.all().stream()
                            .filter(node -> node.raft().role() != Raft.Role.LEADER)
                            .findFirst()
                            .orElseThrow();
            long term = robbed.raft().term();
            robbed.loseDisk();
            world.run(20);
            robbed.start();
            world.run(2);
            assertThat(robbed.raft().fresh()).isTrue();
            world.awaitEqual(SOON_MILLIS);
            assertThat(robbed.raft().term()).as("the same leader").isEqualTo(term);
        }
    }

    @Test
    void aFounderThatDiesBeforeTheOthersHearOfItBeginsAgain() {
        for (long seed = 0; seed < 200; seed++) {
            RaftWorld world = new RaftWorld(seed);
            world.run(190 + seed * 2 % 230);
            int dies = (int) (seed % 3) + 1;
            world.node(dies).die();
            world.run(seed % 7 * 10);
            world.node(dies).start();
            world.awaitProgress(SOON_MILLIS);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void nothingCommittedIsEverLost(long seed) {
        RaftWorld world = new RaftWorld(seed);
        Random random = new Random(seed);
        world.awaitProgress(SOON_MILLIS);
        world.mayDie = true;
        for (int round = 0; round < 60; round++) {
            world.loss = random.nextInt(4) == 0 ? 200 : random.nextInt(20);
            RaftWorld.Node node = world.node(random.nextInt(3) + 1);
            switch (random.nextInt(5)) {
                case 0 -> node.die();
                case 1 -> node.cut = true;
                case 2 -> world.all().forEach(RaftWorld.Node::die);
                case 3 -> loseOneDisk(world, node);
                default -> {} // goes on as it is
            }
            world.run(random.nextInt(1_500));
            if (random.nextBoolean()) {
                heal(world);
                world.run(random.nextInt(1_000));
            }
        }
        heal(world);
        world.mayDie = false;
        world.loss = 0;
        world.awaitProgress(2 * SOON_MILLIS);
        world.awaitEqual(4 * SOON_MILLIS);
        assertThat(world.reads).isPositive();
    }

    /** Of members that all have everything: two that were lost at once would be too many. */
    private static void loseOneDisk(RaftWorld world, RaftWorld.Node node) {
        heal(world);
        world.mayDie = false;
        world.loss = 0;
        world.awaitEqual(4 * SOON_MILLIS);
        node.loseDisk();
        world.run(300);
        node.start();
        world.mayDie = true;
    }

    private static void heal(RaftWorld world) {
        for (RaftWorld.Node node : world.all()) {
            node.cut = false;
            if (!node.up) {
                node.start();
            }
        }
    }
}
