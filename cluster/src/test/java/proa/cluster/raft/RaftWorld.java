package proa.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Three members, their disks and the wire between them in simulated time, with messages late, twice
 * or never, members that die before or after their disk has written, cuts, and disks that are lost
 * one at a time. After every step it is checked that what was committed once is what everybody has
 * committed there, that no term has two leaders, that no disk goes back, and that no confirmed read
 * misses what was committed before it was begun.
 */
final class RaftWorld {

    private static final RaftPace PACE = RaftPace.ofMillis(50, 200, 400);
    private static final long MILLI = 1_000_000;
    private static final int COMPACT_EVERY = 40;

    private final Random random;
    private final Map<Integer, Node> nodes = new HashMap<>();
    private final PriorityQueue<Arrival> wire =
            new PriorityQueue<>((one, other) -> Long.compare(one.nanos, other.nanos));
    private final Map<Long, RaftEntry> committed = new HashMap<>();
    private final Map<Long, Integer> leaders = new HashMap<>();
    private long nanos = 1;
    private long committedMax;
    private int proposals;
    int reads;

    /** In thousandths: of messages that are lost. */
    int loss;

    private record Arrival(long nanos, int from, int to, byte[] bytes) {}

    private record Read(long question, long committedBefore) {}

    /** A member and its disk. */
    final class Node {
        final int id;
        boolean up;
        boolean cut;
        private Raft raft;
        private RaftState.Vote vote = RaftState.EMPTY.vote();
        private RaftSnapshot snapshot = RaftState.NO_SNAPSHOT;
        private List<RaftEntry> entries = new ArrayList<>();
        private long applied;
        private final List<Read> asked = new ArrayList<>();

        Node(int id) {
            this.id = id;
        }

        void start() {
            List<Integer> others = Stream.of(1, 2, 3).filter(each -> each != id).toList();
            raft =
                    new Raft(
                            id,
                            others,
                            PACE,
                            new Random(random.nextLong()),
                            new RaftState(vote, snapshot, entries),
                            nanos);
            applied = snapshot.index();
            asked.clear();
            up = true;
        }

        void die() {
            up = false;
        }

        void loseDisk() {
            up = false;
            vote = RaftState.EMPTY.vote();
            snapshot = RaftState.NO_SNAPSHOT;
            entries = new ArrayList<>();
        }

        Raft raft() {
            return raft;
        }

        private void step() {
            RaftWork work = raft.take();
            long last = raft.last();
            if (work.writes() && random.nextInt(2_000) == 0 && mayDie) {
                die();
                return;
            }
            write(work);
            if (random.nextInt(5_000) == 0 && mayDie) {
                die();
                return;
            }
            raft.written(last);
            work.send().forEach(sent -> send(id, sent));
            apply();
            asked.removeIf(this::answered);
            if (applied > snapshot.index() + COMPACT_EVERY) {
                compact();
            }
        }

        private void write(RaftWork work) {
            if (work.vote() != null) {
                assertThat(work.vote().term()).isGreaterThanOrEqualTo(vote.term());
                if (work.vote().term() == vote.term() && vote.votedFor() != 0) {
                    assertThat(work.vote().votedFor()).isEqualTo(vote.votedFor());
                }
                vote = work.vote();
            }
            if (work.install() != null) {
                snapshot = work.install();
                entries = new ArrayList<>();
            }
            if (work.cutFrom() != 0) {
                entries.removeIf(entry -> entry.index() >= work.cutFrom());
            }
            for (RaftEntry entry : work.append()) {
                assertThat(entry.index()).isEqualTo(snapshot.index() + entries.size() + 1);
                entries.add(entry);
            }
        }

        private void apply() {
            if (raft.snapshotIndex() > applied) {
                applied = raft.snapshotIndex();
            }
            while (applied < raft.commit()) {
                RaftEntry entry = raft.entry(++applied);
                RaftEntry before = committed.putIfAbsent(entry.index(), entry);
                if (before != null) {
                    assertThat(entry.term()).as("entry %d", entry.index()).isEqualTo(before.term());
                    assertThat(entry.command()).isEqualTo(before.command());
                }
                committedMax = Math.max(committedMax, entry.index());
            }
            if (raft.role() == Raft.Role.LEADER) {
                Integer other = leaders.putIfAbsent(raft.term(), id);
                assertThat(other).as("leader of %d", raft.term()).isIn(null, id);
            }
        }

        private boolean answered(Read read) {
            if (raft.role() != Raft.Role.LEADER) {
                return true;
            }
            if (!raft.confirmed(read.question)) {
                return false;
            }
            assertThat(applied).as("a read").isGreaterThanOrEqualTo(read.committedBefore);
            reads++;
            return true;
        }

        private void compact() {
            byte[] made = Arrays.copyOf(Long.toString(applied).getBytes(UTF_8), 300_000);
            RaftWork.Installed taken = new RaftWork.Installed(applied, raft.termOf(applied), made);
            int gone = (int) (applied - snapshot.index());
            entries = new ArrayList<>(entries.subList(gone, entries.size()));
            snapshot = taken;
            raft.compact(taken);
        }
    }

    /** Whether members die by themselves. */
    boolean mayDie;

    RaftWorld(long seed) {
        random = new Random(seed);
        for (int id = 1; id <= 3; id++) {
            nodes.put(id, new Node(id));
            nodes.get(id).start();
        }
    }

    Node node(int id) {
        return nodes.get(id);
    }

    List<Node> all() {
        return List.copyOf(nodes.values());
    }

    long committedMax() {
        return committedMax;
    }

    private void send(int from, RaftWork.Sent sent) {
        boolean lost =
                nodes.get(from).cut || nodes.get(sent.to()).cut || random.nextInt(1_000) < loss;
        if (lost) {
            return;
        }
        byte[] bytes = sent.message().encode();
        int copies = loss > 0 && random.nextInt(50) == 0 ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            long late = random.nextInt(100) == 0 ? 500 * MILLI : 3 * MILLI;
            wire.add(new Arrival(nanos + 1 + random.nextLong(late), from, sent.to(), bytes));
        }
    }

    /** Lets so much time go by, with changes and reads all the time. */
    void run(long millis) {
        long until = nanos + millis * MILLI;
        while (nanos < until) {
            nanos += MILLI;
            while (!wire.isEmpty() && wire.peek().nanos <= nanos) {
                Arrival arrival = wire.poll();
                Node to = nodes.get(arrival.to);
                if (to.up && !to.cut) {
                    to.raft.receive(arrival.from, RaftMessage.decode(arrival.bytes), nanos);
                    if (random.nextInt(3) == 0) {
                        to.step();
                    }
                }
            }
            for (Node node : nodes.values()) {
                if (node.up) {
                    turn(node);
                }
            }
        }
    }

    private void turn(Node node) {
        if (nanos - node.raft.wakeNanos() >= 0) {
            node.raft.tick(nanos);
        }
        if (node.raft.role() == Raft.Role.LEADER) {
            if (random.nextInt(4) == 0) {
                node.raft.propose(("change " + proposals++).getBytes(UTF_8));
            }
            if (random.nextInt(4) == 0) {
                node.asked.add(new Read(node.raft.question(), committedMax));
            }
        }
        node.step();
    }

    /** Until somebody leads and something new is committed; at most so long. */
    void awaitProgress(long millis) {
        long before = committedMax;
        long until = nanos + millis * MILLI;
        while (committedMax <= before + 2) {
            assertThat(nanos).as("something is committed").isLessThan(until);
            run(10);
        }
    }

    /** Until every member has what is committed. */
    void awaitEqual(long millis) {
        long until = nanos + millis * MILLI;
        Set<Long> ends = new HashSet<>();
        do {
            assertThat(nanos).as("all have everything").isLessThan(until);
            run(10);
            long target = committedMax;
            ends.clear();
            for (Node node : nodes.values()) {
                ends.add(target - node.applied > 20 || node.raft.fresh() ? 1L : 0L);
            }
        } while (ends.contains(1L));
    }
}
