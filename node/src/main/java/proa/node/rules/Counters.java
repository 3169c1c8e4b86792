package proa.node.rules;

import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.config.FrontendConfig.RateLimit;
import proa.config.TableConfig;

/** The cluster's tables, as far as rules need them. Never blocks; safe from any thread. */
@FunctionalInterface
public interface Counters {

    /** The table of that name; the configuration has it. */
    Table table(String name);

    /** What keeps a limit; the configuration has its table and counter. */
    default Limiter limiter(RateLimit limit) {
        throw new IllegalStateException("no limit of " + limit);
    }

    /** One table; counters and tags are called by their places in its schema. */
    interface Table {

        /** What it is on. */
        TableConfig config();

        /** What it keeps. */
        TableSchema schema();

        /** The key of a text. */
        TableKey key(String text);

        /**
         * Adds to a counter; the cluster's rate within the window, with this, or the sum if it has
         * no rate; 0 when there was no room and nothing was added.
         */
        long add(TableKey key, int counter, long amount);

        /** Takes away what was added here before. */
        void take(TableKey key, int counter, long amount);

        /** The cluster's rate within the window. */
        long rate(TableKey key, int counter);

        /** The cluster's sum. */
        long total(TableKey key, int counter);

        /** What there is now in the cluster. */
        long current(TableKey key, int counter);

        /** The value of a tag; 0 without. */
        long tag(TableKey key, int tag);

        /** Sets a tag. */
        void tag(TableKey key, int tag, long value);
    }

    /** Keeps a limit. */
    interface Limiter {

        /** Counts one if the limit allows it; what is left of it, or -1 when refused. */
        long admit(TableKey key);

        /** What is allowed at this moment, which is less in a part of a split cluster. */
        long allowed();
    }
}
