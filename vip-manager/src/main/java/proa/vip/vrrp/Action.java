package proa.vip.vrrp;

import proa.config.link.LinkMessage;
import proa.vip.message.MeshMessage;

import java.net.InetAddress;
import java.util.List;

/**
 * Something the carriers do for one group, in the order of the list. When one fails, the rest of
 * its list is left out and {@link Event.ActionFailed} is told; the machine then cleans up.
 */
public sealed interface Action {

    /**
     * Send one advertisement for the group, both families, now.
     *
     * @param priority 0 to 255; 0 gives the group up
     */
    record SendAdvert(int priority) implements Action {}

    /**
     * Let the kernel answer ARP and NDP for the group's addresses and accept their traffic for this
     * long from now.
     */
    record RenewLease(long millis) implements Action {

        /** Of a group that advertises each so many nanoseconds: two and a half of them. */
        public static long millisOf(long advertNanos) {
            return advertNanos * 5 / 2 / Timers.MILLI;
        }
    }

    /**
     * Answer ARP and NDP no longer, but accept traffic for this long from now: the tail of a
     * planned move.
     */
    record StopAnswering(long acceptMillis) implements Action {}

    /**
     * Pass on what arrives for the group's addresses and belongs to no connection that this host
     * has seen the beginning of: it is the old owner's, which still has those. Before {@link
     * AddAddress}.
     *
     * @param to the old owner's address beside each of the group's, in the order of the file
     */
    record PassTail(List<InetAddress> to) implements Action {
        public PassTail {
            to = List.copyOf(to);
        }
    }

    /** Pass nothing on any more. Fine when nothing was. */
    record EndTail() implements Action {}

    /** End both leases now. */
    record DropLease() implements Action {}

    /** Put the group's addresses on the TUN device. Fine when they are there already. */
    record AddAddress() implements Action {}

    /** Take the group's addresses off. Fine when they are gone already. */
    record RemoveAddress() implements Action {}

    /**
     * One gratuitous ARP and one unsolicited neighbour advertisement for each address of the group.
     * The machine repeats it.
     */
    record Announce() implements Action {}

    /**
     * Ask the wire for each address of the group: whoever else has it and says nothing of its own
     * accord answers, which is {@link Event.AddressClaimed}. Nobody remembers anything new from the
     * question.
     */
    record ProbeAddresses() implements Action {}

    /**
     * Say this to one peer, or to each connected peer. A peer without a connection is no failure.
     *
     * @param node node name; empty: all
     */
    record SayMesh(String node, MeshMessage.AboutGroup message) implements Action {}

    /**
     * Try a plain TCP connect to the peer's vipd: RST within 5 ms, SYN-ACK, or silence → {@link
     * Event.PeerConfirmed}. While the peer has no mesh connection another may follow within 250 ms,
     * as a process that was still dying is dead.
     */
    record ConfirmPeer(String node) implements Action {}

    /**
     * Three ARP (or NDP) requests to the group's gateway {@link GroupMachine#PROBE_GAP_MILLIS}
     * apart: {@link Event.GatewayProbed} true at the first reply, false {@link
     * GroupMachine#PROBE_MILLIS} after the first request.
     */
    record ProbeGateway() implements Action {}

    /** Look into {@code /proc} whether the node process is stopped: {@link Event.NodeLooked}. */
    record LookAtNode() implements Action {}

    /** Tell this host's node process who owns the group. */
    record TellNode(LinkMessage.Ownership ownership) implements Action {}

    /**
     * The group no longer needs the node process that said it was leaving; when all groups say so,
     * it may.
     */
    record LetNodeLeave() implements Action {}

    /** After {@link Event.Shutdown}: nothing is left to do for this group. */
    record Finished() implements Action {}

    /**
     * The group has gone from one state to another; the list it stands in carries it out.
     *
     * @param level how bad it is
     * @param from state it was in
     * @param to state it is in now
     * @param lastedMillis how long it had been in the former
     * @param term highest term known
     * @param why what made it go, one line
     * @param silentMillis how long nothing had been heard of an owner; −1: that does not matter
     */
    record Transition(
            Level level,
            String from,
            String to,
            long lastedMillis,
            long term,
            String why,
            long silentMillis)
            implements Action {

        /** One line: what, when relative to what, why. */
        public String text() {
            String silent =
                    silentMillis < 0
                            ? ""
                            : "; an owner was last heard " + silentMillis + " ms before";
            return from
                    + " → "
                    + to
                    + " after "
                    + lastedMillis
                    + " ms, term "
                    + term
                    + ": "
                    + why
                    + silent;
        }
    }

    /**
     * One line for the operator.
     *
     * @param level how bad it is
     * @param text who, why, when relative to what, how long; without the group's name
     */
    record Log(Level level, String text) implements Action {}

    /** Levels of {@link Log}. */
    enum Level {
        INFO,
        WARNING,
        /** Wants a human: the group is served by a node that should not, or by nobody. */
        ALARM
    }
}
