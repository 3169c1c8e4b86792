package proa.node.protocol;

import proa.cluster.tables.Origin;
import proa.cluster.tables.SipHash;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;
import proa.config.FrontendConfig.RateLimit;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.node.rules.Counters;

import java.util.HashMap;
import java.util.Map;

/** The tables of a configuration as one node that is alone keeps them. */
public final class RealTables implements Counters {

    private final Map<String, One> tables = new HashMap<>();

    RealTables(ProaConfig config) {
        config.tables().forEach(table -> tables.put(table.name(), new One(table)));
    }

    @Override
    public One table(String name) {
        One table = tables.get(name);
        if (table == null) {
            throw new IllegalStateException("no table " + name);
        }
        return table;
    }

    @Override
    public Limiter limiter(RateLimit limit) {
        One table = table(limit.table());
        int counter = table.schema().counter(limit.counter());
        return new Limiter() {
            @Override
            public long admit(TableKey key) {
                return table.admit(key, counter, limit.to());
            }

            @Override
            public long allowed() {
                return limit.to();
            }
        };
    }

    /** One table behind a lock. */
    public static final class One implements Counters.Table {
        private final TableConfig config;
        private final proa.cluster.tables.Table table;

        One(TableConfig config) {
            this.config = config;
            long nowNanos = System.nanoTime();
            TableShape shape = TableShape.of(config);
            WallTime wall = WallTime.at(0, nowNanos);
            table =
                    new proa.cluster.tables.Table(
                            shape, config.entries(), new Origin(1, 1), wall, 3, nowNanos);
        }

        @Override
        public TableConfig config() {
            return config;
        }

        @Override
        public TableSchema schema() {
            return table.shape().schema();
        }

        @Override
        public TableKey key(String text) {
            return new SipHash(1, 2).of(text);
        }

        @Override
        public synchronized long add(TableKey key, int counter, long amount) {
            return table.add(key, counter, amount, System.nanoTime());
        }

        synchronized long admit(TableKey key, int counter, long limit) {
            return table.admit(key, counter, limit, 1, System.nanoTime());
        }

        @Override
        public synchronized void take(TableKey key, int counter, long amount) {
            table.take(key, counter, amount, System.nanoTime());
        }

        @Override
        public synchronized long rate(TableKey key, int counter) {
            return table.rate(key, counter, System.nanoTime());
        }

        @Override
        public synchronized long total(TableKey key, int counter) {
            return table.total(key, counter);
        }

        @Override
        public synchronized long current(TableKey key, int counter) {
            return table.current(key, counter, System.nanoTime());
        }

        @Override
        public synchronized long tag(TableKey key, int tag) {
            return table.tag(key, tag);
        }

        @Override
        public synchronized void tag(TableKey key, int tag, long value) {
            table.tag(key, tag, value, System.nanoTime());
        }
    }
}
