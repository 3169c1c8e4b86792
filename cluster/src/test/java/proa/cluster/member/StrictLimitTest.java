package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import proa.cluster.replication.Loans;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A strict limit over nodes whose messages are lost, doubled, late and cut off, and whose clocks
 * have nothing in common: after every request, no window of that length has more than the limit.
 */
class StrictLimitTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final long WINDOW = 10 * SECOND;
    private static final int SEEDS = 60;
    private static final TableKey CLIENT = new TableKey(0, 1);

    private final PriorityQueue<Event> queue =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final Deque<Long> admitted = new ArrayDeque<>();
    private long now;
    private long order;

    private record Event(long at, long order, Runnable action) {}

    static List<Long> seeds() {
        return new Random(815).longs(SEEDS).boxed().toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void isNeverExceededWhateverTheNetworkDoes(long seed) {
        Random random = new Random(seed);
        int size = List.of(2, 3, 7).get(random.nextInt(3));
        int limit = size + random.nextInt(200);
        List<Node> nodes = nodes(size, limit, random);
        long end = 60 * SECOND;
        for (long at = 0; at < end; at += pause(random)) {
            // Most requests come to one node for a while, then to another.
            int favourite = (int) (at / (7 * SECOND)) % size;
            int to = random.nextInt(3) > 0 ? favourite : random.nextInt(size);
            at(at, () -> request(nodes.get(to), limit));
        }
        for (long at = 0; at < end; at += 3 * SECOND) {
            at(at, () -> nodes.forEach(node -> node.side = random.nextInt(4) == 0 ? 1 : 0));
        }
        run();
        assertThat(nodes.stream().mapToLong(node -> node.count).sum())
                .as("of %d in 60 s with a limit of %d in 10 s", limit * 6, limit)
                .isGreaterThan(limit);
    }

    /** What one node's clients alone may use of the limit, because the others lend it theirs. */
    @Test
    void clientsOfOneNodeGetNearlyTheWholeLimit() {
        Random random = new Random(3);
        List<Node> nodes = nodes(3, 300, random);
        nodes.forEach(node -> node.lossless = true);
        for (long at = 0; at < 60 * SECOND; at += 5 * MILLI) {
            at(at, () -> request(nodes.get(1), 300));
        }
        run();
        long perWindow = nodes.get(1).count / 6;
        System.out.printf("strict, one node of three, 300 in 10 s: %d in 10 s%n", perWindow);
        assertThat(perWindow).isBetween(200L, 300L);
    }

    /** A few requests at a human pace, all to a node that has one of them as its own. */
    @Test
    void aSlowClientOfOneNodeIsNotRefusedWithinItsLimit() {
        List<Node> nodes = nodes(3, 5, new Random(4));
        nodes.forEach(node -> node.lossless = true);
        for (int n = 0; n < 5; n++) {
            at((1 + 2L * n) * SECOND, () -> request(nodes.get(2), 5));
        }
        run();
        assertThat(nodes.get(2).count).isEqualTo(5);
    }

    /** What was lent and not used is the lender's again only when it can no longer be used. */
    @Test
    void aLoanIsNotGoodAnyMoreWhenItsLenderAdmitsAgain() {
        List<Node> nodes = nodes(2, 2, new Random(5));
        nodes.forEach(node -> node.lossless = true);
        at(SECOND, () -> request(nodes.get(1), 2));
        for (long at = 2 * SECOND; at < 40 * SECOND; at += SECOND / 2) {
            at(at, () -> request(nodes.get(0), 2));
        }
        for (long at = 6 * SECOND; at < 40 * SECOND; at += SECOND) {
            at(at, () -> request(nodes.get(1), 2));
        }
        run();
        assertThat(nodes.get(0).count + nodes.get(1).count).isBetween(4L, 8L);
    }

    @Test
    void sharesAddUpToTheLimit() {
        for (int nodes = 1; nodes <= 7; nodes++) {
            for (long limit = 1; limit < 100; limit++) {
                long sum = 0;
                for (int rank = 0; rank < nodes; rank++) {
                    sum += StrictLimit.share(limit, nodes, rank);
                }
                assertThat(sum).isEqualTo(limit);
            }
        }
    }

    /** Mostly none, so that shares are used up; now and then long enough for a loan to grow old. */
    private static long pause(Random random) {
        return random.nextInt(100) == 0
                ? random.nextLong(3 * SECOND)
                : random.nextLong(1, 40 * MILLI);
    }

    private void request(Node node, int limit) {
        if (node.limiter.admit(CLIENT) == Limiter.REFUSED) {
            return;
        }
        node.count++;
        admitted.add(now);
        while (now - admitted.getFirst() >= WINDOW) {
            admitted.removeFirst();
        }
        assertThat(admitted).as("at %d ms", now / MILLI).hasSizeLessThanOrEqualTo(limit);
    }

    private List<Node> nodes(int size, int limit, Random random) {
        List<Node> nodes = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            nodes.add(new Node(rank, size, limit, random, nodes));
        }
        return nodes;
    }

    private void at(long when, Runnable action) {
        queue.add(new Event(when, order++, action));
    }

    private void run() {
        while (!queue.isEmpty()) {
            Event next = queue.remove();
            now = next.at();
            next.action().run();
        }
    }

    /** One node: its table, its clock, and a network that does anything. */
    private final class Node implements StrictLimit.Asking {
        private final int rank;
        private final int size;
        private final long offset;
        private final Random random;
        private final List<Node> all;
        private final StrictLimit limiter;
        private int side;
        private boolean lossless;
        private long count;

        Node(int rank, int size, int limit, Random random, List<Node> all) {
            this.rank = rank;
            this.size = size;
            this.random = random;
            this.all = all;
            this.offset = random.nextLong(-1L << 50, 1L << 50);
            GuardedTable table =
                    new GuardedTable(
                            new TableShape("t", 60 * SECOND, 1_000, WINDOW),
                            new Origin(rank + 1, 1),
                            WallTime.at(0, clock()),
                            5,
                            new long[] {Long.MAX_VALUE},
                            new Changes(1_000, () -> {}),
                            this::clock);
            Limit strict = new Limit("t", "requests", limit, Limit.Mode.STRICT);
            limiter = new StrictLimit(table, strict, size, rank, this);
        }

        private long clock() {
            return now + offset;
        }

        @Override
        public int[] members() {
            return java.util.stream.IntStream.range(0, size).filter(n -> n != rank).toArray();
        }

        @Override
        public boolean informed(long windowNanos, long nowNanos) {
            return true;
        }

        @Override
        public void ask(int member, Loans.Of of, long wanted, long asked) {
            Node lender = all.get(member);
            carry(
                    lender,
                    () -> {
                        long given = lender.limiter.lend(of.key(), wanted);
                        lender.carry(this, () -> limiter.lent(of.key(), asked, given));
                    });
        }

        private void carry(Node to, Runnable delivery) {
            boolean cut = side != to.side;
            if (!lossless && (cut || random.nextInt(10) == 0)) {
                return;
            }
            boolean late = !lossless && random.nextInt(20) == 0;
            at(now + random.nextLong(MILLI, late ? 5 * SECOND : 10 * MILLI), delivery);
        }
    }

    @Test
    void anAnswerThatComesTwiceWouldBeTooMuchSoItCountsOnce() {
        long[] clock = {0};
        List<Long> asked = new ArrayList<>();
        StrictLimit limiter =
                new StrictLimit(
                        new GuardedTable(
                                new TableShape("t", 60 * SECOND, 1_000, WINDOW),
                                new Origin(1, 1),
                                WallTime.at(0, 0),
                                5,
                                new long[] {Long.MAX_VALUE},
                                new Changes(1_000, () -> {}),
                                () -> clock[0]),
                        new Limit("t", "requests", 2, Limit.Mode.STRICT),
                        2,
                        0,
                        new StrictLimit.Asking() {
                            @Override
                            public int[] members() {
                                return new int[] {2};
                            }

                            @Override
                            public boolean informed(long windowNanos, long nowNanos) {
                                return true;
                            }

                            @Override
                            public void ask(int member, Loans.Of of, long wanted, long nowNanos) {
                                asked.add(nowNanos);
                            }
                        });
        assertThat(limiter.admit(CLIENT)).isZero();
        assertThat(asked).hasSize(1);
        limiter.lent(CLIENT, asked.getFirst(), 1);
        limiter.lent(CLIENT, asked.getFirst(), 1);
        long[] answers = {limiter.admit(CLIENT), limiter.admit(CLIENT)};
        assertThat(Arrays.stream(answers).filter(answer -> answer >= 0).count()).isEqualTo(1);
    }
}
