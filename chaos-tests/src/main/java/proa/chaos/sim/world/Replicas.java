package proa.chaos.sim.world;

import org.jspecify.annotations.Nullable;

import proa.cluster.membership.Membership;
import proa.cluster.replication.Limits;
import proa.cluster.replication.Outgoing;
import proa.config.ClusterConfig;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** All lives of node processes that are there: wakes them, and carries what they say. */
final class Replicas {

    private static final long DELAY_MICROS_MAX = 40_000;
    private static final long CHORES_NANOS = 100 * Agenda.MILLI;
    private static final long STEER_NANOS = 10 * Data.SECOND;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final long CALENDAR_MILLIS = 1_700_000_000_000L;

    /** Lives of one node that the others keep logs of. */
    private static final int LIVES_MAX = 3;

    private final World world;
    private final Limits limits;
    private final long[] calendarMillis;
    private final @Nullable Replica[] living;
    private final ClusterConfig cluster;

    Replicas(World world, Limits limits) {
        this.world = world;
        this.limits = limits;
        int nodes = world.shape().nodes();
        this.calendarMillis = new long[nodes];
        this.living = new @Nullable Replica[nodes];
        for (int at = 0; at < nodes; at++) {
            calendarMillis[at] =
                    CALENDAR_MILLIS + world.chance().between(-HOUR_MILLIS, HOUR_MILLIS);
        }
        this.cluster = cluster(world);
    }

    private static ClusterConfig cluster(World world) {
        List<ClusterConfig.Node> nodes = new ArrayList<>();
        for (Host host : world.hosts()) {
            nodes.add(new ClusterConfig.Node(host.name(), host.id(), List.of(host.address())));
        }
        return new ClusterConfig(
                "simulated",
                world.shape().timing(),
                nodes,
                Optional.empty(),
                ClusterConfig.Ports.DEFAULTS,
                ClusterConfig.Ownership.KERNEL);
    }

    /** The lives that are there now. */
    List<Replica> living() {
        List<Replica> all = new ArrayList<>();
        for (Replica replica : living) {
            if (replica != null) {
                all.add(replica);
            }
        }
        return all;
    }

    /** The lives that can do something now. */
    List<Replica> running() {
        List<Replica> running = living();
        running.removeIf(replica -> !runs(replica));
        return running;
    }

    private boolean lives(Replica replica) {
        return living[replica.host().index()] == replica;
    }

    /** A process whose event loops are stuck still exchanges tables: another thread does that. */
    private boolean runs(Replica replica) {
        NodeProcess.State state = replica.host().node().state();
        return lives(replica)
                && (state == NodeProcess.State.RUNNING || state == NodeProcess.State.STUCK)
                && !replica.host().paused();
    }

    // --- life and death

    /** A new life with empty tables, on a clock that begins anywhere. */
    Replica begin(Host host, long life) {
        Replica begun =
                new Replica(
                        world.parts(),
                        host,
                        new Membership(cluster, host.name()),
                        life,
                        limits,
                        world.chance().between(0, 1L << 50),
                        calendar(host));
        living[host.index()] = begun;
        world.agenda().after(world.chance().between(0, CHORES_NANOS), () -> chores(begun));
        world.agenda().after(STEER_NANOS, () -> steer(begun));
        return begun;
    }

    void ended(Replica replica) {
        living[replica.host().index()] = null;
        world.ledger().ended(replica, living(), world.round());
    }

    /** A host's calendar jumps. */
    void step(Host host, long millis) {
        calendarMillis[host.index()] += millis;
        Replica replica = living[host.index()];
        if (replica != null && runs(replica)) {
            replica.steer(calendar(host));
        }
    }

    private long calendar(Host host) {
        return world.now() / Agenda.MILLI + calendarMillis[host.index()];
    }

    // --- the replicator's thread

    private void chores(Replica replica) {
        if (lives(replica)) {
            if (runs(replica)) {
                replica.expire();
                wake(replica);
            }
            world.agenda().after(CHORES_NANOS, () -> chores(replica));
        }
    }

    private void steer(Replica replica) {
        if (lives(replica)) {
            if (runs(replica)) {
                replica.steer(calendar(replica.host()));
            }
            world.agenda().after(STEER_NANOS, () -> steer(replica));
        }
    }

    /** Something changed there: told to the replicator, which runs when it wants to. */
    void noted(Replica replica, boolean urgent) {
        replica.changed(urgent);
        world.memory().touched(replica);
        wake(replica);
    }

    /** Lets the replicator run when it wants to. */
    void wake(Replica replica) {
        long due = replica.simulated(replica.dueNanos());
        if (due == Long.MAX_VALUE || replica.wakeAt <= due) {
            return;
        }
        replica.wakeAt = due;
        world.agenda().at(due, () -> run(replica, due));
    }

    private void run(Replica replica, long due) {
        if (replica.wakeAt != due) {
            return;
        }
        replica.wakeAt = Long.MAX_VALUE;
        if (runs(replica)) {
            replica.changed(false);
            send(replica, replica.tick());
            wake(replica);
        }
    }

    // --- what they say

    /** A node learns who is in sight: itself too, the coordinator first. */
    void view(Replica replica, List<Integer> ids) {
        Membership.Sight sight = replica.membership().view(ids);
        Set<Integer> others = new LinkedHashSet<>();
        for (String member : sight.members()) {
            Host host = world.host(member);
            if (host != replica.host()) {
                others.add(host.id());
            }
        }
        world.trace().detail(replica.host().name(), () -> "sees " + sight);
        send(replica, replica.view(others));
        wake(replica);
    }

    private void send(Replica from, List<Outgoing> messages) {
        for (Outgoing message : messages) {
            for (Replica to : living) {
                boolean meant =
                        to != null
                                && to != from
                                && (message.to() == Outgoing.ALL || message.to() == to.host().id());
                if (meant) {
                    carry(from, to, message.bytes());
                }
            }
        }
    }

    private void carry(Replica from, Replica to, byte[] bytes) {
        world.wire().sync(from.host(), to.host(), DELAY_MICROS_MAX, () -> deliver(from, to, bytes));
    }

    private void deliver(Replica from, Replica to, byte[] bytes) {
        if (runs(to)) {
            world.trace()
                    .detail(
                            to.host().name(),
                            () -> bytes.length + " bytes of tables from " + from.host().name());
            send(to, to.received(from.host().id(), bytes));
            world.memory().touched(to);
            wake(to);
        }
    }

    /** Most bytes that logs may hold: of every life of every node that is remembered. */
    long logBytesMax() {
        return (long) limits.logBytes() * LIVES_MAX * world.shape().nodes();
    }
}
