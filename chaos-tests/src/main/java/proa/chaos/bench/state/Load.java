package proa.chaos.bench.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One kind of load on a session store.
 *
 * @param operation what clients do
 * @param connections how many clients
 * @param pipeline commands that each has under way
 */
record Load(Operation operation, int connections, int pipeline) {

    /** At which promises are made. */
    static final int PROMISED_CONNECTIONS = 64;

    private static final int[] CONNECTIONS = {1, 16, PROMISED_CONNECTIONS};
    private static final int PIPELINE = 16;

    /** What connect-redis does with a session. */
    enum Operation {
        GET("session-get", 0.45),
        SET("session-set", 0.25);

        private final String label;
        private final double floor;

        Operation(String label, double floor) {
            this.label = label;
            this.floor = floor;
        }

        /** The workload's name. */
        String label() {
            return label;
        }

        /** What is promised of our rate ÷ that of Redis, with 64 connections. */
        double floor() {
            return floor;
        }
    }

    /** All of one operation: one command at a time from more and more clients, then pipelined. */
    static List<Load> of(Operation operation) {
        List<Load> all = new ArrayList<>();
        for (int connections : CONNECTIONS) {
            all.add(new Load(operation, connections, 1));
        }
        all.add(new Load(operation, PROMISED_CONNECTIONS, PIPELINE));
        return all;
    }

    /** Whether this is the one that a promise is made for. */
    boolean promised() {
        return connections == PROMISED_CONNECTIONS && pipeline == 1;
    }

    /** For people. */
    String label() {
        return String.format(
                Locale.ROOT,
                "%s, %d connection%s%s",
                operation,
                connections,
                connections == 1 ? "" : "s",
                pipeline == 1 ? "" : ", pipelines of " + pipeline);
    }
}
