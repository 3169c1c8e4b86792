package proa.vip.loop;

import proa.config.GroupConfig;
import proa.vip.forwarding.Counters;
import proa.vip.forwarding.Service;
import proa.vip.forwarding.Strays.Counted;
import proa.vip.linux.Descriptor;
import proa.vip.message.MeshMessage;
import proa.vip.packet.MacAddress;
import proa.vip.vrrp.Event;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How this host makes addresses its own. All methods but {@link #close} are called on the loop's
 * thread; a failure is told to the machine that asked.
 */
interface Hands extends AutoCloseable {

    /** Something for the machines, met while reading what had arrived. */
    interface Arrivals {
        /** To the machine of that virtual router, if there is one. */
        void advert(Event.AdvertReceived event);

        /** To the machine of that group. */
        void group(String group, Event event);

        /** Somebody on the wire says that an address of that group is his. */
        void claimed(String group, InetAddress address, MacAddress by);

        /** What was opened at the start is of no use any more: everything is to be opened anew. */
        void moved(String why);
    }

    /** Tells every peer that this node owns the group; fails only if nobody could be told. */
    void sendAdvert(GroupConfig group, int priority) throws IOException;

    void renewLease(GroupConfig group, long millis) throws IOException;

    void stopAnswering(GroupConfig group, long acceptMillis) throws IOException;

    void dropLease(GroupConfig group) throws IOException;

    void addAddress(GroupConfig group) throws IOException;

    void removeAddress(GroupConfig group) throws IOException;

    void announce(GroupConfig group) throws IOException;

    /** Asks whoever else has the group's addresses; an answer is a claim. */
    void probeAddresses(GroupConfig group) throws IOException;

    /** Begins a probe of the group's gateway; its answer arrives as an event. */
    void probeGateway(GroupConfig group, long nowNanos) throws IOException;

    /** Whether the group has a gateway to probe, or may have one later. */
    boolean tracksGateway(GroupConfig group);

    /** Where advertisements come from beyond this node's listed addresses. */
    List<InetAddress> advertSources();

    /** A member has said where its advertisements come from beyond its listed addresses. */
    void greeted(String node, List<InetAddress> advertSources);

    /** This host's address of the other family on the group's interface, for ties of priority. */
    Optional<InetAddress> linkLocal(GroupConfig group);

    /**
     * This host's own address beside each of the group's, where another may send what belongs to
     * connections here; empty: nowhere.
     */
    List<InetAddress> tail(GroupConfig group);

    /**
     * Passes packets of connections whose beginning this host has not seen to their host.
     *
     * @param to its own address beside each of the group's
     */
    void passTail(GroupConfig group, List<InetAddress> to) throws IOException;

    /** Passes nothing any more. */
    void endTail(GroupConfig group) throws IOException;

    /** Whether the group's interfaces are up and have a carrier. */
    boolean linkUp(GroupConfig group);

    /** What to wait for. */
    List<Descriptor> descriptors();

    /** Reads everything that has arrived, without blocking. */
    void receive(Arrivals arrivals) throws IOException;

    /** Carries on with probes that are due. */
    void tick(Arrivals arrivals, long nowNanos) throws IOException;

    /** When {@link #tick} is due; {@link Long#MAX_VALUE}: never. */
    long deadlineNanos();

    /** Goes through every step of a takeover once, with addresses that nobody uses. */
    void warmUp() throws IOException;

    /**
     * From now on these servers of a service take new connections; what others have they keep.
     * Returns at once; the kernel follows soon.
     */
    void forward(Service service, Set<String> servers);

    /** These servers of a frontend are down: datagrams are not sent to them any more. */
    void down(String frontend, Set<String> servers);

    /** The group has been elsewhere for a while: what the kernel knows of its connections goes. */
    void forget(String group);

    /** Somebody owns a group, this node or another. */
    void owned(String group, boolean ours, long term);

    /** A peer is there, which may have missed what was said by {@link #speakBy}. */
    void connected();

    /** What this host's kernel knows alone is told by {@code say}: to all peers, at once. */
    void speakBy(Consumer<MeshMessage> say);

    /** A peer says what its kernel knows alone. */
    void heard(MeshMessage.Connections said);

    /** Connections that only one kernel would know, of each frontend that replicates them. */
    Map<String, Counted> replicated();

    /** What the kernel had counted of its forwarding within the last seconds. */
    List<Counters.Traffic> traffic();

    /** One JSON value that tells how addresses are held. */
    String describe();

    /** Gives everything back: addresses, tables, sockets. */
    @Override
    void close();
}
