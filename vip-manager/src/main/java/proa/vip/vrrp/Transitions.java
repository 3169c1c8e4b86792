package proa.vip.vrrp;

import proa.vip.message.MeshMessage;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The ways from one state to another, each with its actions in the order that keeps two nodes from
 * answering at once.
 */
final class Transitions {

    /** The old owner of a planned move accepts what is still sent to it for this long. */
    static final long LINGER_MILLIS = 200;

    /**
     * An address whose node process is gone stays so long without a lease: nobody reaches it, but
     * the kernel can still send what ends the process's connections, and clients do not wait in
     * vain for answers. Freeing a big heap comes first (4 GB: 0.4 s).
     */
    static final long FAREWELL_MILLIS = 1_000;

    private static final long RETRY_NANOS_MIN = Timers.SECOND;
    private static final long RETRY_NANOS_MAX = 30 * Timers.SECOND;

    private final Group group;
    private long retryNanos = RETRY_NANOS_MIN;
    private boolean released;

    Transitions(Group group) {
        this.group = group;
    }

    /** Initialize, Lingering → Backup; nothing to be taken off. */
    void backup(String why) {
        long wait = group.skew.activeDown(Math.max(1, group.priority()), group.ownerIntervalNanos);
        enter(new State.Backup(group.now + wait), why);
        group.announcements.stop();
    }

    /**
     * Backup → Active (RFC 9568 §6.4.2, Active_Down_Timer). The lease first, or the kernel would
     * drop what the address attracts; the announcement after the address. The term grows only if
     * the gateway answers: a node that is cut off does not overrule.
     */
    void takeOver(String why) {
        released = false;
        group.addressUntilNanos = Long.MAX_VALUE;
        group.quiet = group.cutOffUntilNanos != Long.MIN_VALUE;
        group.cutOffUntilNanos = Long.MIN_VALUE;
        group.pinned = false;
        group.gatewayKept = group.gateway.answers();
        if (group.gatewayKept) {
            group.term++;
        }
        enter(new State.Active(group.term, group.now, group.now + group.advertNanos), why);
        group.node.tookOver(group.now);
        group.owner = group.rules.node();
        group.ownerTerm = group.term;
        group.ownerIntervalNanos = group.advertNanos;
        group.tail.forget();
        group.act(new Action.RenewLease(group.leaseMillis()));
        group.tail.pass();
        show();
    }

    private void show() {
        group.act(new Action.AddAddress());
        if (!group.quiet) {
            group.act(new Action.SendAdvert(group.advertPriority()));
            group.announcements.start(group.now);
            announceIfDue();
        }
    }

    /**
     * The kernel passes nothing to the old owner, and the rest of the takeover was left out: it is
     * done now. Connections at the old owner end, which is less than an address that nobody has.
     */
    void takeOverWithoutTail() {
        group.tail.refused();
        if (group.active()) {
            show();
        }
    }

    void announceIfDue() {
        if (group.announcements.due(group.now)) {
            group.act(new Action.Announce());
            if (group.announcements.asks()) {
                group.act(new Action.ProbeAddresses());
            }
        }
    }

    /**
     * Active → Backup because another node owns the group by right (RFC 9568 §6.4.3). It says so
     * itself, so this one is silent.
     */
    void yieldTo(String peer, String why) {
        group.act(new Action.DropLease());
        group.act(new Action.RemoveAddress());
        group.owner = peer;
        group.advertisedBy(peer);
        backup(why);
    }

    /**
     * Active → Backup after a stall: the kernel has ended the lease long ago, and nobody knows yet
     * who owns the group.
     */
    void stalled(String why) {
        group.act(new Action.DropLease());
        group.act(new Action.RemoveAddress());
        group.owner = "";
        backup(why);
    }

    /**
     * Active, Lingering → Backup because this node reaches nobody any more. Whoever can serve does
     * by now or soon, and must not find a second owner when the way is open again.
     */
    void cutOff(String why) {
        group.act(new Action.DropLease());
        release("", why, false, List.of());
        group.act(new Action.RemoveAddress());
        group.owner = "";
        group.cutOffUntilNanos = group.now + Group.CUT_OFF_NANOS;
        group.log(
                Action.Level.ALARM,
                why
                        + ": this node is cut off, and does not answer for the group until it hears"
                        + " somebody; after "
                        + Group.CUT_OFF_NANOS / Timers.SECOND
                        + " s it answers who asks it");
        backup("cut off: " + why);
    }

    /**
     * Active → Lingering: the group goes to a successor while this node still serves. It stops
     * answering ARP before it says so, then accepts until the successor's announcement has reached
     * everybody.
     */
    void handOverGently(String successor, String why) {
        handOverGently(successor, why, false);
    }

    /**
     * The same.
     *
     * @param pinned an operator wants it there, whatever the file prefers
     */
    void handOverGently(String successor, String why, boolean pinned) {
        group.act(new Action.StopAnswering(LINGER_MILLIS));
        release(successor, why, pinned, group.tail.own());
        enter(new State.Lingering(group.now + LINGER_MILLIS * Timers.MILLI, successor, false), why);
        group.announcements.stop();
        group.owner = successor;
    }

    /**
     * Active → Backup at once: nothing here serves any more. The lease ends before the successor is
     * told; the address goes {@value #FAREWELL_MILLIS} ms later.
     */
    void handOverNow(String successor, String why) {
        group.act(new Action.DropLease());
        release(successor, why, false, List.of());
        group.addressUntilNanos = group.now + FAREWELL_MILLIS * Timers.MILLI;
        group.owner = successor;
        backup(why);
    }

    /** Takes off the address that {@link #handOverNow} left. */
    void farewellDue() {
        if (group.now >= group.addressUntilNanos) {
            endFarewell();
        }
    }

    private void endFarewell() {
        if (group.addressUntilNanos != Long.MAX_VALUE) {
            group.addressUntilNanos = Long.MAX_VALUE;
            group.act(new Action.RemoveAddress());
        }
    }

    /** RFC 9568 §6.4.3's Shutdown without anybody to wait for. */
    void finish(String why) {
        endFarewell();
        if (!(group.state instanceof State.Backup || group.state instanceof State.Initialize)) {
            group.act(new Action.DropLease());
            group.act(new Action.RemoveAddress());
        }
        enter(new State.Initialize(), why);
        group.announcements.stop();
        group.act(new Action.Finished());
    }

    /** What followed this one was left out, the last word too; a lease ends by itself. */
    void finishWithout(Action failed) {
        if (failed instanceof Action.DropLease) {
            group.act(new Action.RemoveAddress());
        }
        group.act(new Action.Finished());
    }

    /**
     * Any state → Fault. An owner gives the group up first, so that a peer need not wait for the
     * advertisements to stop.
     */
    void fault(String why, boolean untilLink) {
        if (group.state instanceof State.Fault fault) {
            // What failed now is the cleaning up: tried again with the retry, not at once and for
            // ever.
            group.state = new State.Fault(untilLink ? Long.MAX_VALUE : fault.retryNanos(), why);
            return;
        }
        group.addressUntilNanos = Long.MAX_VALUE;
        boolean owned = group.active();
        if (owned || group.tail.kept() || group.state instanceof State.Lingering) {
            group.act(new Action.DropLease());
        }
        group.tail.fault();
        if (owned) {
            Optional<PeerBook.Peer> successor = group.peers.successor(true, group.now);
            group.owner = successor.map(PeerBook.Peer::name).orElse("");
            release(group.owner, why, false, List.of());
        }
        group.act(new Action.RemoveAddress());
        enter(new State.Fault(untilLink ? Long.MAX_VALUE : group.now + retryNanos, why), why);
        retryNanos = untilLink ? retryNanos : Math.min(RETRY_NANOS_MAX, retryNanos * 2);
        group.announcements.stop();
    }

    /** Faults that come back soon are retried more and more slowly. */
    void wentWell() {
        retryNanos = RETRY_NANOS_MIN;
    }

    /** Fault → Backup. What the fault could not clean up is cleaned up now. */
    void recover(String why) {
        group.act(new Action.DropLease());
        group.act(new Action.RemoveAddress());
        backup(why);
    }

    /**
     * The last word of a step that released the group. A link that is down does not take it, and
     * what followed would be left out.
     */
    void giveUpIfReleased() {
        if (released) {
            released = false;
            group.act(new Action.SendAdvert(0));
        }
    }

    private void release(String successor, String why, boolean pinned, List<InetAddress> tail) {
        released = true;
        group.say(
                "",
                new MeshMessage.Release(
                        group.rules.group(), group.term, successor, why, pinned, tail));
    }

    private void enter(State next, String why) {
        boolean takes = next instanceof State.Active && group.ownerHeardNanos != Long.MIN_VALUE;
        group.act(
                new Action.Transition(
                        next instanceof State.Fault ? Action.Level.WARNING : Action.Level.INFO,
                        name(group.state),
                        name(next),
                        Math.max(0, (group.now - group.sinceNanos) / Timers.MILLI),
                        group.term,
                        why,
                        takes ? (group.now - group.ownerHeardNanos) / Timers.MILLI : -1));
        group.state = next;
        group.why = why;
        group.sinceNanos = group.now;
    }

    private static String name(State state) {
        return state.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
