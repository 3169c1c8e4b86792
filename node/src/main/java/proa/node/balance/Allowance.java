package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.RateConfig;
import proa.node.exchange.Later;
import proa.node.exchange.Pace;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** How often a server may be given something. Never blocks; any thread. */
public interface Allowance {

    /** Whether it may be given one now. */
    boolean any();

    /** Counts one; false when it may not be given any now. */
    boolean take();

    /** One that was counted was not used; it may stay counted. */
    void giveBack();

    /** About how long it is until it may be given one. */
    long waitNanos();

    /** What allowances need of the node around them. */
    interface Source extends Later {

        /** Where there are neither other nodes nor anybody who waits. */
        Source NONE =
                new Source() {
                    @Override
                    public Allowance shared(String table, String key, RateConfig rate) {
                        return new OfNode(new Pace(rate, 0), () -> 0);
                    }

                    @Override
                    public void in(long nanos, Runnable action) {
                        throw new IllegalStateException("nobody waits here");
                    }
                };

        /** That of all nodes together, by a table's counter of requests. */
        Allowance shared(String table, String key, RateConfig rate);
    }

    /** That of one server, or null without a rate. */
    static @Nullable Allowance of(
            String backend,
            BackendConfig.Server server,
            Source source,
            AtomicLong due,
            LongSupplier nanoTime) {
        RateConfig.OfServer rate = server.rate().orElse(null);
        if (rate == null) {
            return null;
        }
        String table = rate.table().orElse(null);
        return table == null
                ? new OfNode(new Pace(rate.rate(), due), nanoTime)
                : source.shared(table, backend + "/" + server.name(), rate.rate());
    }

    /**
     * That of this node.
     *
     * @param nanoTime its clock
     */
    record OfNode(Pace pace, LongSupplier nanoTime) implements Allowance {

        @Override
        public boolean any() {
            return waitNanos() == 0;
        }

        @Override
        public boolean take() {
            return pace.take(nanoTime.getAsLong());
        }

        @Override
        public void giveBack() {
            pace.giveBack();
        }

        @Override
        public long waitNanos() {
            return pace.waitNanos(nanoTime.getAsLong());
        }
    }
}
