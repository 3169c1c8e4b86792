package proa.node.rules;

import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.config.TableConfig.Counter;
import proa.node.exchange.Trail;

import java.util.Optional;

/** A table in which requests are tracked: which of its counters count by themselves. Immutable. */
final class Tracked {

    private static final int CLIENT_ERRORS = 4;
    private static final int SERVER_ERRORS = 5;

    private final Counters.Table table;
    private final KeyOf own;
    private final int requests;
    private final int connections;
    private final boolean current;
    private final int errors;
    private final int failures;
    private final int bytesIn;
    private final int bytesOut;

    Tracked(Counters.Table table) {
        TableSchema schema = table.schema();
        this.table = table;
        this.own = KeyOf.of(table, Optional.empty());
        this.requests = schema.counter(Counter.REQUESTS);
        this.connections = schema.counter(Counter.CONNECTIONS);
        this.current = connections >= 0 && schema.counters().get(connections).current();
        this.errors = schema.counter(Counter.ERRORS);
        this.failures = schema.counter(Counter.FAILURES);
        this.bytesIn = schema.counter(Counter.BYTES_IN);
        this.bytesOut = schema.counter(Counter.BYTES_OUT);
    }

    Counters.Table table() {
        return table;
    }

    /** The key of a request that no rule has tracked: of its client's address, if that is one. */
    KeyOf own() {
        return own;
    }

    /** Place of the counter of requests, or -1. */
    int requests() {
        return requests;
    }

    /** Place of the counter of connections, or -1. */
    int connections() {
        return connections;
    }

    /** Whether it counts what comes after a request was decided. */
    boolean follows() {
        return connections >= 0 || errors >= 0 || failures >= 0 || bytesIn >= 0 || bytesOut >= 0;
    }

    /** Whether a connection has been counted under a key already. */
    boolean followed(Trail trail, TableKey key) {
        return trail.find(Following.class, following -> following.is(this, key)) != null;
    }

    /** Follows a connection under a key, and counts it when that is new. */
    void follow(Trail trail, TableKey key) {
        if (!followed(trail, key)) {
            boolean counted = connections >= 0 && table.add(key, connections, 1) > 0;
            trail.add(new Following(this, key, counted && current));
        }
    }

    /** A connection that is counted under a key. */
    private static final class Following extends Trail.Follower {
        private final Tracked in;
        private final TableKey key;
        private boolean open;

        Following(Tracked in, TableKey key, boolean open) {
            this.in = in;
            this.key = key;
            this.open = open;
        }

        boolean is(Tracked other, TableKey otherKey) {
            return in.table.equals(other.table) && key.equals(otherKey);
        }

        @Override
        protected void answered(int status) {
            switch (status / 100) {
                case CLIENT_ERRORS -> add(in.errors, 1);
                case SERVER_ERRORS -> add(in.failures, 1);
                default -> {}
            }
        }

        @Override
        protected void moved(long received, long sent) {
            add(in.bytesIn, received);
            add(in.bytesOut, sent);
        }

        @Override
        protected void closed() {
            if (open) {
                open = false;
                in.table.take(key, in.connections, 1);
            }
        }

        private void add(int counter, long amount) {
            if (counter >= 0 && amount > 0) {
                in.table.add(key, counter, amount);
            }
        }
    }
}
