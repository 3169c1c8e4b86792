package proa.vip.vrrp;

import proa.vip.message.MeshMessage;
import proa.vip.packet.VrrpAdvert;
import proa.vip.packet.VrrpCodec;

import java.net.InetAddress;
import java.util.List;

/**
 * Something that happened, told to the machine of one group. Times are the {@code nowNanos} given
 * with it.
 */
public sealed interface Event {

    /** The machine's {@link GroupMachine#deadlineNanos deadline} has come. Harmless when early. */
    record Tick() implements Event {}

    /**
     * A valid advertisement for this group's VRID arrived on its interface.
     *
     * @param source the address it came from
     * @param version of VRRP, 2 or 3
     */
    record AdvertReceived(InetAddress source, VrrpAdvert advert, int version) implements Event {
        /** Of version 3. */
        public AdvertReceived(InetAddress source, VrrpAdvert advert) {
            this(source, advert, VrrpCodec.VERSION);
        }
    }

    /**
     * The group's interface has a carrier and is up, or not. Told once before or after the start
     * and on each change.
     */
    record LinkState(boolean up) implements Event {}

    /**
     * An authenticated mesh connection to this peer exists, its Hello has been read.
     *
     * @param advertSources further addresses its advertisements come from
     */
    record MeshPeerUp(String node, List<InetAddress> advertSources) implements Event {
        public MeshPeerUp {
            advertSources = List.copyOf(advertSources);
        }
    }

    /** The last mesh connection to this peer has ended. */
    record MeshPeerDown(String node, Ending how) implements Event {}

    /** The peer said this about the group. */
    record MeshPeerSaid(String node, MeshMessage.AboutGroup message) implements Event {}

    /** The answer to {@link Action.ConfirmPeer}, or a later one that differs. */
    record PeerConfirmed(String node, Verdict verdict) implements Event {}

    /** The node process of this host has connected (its Hello on the ordinary connection). */
    record NodeConnected() implements Event {}

    /**
     * A heartbeat of the node process.
     *
     * @param oldestTickMillis age of the oldest last tick of all its event loops
     * @param servedMillis age of its last own request; {@code Long.MAX_VALUE}: does not measure it
     */
    record NodeHeartbeat(long oldestTickMillis, long servedMillis) implements Event {}

    /** The node process says whether it could serve this group. */
    record NodeReadiness(boolean ready, String why) implements Event {}

    /**
     * Answer to {@link Action.LookAtNode}: whether the process is stopped (state T or t in {@code
     * /proc/PID/stat}) or gone.
     */
    record NodeLooked(boolean stopped) implements Event {}

    /** A connection to the node process ended (the early or the ordinary one; the first counts). */
    record NodeGone() implements Event {}

    /** The node process is about to stop on purpose. */
    record NodeLeaving() implements Event {}

    /** The node has no connection of the group any more. */
    record NodeDrained() implements Event {}

    /** Answer to {@link Action.ProbeGateway}. */
    record GatewayProbed(boolean answered) implements Event {}

    /**
     * An operator wants the group on that node; the owner acts, others pass it on.
     *
     * @param node one that is listed; empty: where the file prefers it
     * @param by who wants it
     */
    record MoveRequested(String node, String by) implements Event {}

    /** An operator keeps this node from owning, or lets it again. */
    record Drain(boolean on) implements Event {}

    /**
     * Somebody on the wire says that an address of the group is his. A peer that takes over says so
     * too.
     *
     * @param by his Ethernet address
     */
    record AddressClaimed(InetAddress address, String by) implements Event {}

    /**
     * What is tracked has changed.
     *
     * @param handicap what is taken off the priority now, 0 or more
     * @param why what is wrong, for the operator; empty when nothing is
     */
    record Tracked(int handicap, String why) implements Event {}

    /** An action could not be carried out; the actions after it in the same list were left out. */
    record ActionFailed(Action action, String why) implements Event {}

    /** vipd ends: RFC 9568 §6.4's Shutdown event. Wait for {@link Action.Finished}. */
    record Shutdown() implements Event {}

    /** How a mesh connection ended. */
    enum Ending {
        /** After the peer's {@code Leaving}: on purpose. */
        LEFT,
        /** FIN or RST without a goodbye: the process died, or somebody cut the connection. */
        BROKEN,
        /** Silence for too long. */
        SILENT
    }

    /** What a plain TCP connect to the peer's vipd said. */
    enum Verdict {
        /** RST: nobody listens, the process is gone. */
        DEAD,
        /** SYN-ACK and no RST yet: the kernel is alive, the process may be, or is just dying. */
        ALIVE,
        /** Nothing in time. */
        UNKNOWN
    }
}
