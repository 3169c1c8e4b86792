package proa.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What besides its check says whether a server gets traffic.
 *
 * @param agent a program on the server that is asked; empty: none
 * @param passive what the traffic itself shows; empty: it is not judged
 * @param panicBelowPercent when a smaller share of the servers is up, all are used as if they were;
 *     0 to 100; default 0: never
 */
public record HealthConfig(
        Optional<Agent> agent, Optional<Passive> passive, int panicBelowPercent) {

    /** The check alone decides. */
    public static final HealthConfig NONE = new HealthConfig(Optional.empty(), Optional.empty(), 0);

    /** How live traffic can fail by a server's fault. */
    public enum Failure {
        /** A connection could not be established in time. */
        CONNECT,
        /**
         * HTTP: a new connection was closed, or the time of the server ran out, before its answer
         * began.
         */
        NO_ANSWER,
        /** HTTP: a status of 500 or above that speaks of the server and not of the request. */
        SERVER_ERROR
    }

    /**
     * The agent protocol of HAProxy: a connection, one line that says weight and state.
     *
     * @param port where the agent listens on the server's address
     * @param every interval between questions to one agent; 100 ms to 1 h; default 5 s
     * @param timeout for one question, from connect to answer; default: the smaller of 2 s and
     *     {@code every}
     * @param send what is said first, one character for each byte; may be empty
     */
    public record Agent(int port, Duration every, Duration timeout, String send) {}

    /**
     * A server that fails live traffic too often is taken out for a while.
     *
     * @param failures so many within {@code within} take it out; 1 to 1000; default 3
     * @param within window of the failures; 1 s to 1 h; default 30 s
     * @param out it gets nothing for this long, and twice as long each time it fails again soon
     *     after; 1 s to 1 h; default 30 s
     * @param outMax however often it fails, never longer; at least {@code out}; default 5 min
     * @param ejectedMaxPercent at most this share of a backend's servers is out for failures; 1 to
     *     100; default 50
     * @param counted what counts as a failure; default CONNECT and NO_ANSWER
     */
    public record Passive(
            int failures,
            Duration within,
            Duration out,
            Duration outMax,
            int ejectedMaxPercent,
            List<Failure> counted) {

        public static final int FAILURES_DEFAULT = 3;
        public static final int EJECTED_MAX_PERCENT_DEFAULT = 50;
        public static final List<Failure> COUNTED_DEFAULT =
                List.of(Failure.CONNECT, Failure.NO_ANSWER);

        public Passive {
            counted = List.copyOf(counted);
        }
    }
}
