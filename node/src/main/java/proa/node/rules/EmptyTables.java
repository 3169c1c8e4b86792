package proa.node.rules;

import proa.cluster.tables.SipHash;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.cluster.tables.TableShape;
import proa.config.ProaConfig;
import proa.config.TableConfig;

/** Tables in which nobody has been counted yet; nothing stays in them. Immutable. */
public final class EmptyTables implements Counters {

    private static final SipHash HASH = new SipHash(1, 2);

    private final ProaConfig config;

    /** Those of a configuration. */
    public EmptyTables(ProaConfig config) {
        this.config = config;
    }

    @Override
    public Table table(String name) {
        TableConfig table = config.table(name).orElseThrow();
        return new Empty(table, TableShape.of(table).schema());
    }

    private record Empty(TableConfig config, TableSchema schema) implements Table {
        @Override
        public TableKey key(String text) {
            return HASH.of(text);
        }

        @Override
        public long add(TableKey key, int counter, long amount) {
            return amount;
        }

        @Override
        public void take(TableKey key, int counter, long amount) {}

        @Override
        public long rate(TableKey key, int counter) {
            return 0;
        }

        @Override
        public long total(TableKey key, int counter) {
            return 0;
        }

        @Override
        public long current(TableKey key, int counter) {
            return 0;
        }

        @Override
        public long tag(TableKey key, int tag) {
            return 0;
        }

        @Override
        public void tag(TableKey key, int tag, long value) {}
    }
}
