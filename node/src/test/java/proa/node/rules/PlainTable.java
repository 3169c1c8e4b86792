package proa.node.rules;

import proa.cluster.tables.SipHash;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.config.TableConfig;

import java.time.Duration;
import java.util.Optional;

/** A table on addresses that counts requests over ten seconds; what it does is its child's. */
abstract class PlainTable implements Counters.Table {

    @Override
    public TableConfig config() {
        return new TableConfig(
                "requests",
                TableConfig.Key.SOURCE,
                Duration.ofMinutes(1),
                1_000,
                Optional.of(Duration.ofSeconds(10)));
    }

    @Override
    public TableSchema schema() {
        return TableSchema.requestsOver(10_000_000_000L);
    }

    @Override
    public TableKey key(String text) {
        return new SipHash(1, 2).of(text);
    }

    @Override
    public void take(TableKey key, int counter, long amount) {
        throw new UnsupportedOperationException("nothing is open");
    }

    @Override
    public long total(TableKey key, int counter) {
        throw new UnsupportedOperationException("no sums");
    }

    @Override
    public long current(TableKey key, int counter) {
        throw new UnsupportedOperationException("nothing is open");
    }

    @Override
    public long tag(TableKey key, int tag) {
        throw new UnsupportedOperationException("no tags");
    }

    @Override
    public void tag(TableKey key, int tag, long value) {
        throw new UnsupportedOperationException("no tags");
    }
}
