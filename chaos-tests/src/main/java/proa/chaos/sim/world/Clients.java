package proa.chaos.sim.world;

import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;

import java.util.ArrayList;
import java.util.List;

/**
 * What clients do: most come to whoever answers for a group, some to a node of their own choice.
 * They stick, count, open and close connections, and want more than the limit allows.
 */
final class Clients {

    private static final int TAGS = 100;

    /** From this number on keys are written once and removed, banned once and cleared. */
    private static final int FIRST_DOOMED = Data.KEYS - 6;

    private final World world;
    private final long everyNanos;
    private boolean rests;

    /**
     * @param everyNanos mean time between two requests
     */
    Clients(World world, long everyNanos) {
        this.world = world;
        this.everyNanos = everyNanos;
    }

    void begin() {
        world.agenda()
                .after(
                        world.chance().between(1, 2 * everyNanos),
                        () -> {
                            if (!rests) {
                                request();
                            }
                            begin();
                        });
    }

    /** They leave, so that what has been exchanged can be looked at. */
    void rest() {
        rests = true;
    }

    /**
     * A round begins. Some keys are written at once and removed while something may be wrong.
     *
     * @param calmNanos how long nothing is wrong
     * @param troubleNanos how long something may be, after that
     */
    void round(long calmNanos, long troubleNanos) {
        rests = false;
        Ledger ledger = world.ledger();
        ledger.open.forEach(this::close);
        ledger.open.clear();
        ledger.begin();
        for (int number = FIRST_DOOMED; number < Data.KEYS; number++) {
            TableKey key = world.key(number);
            world.agenda().after(calmNanos / 4, () -> write(key));
            long at = calmNanos + world.chance().between(0, troubleNanos);
            world.agenda().after(at, () -> remove(key));
            world.agenda().after(calmNanos / 4, () -> ban(key));
            long later = calmNanos + world.chance().between(0, troubleNanos);
            world.agenda().after(later, () -> clear(key));
        }
    }

    private void write(TableKey key) {
        List<Replica> serving = serving();
        if (!serving.isEmpty()) {
            Replica at = any(serving);
            at.table(Data.PINS).stick(key, "web0", at.now());
            world.replicas().noted(at, false);
        }
    }

    private void remove(TableKey key) {
        List<Replica> serving = serving();
        if (!serving.isEmpty()) {
            Replica at = any(serving);
            if (at.table(Data.PINS).remove(key, at.now())) {
                world.ledger().removed.put(key, at);
                world.replicas().noted(at, false);
            }
        }
    }

    /** Two nodes count it, or one twice. */
    private void ban(TableKey key) {
        List<Replica> serving = serving();
        for (int time = 0; time < 2 && !serving.isEmpty(); time++) {
            Replica at = any(serving);
            at.table(Data.BANS).add(key, Data.HITS, 1, at.now());
            at.table(Data.BANS).tag(key, 0, 1, at.now());
            world.replicas().noted(at, false);
        }
    }

    private void clear(TableKey key) {
        List<Replica> serving = serving();
        if (!serving.isEmpty()) {
            Replica at = any(serving);
            if (at.table(Data.BANS).tag(key, 0) != 0) {
                at.table(Data.BANS).clear(key, at.now());
                world.ledger().cleared.put(key, at);
                world.replicas().noted(at, false);
            }
        }
    }

    private List<Replica> serving() {
        List<Replica> serving = new ArrayList<>();
        for (Replica replica : world.replicas().living()) {
            Host host = replica.host();
            if (host.node().state() == NodeProcess.State.RUNNING && !host.paused()) {
                serving.add(replica);
            }
        }
        return serving;
    }

    private Replica any(List<Replica> replicas) {
        return replicas.get(world.chance().below(replicas.size()));
    }

    private void request() {
        List<Replica> serving = serving();
        int group = world.chance().below(world.shape().groups());
        if (world.chance().below(4) > 0) {
            List<Replica> answering = new ArrayList<>(serving);
            answering.removeIf(replica -> !replica.host().seat(group).answers());
            serving = answering.isEmpty() ? serving : answering;
        }
        if (!serving.isEmpty()) {
            Replica at = any(serving);
            boolean urgent = operate(at, world.key(world.chance().below(Data.KEYS)));
            world.replicas().noted(at, urgent);
        }
    }

    /** Whether the others should hear of it soon. */
    private boolean operate(Replica at, TableKey key) {
        String server = "web" + world.chance().below(4);
        int table = world.chance().below(Data.LIMITED + 3);
        switch (table) {
            case Data.PINS -> pin(at, key, server);
            case Data.SHORT_LIVED -> useShortLived(at, key, server);
            case Data.CROWDED -> {
                if (at.table(Data.CROWDED).server(key, at.now()) == null) {
                    at.table(Data.CROWDED).stick(key, server, at.now());
                }
            }
            case Data.COUNTS -> {
                at.table(Data.COUNTS).hit(key, at.now());
                world.ledger().count(at, key, Ledger.Sum.REQUESTS, 1);
            }
            case Data.RICH, Data.BRIEF -> rich(at, key);
            default -> {
                return limited(at);
            }
        }
        return false;
    }

    private void pin(Replica at, TableKey key, String server) {
        if (key.low() >= FIRST_DOOMED) {
            at.table(Data.PINS).server(key, at.now());
        } else {
            at.table(Data.PINS).stick(key, server, at.now());
        }
    }

    private void useShortLived(Replica at, TableKey key, String server) {
        Table table = at.table(Data.SHORT_LIVED);
        boolean sticks = world.chance().below(10) == 0;
        if (sticks) {
            table.stick(key, server, at.now());
        }
        if (sticks || table.server(key, at.now()) != null) {
            world.ledger().lastUse.put(key, world.now());
        }
    }

    /** A connection opens or closes, bytes pass, a tag is set. */
    private void rich(Replica at, TableKey key) {
        Table table = at.table(Data.RICH);
        Ledger ledger = world.ledger();
        switch (world.chance().below(5)) {
            case 0, 1 -> {
                table.add(key, Data.CONNECTIONS, 1, at.now());
                at.table(Data.BRIEF).add(key, 0, 1, at.now());
                at.table(Data.BANS).add(key, Data.CONNECTIONS, 1, at.now());
                ledger.count(at, key, Ledger.Sum.CONNECTIONS, 1);
                ledger.open.add(new Ledger.Open(at, key));
            }
            case 2 -> close(ledger.open);
            case 3 -> {
                long count = world.chance().between(0, 1L << 40);
                table.add(key, Data.BYTES, count, at.now());
                ledger.count(at, key, Ledger.Sum.BYTES, count);
            }
            default -> table.tag(key, 0, world.chance().below(TAGS), at.now());
        }
    }

    private void close(List<Ledger.Open> open) {
        if (open.isEmpty()) {
            return;
        }
        int which = world.chance().below(open.size());
        Ledger.Open closing = open.get(which);
        Replica at = closing.at();
        if (at.host().node().state() == NodeProcess.State.RUNNING && !at.host().paused()) {
            open.remove(which);
            close(closing);
        }
    }

    private void close(Ledger.Open closing) {
        Replica at = closing.at();
        at.table(Data.RICH).take(closing.key(), Data.CONNECTIONS, 1, at.now());
        at.table(Data.BRIEF).take(closing.key(), 0, 1, at.now());
        at.table(Data.BANS).take(closing.key(), Data.CONNECTIONS, 1, at.now());
        world.replicas().noted(at, false);
    }

    private boolean limited(Replica at) {
        TableKey key = world.key(0);
        long left = at.table(Data.LIMITED).admit(key, 0, Data.LIMIT, 1, at.now());
        if (left >= 0) {
            world.ledger().admit(key, at, world.now());
            world.memory().admitted(at, key);
        }
        return left >= 0 && left <= Data.LIMIT / 5;
    }
}
