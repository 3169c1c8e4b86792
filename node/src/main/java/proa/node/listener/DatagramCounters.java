package proa.node.listener;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What a listener of datagrams has seen since it began. Any thread. */
public final class DatagramCounters {

    /** What happened to datagrams and sessions. */
    public enum Kind {
        SESSIONS("sessions"),
        FROM_CLIENTS("fromClients"),
        TO_CLIENTS("toClients"),
        /** Larger than allowed, or empty. */
        WRONG_SIZE("wrongSize"),
        /** The client is not allowed. */
        REFUSED("refused"),
        /** There are as many sessions as there may be. */
        TOO_MANY("tooMany"),
        NO_SERVER("noServer"),
        /** The kernel did not take it: no room, or too large for the way. */
        CONGESTED("congested"),
        /** A server was not there for a session, which looked for another one. */
        UNREACHABLE("unreachable");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** Its name in {@code proa status}. */
        public String word() {
            return word;
        }
    }

    /** Filled once and then only read. */
    private final Map<Kind, LongAdder> adders = new EnumMap<>(Kind.class);

    /** Nothing seen so far. */
    public DatagramCounters() {
        for (Kind kind : Kind.values()) {
            adders.put(kind, new LongAdder());
        }
    }

    /** Counts one more. */
    public void count(Kind kind) {
        adder(kind).increment();
    }

    /** How many there were. */
    public long of(Kind kind) {
        return adder(kind).sum();
    }

    private LongAdder adder(Kind kind) {
        return Objects.requireNonNull(adders.get(kind));
    }
}
