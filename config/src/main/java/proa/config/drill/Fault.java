package proa.config.drill;

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
        FLAP
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
    record Loss(int percent, Set<Where> some, Set<Where> others) implements Fault {
        public Loss {
            some = Set.copyOf(some);
            others = Set.copyOf(others);
            if (percent < 1 || percent > 99) {
                throw new IllegalArgumentException("loss of 1 to 99 percent, not " + percent);
            }
        }

        @Override
        public String text() {
            return "lose " + percent + " % between " + names(some) + " and " + names(others);
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

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String names(Set<Where> places) {
        return places.stream().map(Where::text).sorted().collect(Collectors.joining(", "));
    }
}
