package proa.chaos.sim.world;

import org.jspecify.annotations.Nullable;

import proa.cluster.replication.Limits;
import proa.cluster.tables.TableKey;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Hosts in simulated time. One queue ordered by time, one source of chance; after every event it is
 * looked at whether what is promised still holds. Not thread-safe; two worlds of the same seed and
 * faults are the same to the last event.
 */
final class World {

    /** Times between faults and what others do about them are over after this long. */
    private static final long QUIET_NANOS = 4_000 * Agenda.MILLI;

    private static final long REQUEST_NANOS = 60 * Agenda.MILLI;

    private final Shape shape;
    private final Parts parts;
    private final Chance chance;
    private final Agenda agenda = new Agenda();
    private final Trace trace;
    private final List<Host> hosts = new ArrayList<>();
    private final Wire wire;
    private final Owners owners;
    private final Sight sight;
    private final Replicas replicas;
    private final Ledger ledger = new Ledger();
    private final Memory memory;
    private final Clients clients;
    private final Faults faults;
    private int round;
    private long disturbedUntil;

    /**
     * Boots every host.
     *
     * @param reader who reads the trace along; null: nobody
     */
    World(
            Shape shape,
            Parts parts,
            Chance chance,
            Limits limits,
            @Nullable Consumer<String> reader) {
        this.shape = shape;
        this.parts = parts;
        this.chance = chance;
        this.trace = new Trace(agenda, reader);
        this.wire = new Wire(this);
        this.owners = new Owners(this);
        this.sight = new Sight(this);
        this.memory = new Memory(this);
        this.clients = new Clients(this, REQUEST_NANOS);
        this.faults = new Faults(this);
        for (int index = 0; index < shape.nodes(); index++) {
            hosts.add(new Host(this, index));
        }
        this.replicas = new Replicas(this, limits);
        hosts.forEach(Host::boot);
        if (shape.tables()) {
            clients.begin();
        }
    }

    // --- its parts

    Shape shape() {
        return shape;
    }

    Parts parts() {
        return parts;
    }

    Chance chance() {
        return chance;
    }

    Agenda agenda() {
        return agenda;
    }

    Trace trace() {
        return trace;
    }

    List<Host> hosts() {
        return hosts;
    }

    Host host(int index) {
        return hosts.get(index);
    }

    Host host(String name) {
        for (Host host : hosts) {
            if (host.name().equals(name)) {
                return host;
            }
        }
        throw new IllegalArgumentException("no host " + name);
    }

    Wire wire() {
        return wire;
    }

    Owners owners() {
        return owners;
    }

    Sight sight() {
        return sight;
    }

    Replicas replicas() {
        return replicas;
    }

    Ledger ledger() {
        return ledger;
    }

    Memory memory() {
        return memory;
    }

    Clients clients() {
        return clients;
    }

    Faults faults() {
        return faults;
    }

    // --- time

    long now() {
        return agenda.now();
    }

    /** The number of this round of keys. */
    int round() {
        return round;
    }

    /** A key of this round. */
    TableKey key(int number) {
        return Data.key(round, number);
    }

    /**
     * Another round of keys begins.
     *
     * @param calmNanos how long nothing is wrong
     * @param troubleNanos how long something may be, after that
     */
    void round(long calmNanos, long troubleNanos) {
        round++;
        if (shape.tables()) {
            clients.round(calmNanos, troubleNanos);
        }
    }

    /** Something is not as it should be until then. */
    void disturbed(long untilNanos) {
        disturbedUntil = Math.max(disturbedUntil, untilNanos);
    }

    /** Whether nothing has been wrong for long enough. */
    boolean quiet() {
        return now() > disturbedUntil + QUIET_NANOS && now() > QUIET_NANOS;
    }

    void run(Duration length) {
        runUntil(now() + length.toNanos());
    }

    void runUntil(long untilNanos) {
        while (agenda.step(untilNanos)) {
            check();
        }
        agenda.pass(untilNanos);
    }

    /** Runs until that holds, or fails when it does not in time; how many milliseconds it took. */
    long millisUntil(Duration limit, BooleanSupplier holds) {
        long start = now();
        while (!holds.getAsBoolean()) {
            if (!agenda.step(start + limit.toNanos())) {
                throw broken("not within " + limit.toMillis() + " ms");
            }
            check();
        }
        return (now() - start) / Agenda.MILLI;
    }

    private void check() {
        owners.check();
        memory.check();
    }

    /** Nothing is broken any more and there was time to do something about it. */
    void checkSettled() {
        int before = owners.takeovers();
        run(Duration.ofSeconds(3));
        owners.checkSettled(before);
        if (shape.tables()) {
            memory.checkConverged(replicas.living());
        }
    }

    BrokenPromise broken(String what) {
        return new BrokenPromise(what, now());
    }

    // --- who owns a group

    /** The host that answers for a group. */
    Host owner(int group) {
        return hosts.stream()
                .filter(host -> host.seat(group).answers())
                .findFirst()
                .orElseThrow(() -> broken("no owner of group" + group));
    }

    boolean someoneElseAnswers(int group, Host than) {
        return hosts.stream().anyMatch(host -> host != than && host.seat(group).answers());
    }
}
