package proa.chaos.sim.world;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;

import java.util.List;
import java.util.Map;

/**
 * What must hold of the tables: at every moment nothing is counted twice, logs are bounded and a
 * limit is kept as far as is promised; once all has been exchanged everybody knows the same,
 * nothing is lost, and nothing that was removed or has expired is back.
 */
final class Memory {

    /** An entry may outlive its time by the slack, and by what messages need. */
    private static final long SLACK_NANOS = 400 * Agenda.MILLI;

    /**
     * What one node has admitted, all know after this long on a network that loses nothing: the
     * batch waits 5 ms, travels up to 40 ms, and the clock of its origin is known to 40 ms.
     */
    static final long LAG_NANOS = 100 * Agenda.MILLI;

    private static final Ledger.Sum[] SUMS = Ledger.Sum.values();

    private final World world;
    private @Nullable Replica touched;

    Memory(World world) {
        this.world = world;
    }

    private BrokenPromise broken(Replica at, TableKey key, String what) {
        String round = key.high() == world.round() ? "" : " of round " + key.high();
        return world.broken(
                "the tables of " + at.host().name() + ", key " + key.low() + round + ": " + what);
    }

    /** Something has changed in the tables of a node. */
    void touched(Replica at) {
        touched = at;
    }

    /** After every event: what has changed is looked at for one key, a different one each time. */
    void check() {
        Replica at = touched;
        if (at == null) {
            return;
        }
        touched = null;
        TableKey key = world.key(world.chance().below(Data.KEYS));
        for (Ledger.Sum sum : SUMS) {
            long said = said(at, key, sum);
            long most = world.ledger().most(key, sum);
            if (said > most) {
                throw broken(at, key, said + " " + sum + ", but only " + most);
            }
        }
        if (at.logBytes() > world.replicas().logBytesMax()) {
            throw world.broken(at.host().name() + " keeps " + at.logBytes() + " bytes of batches");
        }
    }

    private static long said(Replica at, TableKey key, Ledger.Sum sum) {
        return switch (sum) {
            case REQUESTS -> at.table(Data.COUNTS).rate(key, at.now());
            case CONNECTIONS -> at.table(Data.RICH).total(key, Data.CONNECTIONS);
            case BYTES -> at.table(Data.RICH).total(key, Data.BYTES);
        };
    }

    /**
     * A request under the limit was let through. Each life keeps the limit by itself whatever
     * happens; on a network that works it exceeds it by no more than what others have let through
     * in the time that messages need.
     */
    void admitted(Replica at, TableKey key) {
        Ledger ledger = world.ledger();
        long count = ledger.admitted(key);
        long most =
                world.quiet()
                        ? Data.LIMIT + ledger.admittedByOthers(key, at, world.now() - LAG_NANOS)
                        : Data.LIMIT * ledger.admitting(key);
        if (count > most) {
            throw broken(at, key, count + " admitted in a window, at most " + most);
        }
    }

    /** All that can be known has been exchanged. */
    void checkConverged(List<Replica> living) {
        if (living.size() < world.shape().nodes()) {
            throw world.broken("only " + living.size() + " nodes run");
        }
        Replica first = living.getFirst();
        for (Replica at : living) {
            if (!at.synchronised()) {
                throw world.broken(at.host().name() + " is not synchronised");
            }
            checkAgreed(at, first, Data.PINS);
            checkAgreed(at, first, Data.CROWDED);
            for (int number = 0; number < Data.KEYS; number++) {
                checkKey(at, first, world.key(number));
            }
        }
    }

    private void checkAgreed(Replica at, Replica first, int table) {
        Map<TableKey, List<@Nullable Object>> here = at.sticky(table);
        Map<TableKey, List<@Nullable Object>> there = first.sticky(table);
        for (Map.Entry<TableKey, List<@Nullable Object>> entry : here.entrySet()) {
            if (!entry.getValue().equals(there.get(entry.getKey()))) {
                String other = first.host().name() + " " + there.get(entry.getKey());
                throw broken(at, entry.getKey(), entry.getValue() + ", on " + other);
            }
        }
        if (here.size() != there.size()) {
            throw world.broken(
                    at.host().name()
                            + " keeps "
                            + here.size()
                            + " of table "
                            + table
                            + ", "
                            + first.host().name()
                            + " "
                            + there.size());
        }
    }

    private void checkKey(Replica at, Replica first, TableKey key) {
        Ledger ledger = world.ledger();
        for (Ledger.Sum sum : SUMS) {
            long said = said(at, key, sum);
            long least = ledger.least(key, sum);
            if (said < least) {
                throw broken(at, key, said + " " + sum + ", at least " + least);
            }
            same(at, key, sum.toString(), said, said(first, key, sum));
        }
        long open = ledger.openNow(key);
        for (int table : List.of(Data.RICH, Data.BRIEF, Data.BANS)) {
            Table connections = at.table(table);
            String what = "open connections of " + Data.SHAPES.get(table).name();
            same(at, key, what, connections.current(key, 0, at.now()), open);
        }
        same(at, key, "tag", at.table(Data.RICH).tag(key, 0), first.table(Data.RICH).tag(key, 0));
        checkBans(at, first, key);
        checkNotBack(at, key);
    }

    private void checkBans(Replica at, Replica first, TableKey key) {
        Table here = at.table(Data.BANS);
        Table there = first.table(Data.BANS);
        long hits = here.total(key, Data.HITS);
        long rate = here.rate(key, Data.HITS, at.now());
        same(at, key, "hits", hits, there.total(key, Data.HITS));
        same(at, key, "hits lately", rate, there.rate(key, Data.HITS, first.now()));
        same(at, key, "banned", here.tag(key, 0), there.tag(key, 0));
        boolean back = hits != 0 || rate != 0 || here.tag(key, 0) != 0;
        if (back && world.ledger().cleared.containsKey(key)) {
            throw broken(at, key, "was cleared and is back");
        }
    }

    private void same(Replica at, TableKey key, String what, long here, long there) {
        if (here != there) {
            throw broken(at, key, here + " " + what + ", elsewhere " + there);
        }
    }

    private void checkNotBack(Replica at, TableKey key) {
        if (world.ledger().removed.containsKey(key) && server(at, Data.PINS, key) != null) {
            throw broken(at, key, "was removed and is back");
        }
        long used = world.ledger().lastUse.getOrDefault(key, Long.MIN_VALUE / 2);
        boolean over = world.now() - used >= Data.SHORT_NANOS + SLACK_NANOS;
        if (over && at.sticky(Data.SHORT_LIVED).containsKey(key)) {
            throw broken(at, key, "has expired and is back");
        }
    }

    private static @Nullable Object server(Replica at, int table, TableKey key) {
        List<@Nullable Object> entry = at.sticky(table).get(key);
        return entry == null ? null : entry.get(3);
    }
}
