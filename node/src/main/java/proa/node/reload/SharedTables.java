package proa.node.reload;

import org.jspecify.annotations.Nullable;

import proa.cluster.member.Limit;
import proa.cluster.member.Member;
import proa.cluster.member.SharedTable;
import proa.cluster.tables.SipHash;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.config.FrontendConfig.LimitMode;
import proa.config.FrontendConfig.OnPartition;
import proa.config.FrontendConfig.RateLimit;
import proa.config.ProaConfig;
import proa.config.RateConfig;
import proa.config.TableConfig;
import proa.config.TableConfig.Counter;
import proa.config.spread.Hash64;
import proa.node.balance.Allowance;
import proa.node.balance.StickyEntries;
import proa.node.exchange.Later;
import proa.node.rules.Counters;

import java.time.Duration;

/** The cluster's tables in the shape that rules and balancing know them. */
final class SharedTables implements Counters, Allowance.Source {

    /** Seeds of the two halves of the key of a table's hash; the same in every version. */
    private static final long FIRST_HALF = 21;

    private static final long SECOND_HALF = 22;

    private static final long MILLIS_PER_SECOND = 1_000;

    private final Member member;
    private final Later later;
    private volatile ProaConfig config;

    SharedTables(Member member, ProaConfig config, Later later) {
        this.member = member;
        this.later = later;
        this.config = config;
    }

    /** Makes the tables that a later configuration has besides; the others stay as they are. */
    void make(ProaConfig later) {
        member.make(later);
        config = later;
    }

    /** Has the tables follow a configuration that is in use now; those it lacks stay for now. */
    void follow(ProaConfig used) {
        config = used;
        member.follow(used);
    }

    /** Forgets tables that this configuration, which is in use, does not have. */
    void retain(ProaConfig used) {
        config = used;
        member.retain(used);
    }

    @Override
    public Table table(String name) {
        TableConfig table =
                config.table(name)
                        .orElseThrow(() -> new IllegalArgumentException("no table " + name));
        // The same on every node of this cluster, and another in every other one.
        String id = config.cluster().name() + "/" + name;
        SipHash hash = new SipHash(Hash64.of(id, FIRST_HALF), Hash64.of(id, SECOND_HALF));
        return new Counted(table, member.table(name), hash);
    }

    @Override
    public Limiter limiter(RateLimit limit) {
        proa.cluster.member.Limiter limiter =
                member.limiter(new Limit(limit.table(), limit.counter(), limit.to(), mode(limit)));
        boolean share = limit.onPartition() == OnPartition.SHARE;
        int nodes = config.cluster().nodes().size();
        return new Limiter() {
            @Override
            public long admit(TableKey key) {
                return limiter.admit(key);
            }

            @Override
            public long allowed() {
                return share
                        ? Math.ceilDiv(limit.to() * member.view().members().size(), nodes)
                        : limit.to();
            }
        };
    }

    private static Limit.Mode mode(RateLimit limit) {
        if (limit.mode() == LimitMode.STRICT) {
            return Limit.Mode.STRICT;
        }
        return switch (limit.onPartition()) {
            case EACH -> Limit.Mode.APPROXIMATE;
            case SHARE -> Limit.Mode.APPROXIMATE_SHARE;
        };
    }

    @Override
    public Allowance shared(String name, String key, RateConfig rate) {
        SharedTable table = member.table(name);
        int counter = table.schema().counter(Counter.REQUESTS);
        Duration window = config.table(name).flatMap(TableConfig::requestRateOver).orElseThrow();
        long most = rate.perSecond() * window.toMillis() / MILLIS_PER_SECOND;
        Limiter limiter =
                limiter(
                        new RateLimit(
                                name,
                                Counter.REQUESTS,
                                Math.max(1, most),
                                LimitMode.APPROXIMATE,
                                OnPartition.EACH));
        return new SharedAllowance(table, counter, limiter, table(name).key(key));
    }

    @Override
    public void in(long nanos, Runnable action) {
        later.in(nanos, action);
    }

    /** How often a server is given something by all nodes together. */
    private record SharedAllowance(SharedTable table, int counter, Limiter limiter, TableKey key)
            implements Allowance {

        /** The window slides in steps, and other nodes take part: one looks again. */
        private static final long LOOK_NANOS = 20_000_000;

        /** By the measure of the limiter: what it refuses is not offered. */
        @Override
        public boolean any() {
            return table.ceiling(key, counter) < limiter.allowed();
        }

        @Override
        public boolean take() {
            return limiter.admit(key) >= 0;
        }

        /** What is counted stays: merging rests on rates that only grow. */
        @Override
        public void giveBack() {}

        @Override
        public long waitNanos() {
            return any() ? 0 : LOOK_NANOS;
        }
    }

    /** The sticky side of a table. */
    StickyEntries sticky(String name) {
        SharedTable table = member.table(name);
        return new StickyEntries() {
            @Override
            public @Nullable String server(TableKey key) {
                return table.server(key);
            }

            @Override
            public String stick(TableKey key, String server) {
                return table.stick(key, server);
            }
        };
    }

    /**
     * A table as rules see it. It is the same for the rules of every configuration, so that a
     * connection that is counted in it is found again after a reload.
     */
    private record Counted(TableConfig config, SharedTable table, SipHash hash) implements Table {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Counted counted && counted.table.equals(table);
        }

        @Override
        public int hashCode() {
            return table.hashCode();
        }

        @Override
        public TableSchema schema() {
            return table.schema();
        }

        @Override
        public TableKey key(String text) {
            return hash.of(text);
        }

        @Override
        public long add(TableKey key, int counter, long amount) {
            return table.add(key, counter, amount);
        }

        @Override
        public void take(TableKey key, int counter, long amount) {
            table.take(key, counter, amount);
        }

        @Override
        public long rate(TableKey key, int counter) {
            return table.rate(key, counter);
        }

        @Override
        public long total(TableKey key, int counter) {
            return table.total(key, counter);
        }

        @Override
        public long current(TableKey key, int counter) {
            return table.current(key, counter);
        }

        @Override
        public long tag(TableKey key, int tag) {
            return table.tag(key, tag);
        }

        @Override
        public void tag(TableKey key, int tag, long value) {
            table.tag(key, tag, value);
        }
    }
}
