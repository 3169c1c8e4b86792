package proa.chaos.bench.failover;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** What befalls the balancer that owns the address. */
public enum Fault {
    /** {@code kill -9} of the process that carries the traffic. */
    KILL_NODE("kill-node"),

    /** {@code kill -9} of the process that holds the address. */
    KILL_VIPD("kill-vipd"),

    /** {@code SIGSTOP} of both processes, as when the whole host is paused but its kernel. */
    HANG("hang"),

    /** The host's interface loses its carrier. */
    CABLE("cable"),

    /** {@code SIGTERM} to the process that holds the address, as an upgrade does. */
    PLANNED("planned");

    private final String label;

    Fault(String label) {
        this.label = label;
    }

    /** The name on command lines. */
    String label() {
        return label;
    }

    /** The fault of a {@link #label}. */
    static Optional<Fault> named(String label) {
        return Arrays.stream(values()).filter(fault -> fault.label.equals(label)).findFirst();
    }

    /** Whether a process dies at once of it. */
    boolean isKill() {
        return this == KILL_NODE || this == KILL_VIPD;
    }

    /** The name in reports: {@code kill-node-100ms}. */
    String label(Duration interval) {
        return label + "-" + text(interval);
    }

    /** As the command line has it: {@code 1s}, {@code 100ms}. */
    static String text(Duration interval) {
        long millis = interval.toMillis();
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }
}
