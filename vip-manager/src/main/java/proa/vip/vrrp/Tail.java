package proa.vip.vrrp;

import proa.vip.message.MeshMessage;

import java.net.InetAddress;
import java.util.List;

/**
 * The tail of a planned move, on both of its sides: connections that the old owner has go on there
 * until they end, for a bounded time.
 *
 * <pre>
 * old owner   a successor has taken the group     keeps the address, accepts, answers nobody; its node drains
 * old owner   drained, node gone                  takes the address off and says so
 * old owner   time over                           says so; the address goes 1 s later
 * old owner   owns the group again, or is at fault   over, without a word
 * new owner   takes over by a planned move        passes packets of connections it does not know to the old owner
 * new owner   the old one says it is over or goes, time over, no longer owner   passes nothing
 * </pre>
 */
final class Tail {

    /** Connections of the old owner may go on for so long, in milliseconds. */
    static final long MILLIS = 30_000;

    private final Group group;

    private long keptUntilNanos = Long.MAX_VALUE;
    private long renewNanos = Long.MAX_VALUE;

    private String offeredBy = "";
    private List<InetAddress> offered = List.of();

    private String passesTo = "";
    private long passesUntilNanos = Long.MAX_VALUE;

    Tail(Group group) {
        this.group = group;
    }

    // --- the old owner

    /** Where packets of this node's connections are to be sent; empty: it cannot have a tail. */
    List<InetAddress> own() {
        return group.rules.tail();
    }

    /** Whether this node accepts traffic for a group that another one owns. */
    boolean kept() {
        return keptUntilNanos != Long.MAX_VALUE;
    }

    /** A successor owns the group. */
    void keep() {
        keptUntilNanos = group.now + MILLIS * Timers.MILLI;
        renew();
    }

    private void renew() {
        renewNanos = group.now + group.advertNanos;
        group.act(new Action.StopAnswering(group.leaseMillis()));
    }

    /** The node has no connection of this group any more, or nobody is left to have one. */
    void end() {
        if (kept()) {
            group.act(new Action.DropLease());
            group.act(new Action.RemoveAddress());
            fault();
        }
    }

    /**
     * The time is over: what the kernel says of it to clients needs the address a little longer.
     */
    private void cut() {
        group.act(new Action.DropLease());
        group.addressUntilNanos = group.now + Transitions.FAREWELL_MILLIS * Timers.MILLI;
        fault();
    }

    /** The address goes for another reason. */
    void fault() {
        if (kept()) {
            forget();
            group.say("", new MeshMessage.TailOver(group.rules.group(), group.term));
        }
    }

    /** This node owns the group again. */
    void forget() {
        keptUntilNanos = Long.MAX_VALUE;
        renewNanos = Long.MAX_VALUE;
    }

    // --- the new owner

    /** A planned move to this node: the old owner goes on with what it has. */
    void offered(String by, List<InetAddress> tail) {
        offeredBy = by;
        offered = tail;
    }

    /** To be called before the address attracts the packets. */
    void pass() {
        if (!offered.isEmpty()) {
            passesTo = offeredBy;
            passesUntilNanos = group.now + MILLIS * Timers.MILLI;
            group.act(new Action.PassTail(offered));
            offered = List.of();
        }
    }

    /** The kernel did not take what {@link #pass} asked for. */
    void refused() {
        passesTo = "";
        passesUntilNanos = Long.MAX_VALUE;
    }

    /** Who is cut off while it lingers gives the group up once more, and keeps nothing. */
    void said(String peer, MeshMessage message) {
        if (message instanceof MeshMessage.TailOver
                || message instanceof MeshMessage.Release release && release.tail().isEmpty()) {
            over(peer);
        }
    }

    /** That peer has nothing left to be passed to. */
    void over(String peer) {
        if (peer.equals(passesTo)) {
            stopPassing();
        }
    }

    /** This node is not the owner, or the time is over. */
    void stopPassing() {
        offered = List.of();
        if (!passesTo.isEmpty()) {
            passesTo = "";
            passesUntilNanos = Long.MAX_VALUE;
            group.act(new Action.EndTail());
        }
    }

    // --- time

    void due() {
        if (kept()) {
            if (group.node.health() == NodeWatch.Health.ABSENT) {
                end();
            } else if (group.now >= keptUntilNanos) {
                cut();
            } else if (group.now >= renewNanos) {
                renew();
            }
        }
        if (group.now >= passesUntilNanos) {
            stopPassing();
        }
    }

    long deadlineNanos() {
        return Math.min(Math.min(keptUntilNanos, renewNanos), passesUntilNanos);
    }
}
