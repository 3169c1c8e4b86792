package proa.cluster.agreement;

import org.jspecify.annotations.Nullable;

import proa.cluster.agreement.Action.Outcome;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Members in simulated time: messages take their time or are lost, nodes die and come back. */
final class SimulatedMembers {

    static final long MILLI = 1_000_000L;
    private static final long TICK_NANOS = 500 * MILLI;
    private static final long NOTICED_NANOS = 60 * MILLI;

    final Random random;
    final List<String> names = new ArrayList<>();
    final Map<String, Node> nodes = new LinkedHashMap<>();
    final Map<String, Outcome> answers = new HashMap<>();

    /** Every text that was ever taken in, by the number of its version. */
    final Map<Long, Set<String>> taken = new HashMap<>();

    final Set<String> takenTexts = new TreeSet<>();
    final List<String> notes = new ArrayList<>();
    double loss;
    long nowNanos;
    private long order;
    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(
                    Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::order));
    private Set<String> apart = Set.of();

    private record Due(long atNanos, long order, Runnable what) {}

    /** A node; its disk outlives it. */
    static final class Node {
        final String name;
        @Nullable Version disk;
        String hash = "h:first";
        @Nullable Agreement machine;
        int life;
        final Set<String> ready = new TreeSet<>();

        Node(String name) {
            this.name = name;
        }
    }

    SimulatedMembers(long seed, int count) {
        random = new Random(seed);
        for (int id = 1; id <= count; id++) {
            names.add("lb" + id);
        }
        names.forEach(name -> nodes.put(name, new Node(name)));
        names.forEach(this::start);
        run(1_000 * MILLI);
    }

    void at(long delayNanos, Runnable what) {
        queue.add(new Due(nowNanos + delayNanos, order++, what));
    }

    /** Lets time go on. */
    void run(long nanos) {
        long end = nowNanos + nanos;
        while (!queue.isEmpty() && queue.peek().atNanos() <= end) {
            Due due = queue.poll();
            nowNanos = due.atNanos();
            due.what().run();
        }
        nowNanos = end;
    }

    void start(String name) {
        Node node = nodes.get(name);
        node.life++;
        node.ready.clear();
        node.hash = node.disk == null ? "h:first" : "h:" + node.disk.text();
        node.machine = new Agreement(name, names, node.disk, node.hash, nowNanos);
        tick(node, node.life);
        at(NOTICED_NANOS, this::look);
    }

    void kill(String name) {
        nodes.get(name).machine = null;
        at(NOTICED_NANOS, this::look);
    }

    /** Separates these from the others; nobody: all are together again. */
    void separate(Set<String> some) {
        apart = some;
        at(NOTICED_NANOS, this::look);
    }

    boolean together(String one, String other) {
        return apart.contains(one) == apart.contains(other);
    }

    private void look() {
        for (Node node : nodes.values()) {
            Agreement machine = node.machine;
            if (machine != null) {
                List<String> seen =
                        names.stream()
                                .filter(other -> nodes.get(other).machine != null)
                                .filter(other -> together(node.name, other))
                                .toList();
                boolean quorum = names.size() <= 2 || seen.size() * 2 > names.size();
                carryOut(node, machine.sight(seen, quorum, nowNanos));
            }
        }
    }

    private void tick(Node node, int life) {
        at(
                TICK_NANOS,
                () -> {
                    Agreement machine = node.machine;
                    if (machine != null && node.life == life) {
                        carryOut(node, machine.tick(nowNanos));
                        tick(node, life);
                    }
                });
    }

    /** An operator wants that text, on that node. */
    void wish(String node, String id, String text, List<String> without, List<String> bases) {
        Agreement machine = nodes.get(node).machine;
        if (machine != null) {
            Wish wish =
                    new Wish(
                            id,
                            text,
                            new Version.Origin("proa.conf", "olga", node, 1),
                            bases,
                            without,
                            false);
            carryOut(nodes.get(node), machine.propose(wish, nowNanos));
        }
    }

    private void carryOut(Node node, List<Action> actions) {
        Agreement machine = node.machine;
        if (machine == null) {
            return;
        }
        for (Action action : actions) {
            switch (action) {
                case Action.Send(var to, var message) -> send(node.name, to, message);
                case Action.Check(Proposal proposal) -> {
                    String text = proposal.version().text();
                    boolean bad = text.contains("bad@" + node.name);
                    List<String> reasons = bad ? List.of("proa.conf:7: bad") : List.of();
                    if (!bad) {
                        node.ready.add(proposal.id());
                    }
                    carryOut(
                            node,
                            machine.checked(
                                    proposal.id(), bad ? "" : "h:" + text, reasons, nowNanos));
                }
                case Action.Release(var id) -> node.ready.remove(id);
                case Action.Install(Version version) -> take(node, machine, version);
                case Action.CatchUp(Version version) -> take(node, machine, version);
                case Action.Answer(var id, var outcome) -> answers.put(id, outcome);
                case Action.Note(var text) -> notes.add(node.name + " " + text);
            }
        }
    }

    private void take(Node node, Agreement machine, Version version) {
        node.disk = version;
        node.hash = "h:" + version.text();
        node.ready.clear();
        taken.computeIfAbsent(version.number(), _ -> new TreeSet<>()).add(version.text());
        takenTexts.add(version.text());
        carryOut(node, machine.installed(version, node.hash, List.of(), nowNanos));
    }

    private void send(String from, String to, Message message) {
        if (random.nextDouble() < loss) {
            return;
        }
        byte[] bytes = MessageCodec.encode(message);
        int life = nodes.get(to).life;
        at(
                MILLI + random.nextInt(4) * MILLI,
                () -> {
                    Node target = nodes.get(to);
                    Agreement machine = target.machine;
                    Optional<Message> read = MessageCodec.decode(bytes);
                    if (machine != null && target.life == life && together(from, to)) {
                        carryOut(target, machine.arrived(from, read.orElseThrow(), nowNanos));
                    }
                });
    }

    /** Those that run. */
    List<String> alive() {
        return names.stream().filter(name -> nodes.get(name).machine != null).toList();
    }
}
