package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.drill.Budget;
import proa.config.drill.Fault;
import proa.config.drill.Where;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The keys of a file that describes a drill. */
final class DrillKeys {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Kind<Where> WHERE = Kinds.choice(Where.words());

    private DrillKeys() {}

    /** Every section, in the order of the reference page. */
    static List<Shape> shapes() {
        return List.of(File.SHAPE, Drill.SHAPE, Step.SHAPE, OneFault.SHAPE, Soak.SHAPE, Cost.SHAPE);
    }

    static Kind<Where> where() {
        return WHERE;
    }

    /** The file itself. */
    static final class File {
        static final Key<ConfigObject> DRILL =
                required("drill", Kinds.section(), Keys.EMPTY, "what is done and what it may cost");
        static final Shape SHAPE =
                Shape.of("", "A file that describes a drill.", Keys.File.SCHEMA, DRILL);

        private File() {}
    }

    /** {@code drill}. */
    static final class Drill {
        static final Key<String> SUMMARY =
                defaulted("summary", Kinds.text(), "", "none", "one sentence for the report");
        static final Key<Integer> NODES =
                defaulted("nodes", Kinds.whole(2, 3), 2, "2", "balancers that it needs");
        static final Key<ConfigList> STEPS =
                optional(
                        "steps",
                        Kinds.list("steps"),
                        "none",
                        "one after the other, each on a cluster that is whole again");
        static final Key<ConfigObject> SOAK =
                optional("soak", Kinds.section(), "none", "faults by chance instead of `steps`");
        static final Key<ConfigObject> BUDGET =
                Keys.section("budget", "see below", "what it may cost");
        static final Shape SHAPE =
                Shape.of("drill", "One drill.", SUMMARY, NODES, STEPS, SOAK, BUDGET);

        private Drill() {}
    }

    /** {@code drill.steps[]}. */
    static final class Step {
        static final Key<ConfigList> FAULTS =
                required("faults", Kinds.list("faults"), Keys.NOTHING, "what goes wrong, in order");
        static final Key<Duration> APART =
                Keys.duration(
                        "apart",
                        Duration.ZERO,
                        MINUTE,
                        Duration.ZERO,
                        "between one fault and the next");
        static final Key<Duration> HOLD =
                Keys.duration(
                        "hold",
                        Duration.ofMillis(100),
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(4),
                        "from the last fault until all are undone");
        static final Shape SHAPE =
                Shape.of("drill.steps[]", "Faults that are there together.", FAULTS, APART, HOLD);

        private Step() {}
    }

    /** {@code drill.soak}. */
    static final class Soak {
        static final Key<Duration> LASTING =
                Keys.duration(
                        "lasting",
                        Keys.SECOND,
                        Keys.DAY,
                        Duration.ofMinutes(10),
                        "after this no new fault begins");
        static final Key<Duration> HOLD_MIN =
                Keys.duration(
                        "hold-min",
                        Duration.ofMillis(100),
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(2),
                        "the shortest that a fault stays");
        static final Key<Duration> HOLD_MAX =
                Keys.duration(
                        "hold-max",
                        Duration.ofMillis(100),
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(6),
                        "the longest");
        static final Shape SHAPE =
                Shape.of(
                        "drill.soak",
                        "Faults by chance for a while; the seed of the run decides.",
                        LASTING,
                        HOLD_MIN,
                        HOLD_MAX,
                        Step.FAULTS);

        private Soak() {}
    }

    /** {@code drill.budget}. */
    static final class Cost {
        static final Key<Duration> GAP =
                Keys.duration(
                        "gap",
                        Keys.MILLI,
                        Duration.ofMinutes(10),
                        Duration.ofMillis(150),
                        "without an answer from the floating address");
        static final Key<Duration> OVERLAP =
                Keys.duration(
                        "overlap",
                        Duration.ZERO,
                        MINUTE,
                        Duration.ofMillis(5),
                        "with two owners; 5 ms is one ARP request");
        static final Key<Duration> WRITE_WAIT =
                optional(
                        "write-wait",
                        Kinds.duration(Keys.MILLI, MINUTE),
                        "not judged",
                        "that a session write through a living balancer waits");
        static final Key<Integer> FAILED_REQUESTS =
                optional(
                        "failed-requests",
                        Kinds.count(0, Keys.MEBI),
                        "as many as are in flight at the faults; none at planned ones, `clock`,"
                                + " `fill` and `flush`; of a hang of the owner, until the address"
                                + " has moved",
                        "requests that clients may see fail");
        static final Key<Duration> CONNECTION_END =
                Keys.duration(
                        "connection-end",
                        Keys.MILLI,
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(1),
                        "in which a long proxied connection ends when its balancer is gone");
        static final Key<Budget.OwnerChanges> OWNER_CHANGES =
                defaulted(
                        "owner-changes",
                        Kinds.choice(
                                Map.of(
                                        "yes", Budget.OwnerChanges.YES,
                                        "no", Budget.OwnerChanges.NO,
                                        "any", Budget.OwnerChanges.ANY)),
                        Budget.OwnerChanges.ANY,
                        "any",
                        "whether the address has to move, has to stay, or may do either");
        static final Shape SHAPE =
                Shape.of(
                        "drill.budget",
                        "What a drill may cost on a machine that has nothing else to do.",
                        GAP,
                        OVERLAP,
                        WRITE_WAIT,
                        FAILED_REQUESTS,
                        CONNECTION_END,
                        OWNER_CHANGES);

        private Cost() {}
    }

    /** {@code drill.steps[].faults[]}. */
    static final class OneFault {
        private static final Kind<Fault.Part> PART =
                Kinds.choice(
                        Map.of(
                                "node", Fault.Part.NODE,
                                "vipd", Fault.Part.VIPD,
                                "both", Fault.Part.BOTH));
        static final Key<Fault.Part> KILL =
                optional("kill", PART, "none", "kill -9 of `node`, `vipd` or `both`");
        static final Key<Fault.Part> HANG =
                optional("hang", PART, "none", "SIGSTOP of `node`, `vipd` or `both`");
        static final Key<Fault.Part> STOP =
                optional(
                        "stop",
                        Kinds.choice(Map.of("node", Fault.Part.NODE)),
                        "none",
                        "the node is told to end, as an upgrade does");
        static final Key<Where> DRAIN =
                optional("drain", WHERE, "none", "that balancer gives its addresses away");
        static final Key<Where> MOVE =
                optional("move", WHERE, "none", "the address moves to that balancer");
        static final Key<Fault.Cut> CUT =
                optional(
                        "cut",
                        Kinds.choice(
                                Map.of(
                                        "cable", Fault.Cut.CABLE,
                                        "pruned", Fault.Cut.PRUNED,
                                        "sending", Fault.Cut.SENDING,
                                        "receiving", Fault.Cut.RECEIVING)),
                        "none",
                        "the cable; every frame with the carrier still there; or one direction");
        static final Key<ConfigValue> PARTITION =
                optional(
                        "partition",
                        Kinds.any("place or list of places"),
                        "none",
                        "nothing passes between these and `from`");
        static final Key<ConfigValue> LOSE =
                optional(
                        "lose",
                        Kinds.any("place or list of places"),
                        "none",
                        "`percent` of the frames between these and `from` are lost");
        static final Key<String> STEAL =
                optional(
                        "steal",
                        Kinds.choice(Map.of("address", "address")),
                        "none",
                        "a stranger on the wire claims the floating address");
        static final Key<String> FLUSH =
                optional(
                        "flush",
                        Kinds.choice(Map.of("rules", "rules")),
                        "none",
                        "the kernel's whole rule set is flushed");
        static final Key<Fault.Trouble> SERVERS =
                optional(
                        "servers",
                        Kinds.choice(
                                Map.of(
                                        "down", Fault.Trouble.DOWN,
                                        "slow", Fault.Trouble.SLOW,
                                        "errors", Fault.Trouble.ERRORS,
                                        "flap", Fault.Trouble.FLAP,
                                        "silent", Fault.Trouble.SILENT)),
                        "none",
                        "what the servers in `names` do");
        static final Key<ConfigValue> DELAY =
                optional(
                        "delay",
                        Kinds.any("place or list of places"),
                        "none",
                        "frames between these and `from` arrive `by` later");
        static final Key<Turn> CLOCK =
                optional(
                        "clock",
                        Kinds.choice(Map.of("ahead", Turn.AHEAD, "behind", Turn.BEHIND)),
                        "none",
                        "the wall clock of both processes is wrong `by` so much");
        static final Key<String> FILL = only("fill", "disk", "what the node may write to is full");
        static final Key<Fault.Resource> EXHAUST =
                optional(
                        "exhaust",
                        Kinds.choice(
                                Map.of(
                                        "descriptors", Fault.Resource.DESCRIPTORS,
                                        "memory", Fault.Resource.MEMORY)),
                        "none",
                        "the node gets no more of them than it has");
        static final Key<String> STARVE =
                only("starve", "processors", "the node gets what other programs leave it");
        static final Key<Integer> NARROW =
                optional(
                        "narrow",
                        Kinds.whole(1, Fault.Narrow.MEGABITS_MAX),
                        "none",
                        "the balancer's cable carries so many Mbit/s, both ways");
        static final Key<String> STICK =
                only("stick", "loop", "one event loop of the node stands still");
        static final Key<Where> UPGRADE =
                optional(
                        "upgrade",
                        WHERE,
                        "none",
                        "that balancer is drained, ended and started again");
        static final Key<String> CONFIGURE =
                only("configure", "nodes", "all nodes take in a changed file, later the old one");
        static final Key<String> EXPIRE =
                only("expire", "certificate", "the balancer's certificate is over");
        static final Key<Integer> STORM =
                optional(
                        "storm",
                        Kinds.count(1, Fault.Storm.CONNECTIONS_MAX),
                        "none",
                        "so many clients connect at once");
        static final Key<Where> AT =
                defaulted("at", WHERE, Where.OWNER, "owner", "the balancer it happens to");
        static final Key<ConfigValue> FROM =
                optional(
                        "from",
                        Kinds.any("place or list of places"),
                        "none",
                        "the other side of `partition` and `lose`");
        static final Key<Integer> PERCENT =
                defaulted("percent", Kinds.whole(1, 99), 20, "20", "of the frames, for `lose`");
        static final Key<Duration> BY =
                optional(
                        "by",
                        Kinds.duration(Keys.MILLI, Keys.DAY),
                        "100ms; 1h for `clock`",
                        "how late, at most 5 s, or how wrong the clock is");
        static final Key<Duration> JITTER =
                Keys.duration(
                        "jitter",
                        Duration.ZERO,
                        Fault.Delay.BY_MAX,
                        Duration.ZERO,
                        "up to this earlier or later than `by`, for `delay`");
        static final Key<Integer> DUPLICATE =
                defaulted(
                        "duplicate",
                        Kinds.whole(0, 99),
                        0,
                        "0",
                        "percent of the frames that arrive twice, for `delay`");
        static final Key<Integer> REORDER =
                defaulted(
                        "reorder",
                        Kinds.whole(0, 99),
                        0,
                        "0",
                        "percent of the frames that are not held back, for `delay`");
        static final Key<Fault.Traffic> ONLY =
                defaulted(
                        "only",
                        Kinds.choice(Map.of("all", Fault.Traffic.ALL, "sync", Fault.Traffic.SYNC)),
                        Fault.Traffic.ALL,
                        "all",
                        "every frame, or what is TCP, for `lose` and `delay`");
        static final Key<ConfigValue> NAMES =
                optional(
                        "names",
                        Kinds.any("server or list of servers"),
                        "none",
                        "web1, web2 or web3, for `servers`");

        /** What can go wrong, of which a fault is exactly one. */
        static final List<Key<?>> CHOICES =
                List.of(
                        KILL, HANG, STOP, DRAIN, MOVE, CUT, PARTITION, LOSE, STEAL, FLUSH, SERVERS,
                        DELAY, CLOCK, FILL, EXHAUST, STARVE, NARROW, STICK, UPGRADE, CONFIGURE,
                        EXPIRE, STORM);

        static final Shape SHAPE =
                Shape.of(
                        "drill.steps[].faults[]",
                        "One fault: exactly one of the first twenty-two, and what belongs to it.",
                        KILL,
                        HANG,
                        STOP,
                        DRAIN,
                        MOVE,
                        CUT,
                        PARTITION,
                        LOSE,
                        STEAL,
                        FLUSH,
                        SERVERS,
                        DELAY,
                        CLOCK,
                        FILL,
                        EXHAUST,
                        STARVE,
                        NARROW,
                        STICK,
                        UPGRADE,
                        CONFIGURE,
                        EXPIRE,
                        STORM,
                        AT,
                        FROM,
                        PERCENT,
                        BY,
                        JITTER,
                        DUPLICATE,
                        REORDER,
                        ONLY,
                        NAMES);

        /** Which way a clock is wrong. */
        enum Turn {
            AHEAD,
            BEHIND
        }

        /** A key that takes a single word. */
        private static Key<String> only(String key, String word, String meaning) {
            return optional(key, Kinds.choice(Map.of(word, word)), "none", meaning);
        }

        private OneFault() {}
    }
}
