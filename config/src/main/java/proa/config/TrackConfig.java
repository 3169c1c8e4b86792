package proa.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What lowers a node's priority for a traffic group, beside the link and the gateway.
 *
 * @param scripts programs of the operator, sorted by name
 * @param servers the share of healthy servers behind the group's frontends
 */
public record TrackConfig(List<Script> scripts, Optional<Servers> servers) {

    /** More programs than this belong into one. */
    public static final int SCRIPTS_MAX = 8;

    /** Nothing is tracked. */
    public static final TrackConfig NOTHING = new TrackConfig(List.of(), Optional.empty());

    public TrackConfig {
        scripts = List.copyOf(scripts);
        if (scripts.size() > SCRIPTS_MAX) {
            throw new IllegalArgumentException("at most " + SCRIPTS_MAX + " scripts");
        }
    }

    /**
     * A program that is run again and again; exit code 0 in time is good.
     *
     * @param name unique within the group
     * @param command the program and its arguments; no shell
     * @param interval from one start to the next, 100 ms to 1 h
     * @param timeout after this long it is killed and counts as bad, 100 ms to 1 min
     * @param rise so many good ends in a row make it good again, 1 to 100
     * @param fall so many bad ends in a row make it bad, 1 to 100
     * @param weight taken off the priority while it is bad, 1 to 253
     */
    public record Script(
            String name,
            List<String> command,
            Duration interval,
            Duration timeout,
            int rise,
            int fall,
            int weight) {
        public Script {
            command = List.copyOf(command);
            if (command.isEmpty() || rise < 1 || fall < 1 || weight < 1) {
                throw new IllegalArgumentException(
                        "script " + name + ": a command, and rise, fall and weight of 1 or more");
            }
        }
    }

    /**
     * The share of servers that are up behind all frontends bound to the group.
     *
     * @param atLeastPercent below this the node is worse than others, 1 to 100
     * @param hold the share must have been above or below for this long before it counts
     * @param weight taken off the priority while it is below, 1 to 253
     */
    public record Servers(int atLeastPercent, Duration hold, int weight) {
        public Servers {
            if (atLeastPercent < 1 || atLeastPercent > 100 || weight < 1) {
                throw new IllegalArgumentException(
                        "a share from 1 to 100 and a weight of 1 or more");
            }
        }
    }
}
