package proa.node.listener;

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
        /** The kernel did not take it in time. */
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

    private final LongAdder[] adders = new LongAdder[Kind.values().length];

    /** Nothing seen so far. */
    public DatagramCounters() {
        for (int at = 0; at < adders.length; at++) {
            adders[at] = new LongAdder();
        }
    }

    /** Counts one more. */
    public void count(Kind kind) {
        adders[kind.ordinal()].increment();
    }

    /** How many there were. */
    public long of(Kind kind) {
        return adders[kind.ordinal()].sum();
    }
}
