package proa.config.drill;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Something that goes wrong. Every one of them ends, by itself or by being undone. */
public sealed interface Fault {

    /** In a few words, for people: {@code kill node at owner}. */
    String text();

    /** Whether an operator does this on purpose, so that it may lose nothing. */
    default boolean planned() {
        return false;
    }

    /** Which processes of a balancer. */
    enum Part {
        /** The one that carries the traffic. */
        NODE,
        /** The one that holds the addresses. */
        VIPD,
        /** Both, as when the machine fails. */
        BOTH
    }

    /** What is cut at a machine's port. */
    enum Cut {
        /** The cable: the interface loses its carrier. */
        CABLE,
        /** All frames, with the carrier still there: as when a switch drops the port's VLAN. */
        PRUNED,
        /** What it sends; it still receives. */
        SENDING,
        /** What it receives; it still sends. */
        RECEIVING
    }

    /** What ails a server. */
    enum Trouble {
        /** Connections are reset. */
        DOWN,
        /** Answers take {@value #SLOW_MILLIS} ms. */
        SLOW,
        /** Every answer is a 500. */
        ERRORS,
        /** Down and up again each {@value #FLAP_MILLIS} ms. */
        FLAP,
        /** Connections and requests are taken, and nothing is answered: half open. */
        SILENT
    }

    /** By how much a slow server is slow. */
    int SLOW_MILLIS = 400;

    /** Between two changes of a flapping server. */
    int FLAP_MILLIS = 700;

    /** {@code kill -9}; undone by a start. */
    record Kill(Part part, Where at) implements Fault {
        @Override
        public String text() {
            return "kill " + word(part) + " at " + at.text();
        }
    }

    /** {@code SIGSTOP}: the process keeps its memory, sockets and addresses and does nothing. */
    record Hang(Part part, Where at) implements Fault {
        @Override
        public String text() {
            return "hang " + word(part) + " at " + at.text();
        }
    }

    /** The node is told to end, as an upgrade does; undone by a start. */
    record Stop(Where at) implements Fault {
        @Override
        public String text() {
            return "stop node at " + at.text();
        }

        @Override
        public boolean planned() {
            return true;
        }
    }

    /** Maintenance: the balancer gives its addresses away and takes none. */
    record Drain(Where at) implements Fault {
        @Override
        public String text() {
            return "drain " + at.text();
        }

        @Override
        public boolean planned() {
            return true;
        }
    }

    /** The address is moved; it stays there. */
    record Move(Where to) implements Fault {
        @Override
        public String text() {
            return "move to " + to.text();
        }

        @Override
        public boolean planned() {
            return true;
        }
    }

    /** A machine is cut off. */
    record Isolate(Cut cut, Where at) implements Fault {
        @Override
        public String text() {
            return "cut " + word(cut) + " at " + at.text();
        }
    }

    /** Nothing passes between two sets of machines, either way. */
    record Partition(Set<Where> some, Set<Where> others) implements Fault {
        public Partition {
            some = Set.copyOf(some);
            others = Set.copyOf(others);
        }

        @Override
        public String text() {
            return "partition " + names(some) + " from " + names(others);
        }
    }

    /**
     * Some frames between two sets of machines are lost, each by chance.
     *
     * @param percent 1 to 99
     */
    record Loss(int percent, Traffic only, Set<Where> some, Set<Where> others) implements Fault {
        public Loss {
            some = Set.copyOf(some);
            others = Set.copyOf(others);
            if (percent < 1 || percent > 99) {
                throw new IllegalArgumentException("loss of 1 to 99 percent, not " + percent);
            }
        }

        @Override
        public String text() {
            return "lose "
                    + percent
                    + " % of "
                    + (only == Traffic.SYNC ? "TCP" : "all")
                    + " between "
                    + names(some)
                    + " and "
                    + names(others);
        }
    }

    /** A stranger on the wire claims the floating address and answers for it. */
    record Thief() implements Fault {
        @Override
        public String text() {
            return "a stranger claims the address";
        }
    }

    /** Somebody flushes the kernel's whole rule set; there is nothing to undo. */
    record Flush(Where at) implements Fault {
        @Override
        public String text() {
            return "flush the rule set at " + at.text();
        }
    }

    /**
     * Servers ail.
     *
     * @param names of the servers, in the order written
     */
    record Servers(Trouble trouble, List<String> names) implements Fault {
        public Servers {
            names = List.copyOf(names);
        }

        @Override
        public String text() {
            return "servers " + String.join(", ", names) + ": " + word(trouble);
        }
    }

    /**
     * Frames between two sets of machines arrive late.
     *
     * @param by each of them, 0 to 5 s
     * @param jitter up to this more or less, evenly by chance; frames then overtake each other
     * @param duplicate percent that arrive twice, 0 to 99
     * @param reorder percent that are not held back at all, 0 to 99
     */
    record Delay(
            Duration by,
            Duration jitter,
            int duplicate,
            int reorder,
            Traffic only,
            Set<Where> some,
            Set<Where> others)
            implements Fault {

        /** More is a partition. */
        public static final Duration BY_MAX = Duration.ofSeconds(5);

        public Delay {
            some = Set.copyOf(some);
            others = Set.copyOf(others);
        }

        @Override
        public String text() {
            return "delay "
                    + only.text()
                    + "between "
                    + names(some)
                    + " and "
                    + names(others)
                    + " by "
                    + by.toMillis()
                    + " ms"
                    + (jitter.isZero() ? "" : " ± " + jitter.toMillis() + " ms")
                    + (duplicate == 0 ? "" : ", " + duplicate + " % twice")
                    + (reorder == 0 ? "" : ", " + reorder + " % at once");
        }
    }

    /** What of the traffic between machines a fault of the wire is about. */
    enum Traffic {
        /** Every frame. */
        ALL,
        /** TCP: what balancers tell each other of tables and sessions, and what clients say. */
        SYNC;

        private String text() {
            return this == SYNC ? "TCP " : "";
        }
    }

    /**
     * The wall clock of a balancer's processes is wrong; the time that passes is not.
     *
     * @param by positive: the clock is ahead
     */
    record Clock(Duration by, Where at) implements Fault {
        @Override
        public String text() {
            long seconds = by.toSeconds();
            return "clock of " + at.text() + (seconds < 0 ? " " : " +") + seconds + " s";
        }
    }

    /** What a balancer may write to is full. */
    record Fill(Where at) implements Fault {
        @Override
        public String text() {
            return "fill the disk at " + at.text();
        }
    }

    /** What a node runs out of. */
    enum Resource {
        /** It may open no more than it has. */
        DESCRIPTORS,
        /** It gets no more from the kernel than it has. */
        MEMORY
    }

    /** The node gets no more of something than it has. */
    record Exhaust(Resource what, Where at) implements Fault {
        @Override
        public String text() {
            return "no more " + word(what) + " at " + at.text();
        }
    }

    /** The node gets only what other programs leave it of the processors. */
    record Starve(Where at) implements Fault {
        @Override
        public String text() {
            return "processors taken from the node at " + at.text();
        }
    }

    /**
     * The cable of a balancer carries little, both ways; what does not fit waits, then is lost.
     *
     * @param megabits a second, 1 to {@value #MEGABITS_MAX}
     */
    record Narrow(int megabits, Where at) implements Fault {

        /** More is no fault. */
        public static final int MEGABITS_MAX = 1_000;

        @Override
        public String text() {
            return "a link of " + megabits + " Mbit/s at " + at.text();
        }
    }

    /** One event loop of the node stands still, all its other threads run. */
    record Stick(Where at) implements Fault {
        @Override
        public String text() {
            return "one event loop stands still at " + at.text();
        }
    }

    /** The balancer is drained, both its processes are ended and started again. */
    record Upgrade(Where at) implements Fault {
        @Override
        public String text() {
            return "upgrade " + at.text();
        }

        @Override
        public boolean planned() {
            return true;
        }
    }

    /**
     * A changed configuration is taken in by every balancer that runs, and taken back at the end.
     */
    record Configure() implements Fault {
        @Override
        public String text() {
            return "push a configuration";
        }

        @Override
        public boolean planned() {
            return true;
        }
    }

    /** The certificate of a balancer expires, and its connections to the others begin anew. */
    record Expire(Where at) implements Fault {
        @Override
        public String text() {
            return "the certificate of " + at.text() + " expires";
        }
    }

    /**
     * As many clients as this connect at once, each from an address of its own or of a few.
     *
     * @param connections 1 to {@value #CONNECTIONS_MAX}
     */
    record Storm(int connections) implements Fault {

        /** What one process of clients can open. */
        public static final int CONNECTIONS_MAX = 8_000;

        @Override
        public String text() {
            return connections + " clients connect at once";
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String names(Set<Where> places) {
        return places.stream().map(Where::text).sorted().collect(Collectors.joining(", "));
    }
}
