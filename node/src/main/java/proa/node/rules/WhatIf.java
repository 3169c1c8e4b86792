package proa.node.rules;

import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.config.FrontendConfig.RateLimit;
import proa.config.TableConfig;

import java.util.HashMap;
import java.util.Map;

/**
 * Tables as one request would see them that is not made: it sees what it would add itself, and
 * nobody else does. For one request; one thread.
 */
final class WhatIf implements Counters {

    private final Counters real;
    private final Map<String, Table> tables = new HashMap<>();

    WhatIf(Counters real) {
        this.real = real;
    }

    @Override
    public Table table(String name) {
        return tables.computeIfAbsent(name, _ -> new Imagined(real.table(name)));
    }

    @Override
    public Limiter limiter(RateLimit limit) {
        Table table = table(limit.table());
        int counter = table.schema().counter(limit.counter());
        return new Limiter() {
            @Override
            public long admit(TableKey key) {
                long left = limit.to() - table.rate(key, counter) - 1;
                if (left >= 0) {
                    table.add(key, counter, 1);
                }
                return Math.max(-1, left);
            }

            @Override
            public long allowed() {
                return limit.to();
            }
        };
    }

    private record Place(TableKey key, int at) {}

    private static final class Imagined implements Table {
        private final Table real;
        private final Map<Place, Long> added = new HashMap<>();
        private final Map<Place, Long> tags = new HashMap<>();

        Imagined(Table real) {
            this.real = real;
        }

        private long more(TableKey key, int counter) {
            return added.getOrDefault(new Place(key, counter), 0L);
        }

        @Override
        public TableConfig config() {
            return real.config();
        }

        @Override
        public TableSchema schema() {
            return real.schema();
        }

        @Override
        public TableKey key(String text) {
            return real.key(text);
        }

        @Override
        public long add(TableKey key, int counter, long amount) {
            added.merge(new Place(key, counter), amount, Long::sum);
            return schema().counters().get(counter).rated()
                    ? rate(key, counter)
                    : total(key, counter);
        }

        @Override
        public void take(TableKey key, int counter, long amount) {
            added.merge(new Place(key, counter), -amount, Long::sum);
        }

        @Override
        public long rate(TableKey key, int counter) {
            return real.rate(key, counter) + more(key, counter);
        }

        @Override
        public long total(TableKey key, int counter) {
            return real.total(key, counter) + more(key, counter);
        }

        @Override
        public long current(TableKey key, int counter) {
            return real.current(key, counter) + more(key, counter);
        }

        @Override
        public long tag(TableKey key, int tag) {
            Long set = tags.get(new Place(key, tag));
            return set == null ? real.tag(key, tag) : set;
        }

        @Override
        public void tag(TableKey key, int tag, long value) {
            tags.put(new Place(key, tag), value);
        }
    }
}
