package proa.chaos.sim.world;

import proa.vip.message.MeshMessage;
import proa.vip.vrrp.GroupView;

import java.util.List;

/**
 * What must hold of the addresses after every event: at most one host answers among those that can
 * talk, some host answers while one could, nobody moves without a reason, and a host whose tables
 * are not there takes nothing of its own accord.
 */
final class Owners {

    /**
     * On a network that works, an overlap is the time that a killed vipd's address outlives its
     * connections, 4.5 ms here.
     */
    static final long OVERLAP_NANOS_MAX = 6 * Agenda.MILLI;

    /**
     * While the network is at fault, and for as long after it: until an advertisement or a new mesh
     * connection tells one of the two.
     */
    static final long TROUBLE_NANOS = 5_000 * Agenda.MILLI;

    /** A cold start waits for the tables no longer than this. */
    private static final long COLD_NANOS_MAX = 3_000 * Agenda.MILLI;

    private static final int TAKEOVERS_PER_FAULT = 4;

    /** What a host says of one group in a second, whatever others say to it. */
    private static final int SAID_PER_SECOND_MAX = 150;

    private final World world;
    private final long overlapInTroubleNanos;
    private final long gapNanosMax;

    /** Until then all hosts have only just started, and may come to the same conclusion at once. */
    private final long coldNanos;

    private final long gapInTroubleNanos;
    private final long[][][] overlapSince;

    /** Whether a group had two owners when it was looked at last: its pairs must be forgotten. */
    private final boolean[] overlaps;

    private final long[] gapSince;
    private final int[] takeovers;
    private long troubledUntil;
    private int faults;
    private int contests;
    private long longestGapNanos;
    private long longestOverlapNanos;

    Owners(World world) {
        this.world = world;
        Shape shape = world.shape();
        long advert = shape.advertInterval().toNanos();
        this.coldNanos = 5 * advert;
        this.overlapInTroubleNanos = 10 * advert;
        // Three advertisements, the skew, the lateness of a loop; or a mesh that is silent.
        this.gapNanosMax = 9 * advert / 2;
        this.gapInTroubleNanos = shape.mesh() ? Math.max(10 * advert, Data.SECOND) : 15 * advert;
        this.overlapSince = new long[shape.groups()][shape.nodes()][shape.nodes()];
        this.overlaps = new boolean[shape.groups()];
        this.gapSince = new long[shape.groups()];
        this.takeovers = new int[shape.groups()];
    }

    /** The network is at fault until then at least. */
    void trouble(long untilNanos) {
        troubledUntil = Math.max(troubledUntil, untilNanos + TROUBLE_NANOS);
    }

    private boolean troubled() {
        return world.now() < troubledUntil || !world.shape().mesh();
    }

    void fault() {
        faults++;
    }

    int takeovers(int group) {
        return takeovers[group];
    }

    int takeovers() {
        int sum = 0;
        for (int count : takeovers) {
            sum += count;
        }
        return sum;
    }

    long longestGapNanos() {
        return longestGapNanos;
    }

    long longestOverlapNanos() {
        return longestOverlapNanos;
    }

    // --- after every event

    void check() {
        for (int group = 0; group < gapSince.length; group++) {
            int answering = checkOneOwner(group);
            checkSomeOwner(group, answering > 0);
        }
    }

    /** How many answer, and that no two do that could know. */
    private int checkOneOwner(int group) {
        List<Host> hosts = world.hosts();
        int answering = 0;
        for (Host host : hosts) {
            if (host.seat(group).answers()) {
                answering++;
            }
        }
        for (int a = 0; a < hosts.size() && (answering > 1 || overlaps[group]); a++) {
            for (int b = a + 1; b < hosts.size(); b++) {
                checkPair(group, hosts.get(a), hosts.get(b));
            }
        }
        overlaps[group] = answering > 1;
        return answering;
    }

    private void checkPair(int group, Host a, Host b) {
        long[] since = overlapSince[group][a.index()];
        boolean both =
                a.seat(group).answers() && b.seat(group).answers() && world.wire().canTalk(a, b);
        if (!both) {
            since[b.index()] = 0;
            return;
        }
        if (since[b.index()] == 0) {
            since[b.index()] = world.now();
        }
        long overlap = world.now() - since[b.index()];
        longestOverlapNanos = Math.max(longestOverlapNanos, overlap);
        if (overlap > (troubled() ? overlapInTroubleNanos : OVERLAP_NANOS_MAX)) {
            throw world.broken(
                    "group" + group + " has two owners for " + overlap / Agenda.MILLI + " ms");
        }
    }

    /** Nobody answers only for so long while a host stands by that could. */
    private void checkSomeOwner(int group, boolean answered) {
        if (answered || !somebodyCouldServe(group)) {
            gapSince[group] = 0;
        } else if (gapSince[group] == 0) {
            gapSince[group] = world.now();
        } else {
            long gap = world.now() - gapSince[group];
            longestGapNanos = Math.max(longestGapNanos, gap);
            if (gap > (troubled() ? gapInTroubleNanos : gapNanosMax)) {
                throw world.broken(
                        "nobody answers for group" + group + " for " + gap / Agenda.MILLI + " ms");
            }
        }
    }

    private boolean somebodyCouldServe(int group) {
        for (Host host : world.hosts()) {
            if (host.seat(group).couldServe()) {
                return true;
            }
        }
        return false;
    }

    // --- at certain events

    /** A host has begun to own a group. */
    void tookOver(int group, Host host) {
        takeovers[group]++;
        boolean first = takeovers[group] == 1;
        boolean cold = world.now() < Math.max(COLD_NANOS_MAX, coldNanos);
        if (first && !host.seat(group).nodeReady() && host.clock() < COLD_NANOS_MAX) {
            throw world.broken(
                    host.name() + " takes group" + group + " before its tables are there");
        }
        if (!troubled() && !cold) {
            checkUncontested(group, host);
        }
        if (takeovers[group] > 2 * world.shape().nodes() + TAKEOVERS_PER_FAULT * faults) {
            throw world.broken(
                    "group"
                            + group
                            + " has moved "
                            + takeovers[group]
                            + " times for "
                            + faults
                            + " faults");
        }
    }

    /**
     * Nobody takes a group from an owner that lives and can be talked to. Where several things are
     * wrong at once it may happen, as when what a stopped host reads on waking is no longer true;
     * the mesh then sets it right.
     */
    private void checkUncontested(int group, Host host) {
        for (Host other : world.hosts()) {
            if (other != host
                    && other.vipdRuns()
                    && other.seat(group).answers()
                    && world.wire().canTalk(host, other)) {
                contested(host.name() + " takes group" + group + " from " + other.name());
            }
        }
    }

    private void contested(String what) {
        contests++;
        if (faults < 2 || contests > faults) {
            throw world.broken(what + ", which lives");
        }
    }

    /** An owner whose lease had ended renews it and goes on. */
    void renewedLate(int group, Host host) {
        if (troubled()) {
            return;
        }
        for (Host other : world.hosts()) {
            if (other != host && other.seat(group).answers() && world.wire().canTalk(host, other)) {
                throw world.broken(
                        host.name()
                                + " goes on with group"
                                + group
                                + " after its lease ended, while "
                                + other.name()
                                + " owns it");
            }
        }
    }

    /** A host says something about a group to its peers. */
    void said(Seat seat, Host host, MeshMessage.AboutGroup message) {
        if (message instanceof MeshMessage.Request && !seat.nodeReady()) {
            throw world.broken(
                    host.name() + " asks for " + message.group() + " before its tables are there");
        }
        if (seat.saidWithinSecond() > SAID_PER_SECOND_MAX) {
            throw world.broken(
                    host.name() + " floods its peers with what it says of " + message.group());
        }
    }

    /** Nothing is broken any more: one owner, all agree, and nobody has moved since. */
    void checkSettled(int takeoversBefore) {
        if (takeovers() != takeoversBefore) {
            throw world.broken("still moving");
        }
        for (int group = 0; group < gapSince.length; group++) {
            checkSettledGroup(group);
        }
    }

    private void checkSettledGroup(int at) {
        List<Host> owners = world.hosts().stream().filter(host -> host.seat(at).answers()).toList();
        if (owners.size() != 1) {
            throw world.broken("group" + at + " has " + owners.size() + " owners");
        }
        Host owner = owners.getFirst();
        for (Host host : world.hosts()) {
            GroupView view = host.seat(at).view();
            boolean agrees =
                    view.owner().equals(owner.name())
                            && view.term() <= owner.seat(at).view().term();
            if (world.shape().mesh() && !agrees) {
                throw world.broken(host.name() + " thinks of group" + at + ": " + view);
            }
            if (host.seat(at).hasAddress() != (host == owner)) {
                throw world.broken(
                        host.name()
                                + (host == owner ? " lacks" : " has")
                                + " the address of group"
                                + at);
            }
        }
    }
}
