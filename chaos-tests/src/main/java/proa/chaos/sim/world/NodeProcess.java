package proa.chaos.sim.world;

import org.jspecify.annotations.Nullable;

import proa.vip.vrrp.Event;

import java.util.HashSet;
import java.util.Set;

/**
 * The node process of one host: what it says to vipd, when it is ready, and its tables. Its
 * heartbeats come every 25 ms; while nothing is wrong with it they are told to a machine only
 * {@link #BEAT_NANOS} apart, which the machine cannot tell from all of them.
 */
final class NodeProcess {

    /** What the process does. */
    enum State {
        DEAD,
        RUNNING,
        STOPPED,
        STUCK
    }

    /** Well below the 150 ms of silence after which vipd looks whether the process is stopped. */
    static final long BEAT_NANOS = 120 * Agenda.MILLI;

    private static final long HEARTBEAT_NANOS = 25 * Agenda.MILLI;
    private static final long CHORES_NANOS = 100 * Agenda.MILLI;

    /** A cold start does not wait longer than this for members that may never come. */
    private static final long SYNC_NANOS_MAX = 3_000 * Agenda.MILLI;

    private final World world;
    private final Host host;
    private final Set<Integer> leftGroups = new HashSet<>();

    private State state = State.DEAD;
    private long starts;
    private long connectedTo = -1;
    private long bornNanos;
    private long warmNanos;
    private long stuckSince;
    private boolean leaving;
    private boolean ready;
    private @Nullable Replica replica;

    NodeProcess(World world, Host host) {
        this.world = world;
        this.host = host;
    }

    State state() {
        return state;
    }

    /** How often it has been started: the number of its life. */
    long starts() {
        return starts;
    }

    /** Its tables; null while it is dead, or where nobody has tables. */
    @Nullable Replica replica() {
        return replica;
    }

    /** Whether it was allowed to become ready: its tables are there, or it has waited enough. */
    boolean mayBeReady() {
        Replica tables = replica;
        return tables == null
                || tables.synchronisedWithOthers()
                || host.clock() - bornNanos > SYNC_NANOS_MAX;
    }

    /** Whether its heartbeats reach this life of vipd and say that all is well. */
    boolean beats() {
        return state == State.RUNNING && connected();
    }

    private boolean connected() {
        return connectedTo == host.vipdLife();
    }

    // --- life and death

    void start() {
        if (state != State.DEAD || !host.up()) {
            return;
        }
        state = State.RUNNING;
        leaving = false;
        ready = false;
        leftGroups.clear();
        connectedTo = -1;
        long life = ++starts;
        bornNanos = host.clock();
        warmNanos = bornNanos + world.chance().millis(20, 800);
        if (world.shape().tables()) {
            replica = world.replicas().begin(host, starts);
        }
        world.trace().note(host.name(), "node starts");
        world.agenda().after(world.chance().millis(10, 100), () -> connect(life));
        world.agenda().after(world.chance().between(0, CHORES_NANOS), () -> chores(life));
        world.sight().changed();
    }

    void kill() {
        if (state != State.DEAD) {
            world.trace().note(host.name(), "node killed");
            boolean wasConnected = connected();
            die();
            if (wasConnected) {
                long life = host.vipdLife();
                world.agenda().after(world.chance().micros(200, 4_500), () -> gone(life));
            }
        }
    }

    private void gone(long vipdLife) {
        if (host.vipdLife() == vipdLife) {
            host.tellAll(new Event.NodeGone());
        }
    }

    /** It ends without a word, as with its host. */
    void die() {
        lastBeat();
        state = State.DEAD;
        ready = false;
        Replica ended = replica;
        replica = null;
        if (ended != null) {
            world.replicas().ended(ended);
            world.sight().changed();
        }
    }

    void become(State next) {
        if (state == State.DEAD || state == next) {
            return;
        }
        lastBeat();
        world.trace().note(host.name(), "node " + next);
        state = next;
        stuckSince = world.now();
        switch (next) {
            case STUCK -> stuckBeats(starts);
            case RUNNING -> {
                if (connected()) {
                    host.beatAll();
                }
                Replica tables = replica;
                if (tables != null) {
                    world.replicas().wake(tables);
                }
            }
            case STOPPED, DEAD -> {}
        }
        world.sight().changed();
    }

    private void lastBeat() {
        if (beats()) {
            host.beatAll();
        }
    }

    /** A stuck node still says how long its loops have stood. */
    private void stuckBeats(long life) {
        if (starts != life || state != State.STUCK) {
            return;
        }
        if (connected() && !host.paused()) {
            long stuck = (world.now() - stuckSince) / Agenda.MILLI;
            host.tellAll(new Event.NodeHeartbeat(stuck, stuck));
        }
        world.agenda().after(HEARTBEAT_NANOS, () -> stuckBeats(life));
    }

    /** An orderly end: it asks vipd first. */
    void leave() {
        if (state == State.RUNNING && !leaving) {
            world.trace().note(host.name(), "node leaves");
            leaving = true;
            host.tellAll(new Event.NodeLeaving());
        }
    }

    /** A group does not need it any more; when none does, it ends. */
    void mayLeave(int group) {
        leftGroups.add(group);
        if (leaving && leftGroups.size() == world.shape().groups()) {
            kill();
        }
    }

    // --- vipd

    /** vipd has started: the process finds it. */
    void vipdStarted() {
        if (state != State.DEAD) {
            long life = starts;
            world.agenda().after(world.chance().millis(5, 50), () -> connect(life));
        }
    }

    private void connect(long life) {
        if (starts != life || state == State.DEAD || !host.vipdUp() || connected()) {
            return;
        }
        if (state != State.RUNNING || host.paused()) {
            world.agenda().after(HEARTBEAT_NANOS, () -> connect(life));
            return;
        }
        connectedTo = host.vipdLife();
        leftGroups.clear();
        host.tellAll(new Event.NodeConnected());
        host.beatAll();
        if (ready) {
            sayReady();
        }
        if (leaving) {
            host.tellAll(new Event.NodeLeaving());
        }
    }

    private void chores(long life) {
        if (starts != life || state == State.DEAD) {
            return;
        }
        if (state == State.RUNNING && !host.paused()) {
            if (!ready && connected() && host.clock() >= warmNanos && mayBeReady()) {
                ready = true;
                sayReady();
            }
        }
        boolean waits = !ready;
        if (waits) {
            world.agenda().after(CHORES_NANOS, () -> chores(life));
        }
    }

    private void sayReady() {
        host.tellAll(new Event.NodeReadiness(true, ""));
    }
}
