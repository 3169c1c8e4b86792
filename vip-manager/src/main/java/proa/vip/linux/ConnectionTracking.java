package proa.vip.linux;

import org.jspecify.annotations.Nullable;

import proa.vip.forwarding.Tracked;
import proa.vip.message.Endpoint;

import java.util.function.Consumer;

/**
 * The kernel's table of connections, as far as this process looks into it and changes it, by
 * ctnetlink. Used by one thread.
 */
public final class ConnectionTracking implements AutoCloseable {

    private static final byte TCP = 6;
    private static final byte UDP = 17;

    /** {@code IPS_SEEN_REPLY}, {@code IPS_ASSURED} and {@code IPS_CONFIRMED}. */
    private static final int STATUS_ESTABLISHED = 2 | 4 | 8;

    /**
     * {@code IP_CT_TCP_FLAG_SACK_PERM} and {@code _BE_LIBERAL}, and that both are meant: nobody
     * here knows the sequence numbers.
     */
    private static final byte[] LIBERAL = {0x0a, 0x0a};

    /** Two messages each; every refusal is an answer that waits in the socket's buffer. */
    private static final int BATCH_MAX = 32;

    private final NetlinkSocket socket;
    private final NetlinkMessage message = new NetlinkMessage();
    private int sequence;
    private int waiting;

    /** Of those that wait: whether what is there already stays, which is no refusal. */
    private boolean yields;

    private int refused;
    private @Nullable KernelException refusal;

    private ConnectionTracking(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Opens a socket.
     *
     * @throws KernelException without CAP_NET_ADMIN
     */
    public static ConnectionTracking open() throws KernelException {
        return new ConnectionTracking(NetlinkSocket.open(NetlinkSocket.NETFILTER, 0));
    }

    /**
     * Removes every connection of both families with this mark. The kernel walks through its whole
     * table meanwhile: milliseconds for tens of thousands.
     *
     * @param mark not 0, which is the mark of all that have none
     */
    public void forget(int mark) throws KernelException {
        flush();
        marked(Conntrack.DELETE, NetlinkMessage.ACKNOWLEDGE, false, mark);
        try {
            socket.transact("forget connections", message);
        } catch (KernelException e) {
            if (e.errno() != KernelException.ENOENT) {
                throw e;
            }
            // None has that mark.
        }
    }

    /** Shows every connection of TCP and UDP of one family with this mark. */
    public void list(boolean six, int mark, Consumer<Tracked> seen) throws KernelException {
        flush();
        marked(Conntrack.GET, NetlinkMessage.DUMP, six, mark);
        socket.list(
                "list connections",
                message,
                each -> {
                    Tracked connection = TrackedReader.read(each);
                    if (connection != null) {
                        seen.accept(connection);
                    }
                });
    }

    private void marked(int type, int flags, boolean six, int mark) {
        if (mark == 0) {
            throw new IllegalArgumentException("mark 0 is everybody's");
        }
        byte family = type == Conntrack.DELETE ? 0 : family(six);
        message.clear()
                .begin(type, flags, ++sequence)
                .fixed(family, (byte) 0, (byte) 0, (byte) 0)
                .big(Conntrack.MARK, mark)
                .big(Conntrack.MARK_MASK, -1)
                .end();
    }

    /**
     * Puts a connection there that this host has not seen begin, in place of any between the same
     * ends; sooner or later, at {@link #flush} at last.
     *
     * @param udp datagrams, else TCP
     * @param client who began it
     * @param address where it came to
     * @param server where that is translated to
     * @param state of TCP as the kernel counts it; 0 with UDP
     * @param mark of its group
     * @param seconds how long it stays if nobody speaks
     */
    public void put(
            boolean udp,
            Endpoint client,
            Endpoint address,
            Endpoint server,
            int state,
            int mark,
            int seconds)
            throws KernelException {
        room(false);
        removal(udp, client, address);
        creation(udp, client, address, server, state, mark, seconds);
    }

    /** The same, unless there is one between these ends: that stays as it is. */
    public void add(
            boolean udp,
            Endpoint client,
            Endpoint address,
            Endpoint server,
            int state,
            int mark,
            int seconds)
            throws KernelException {
        room(true);
        creation(udp, client, address, server, state, mark, seconds);
    }

    private void creation(
            boolean udp,
            Endpoint client,
            Endpoint address,
            Endpoint server,
            int state,
            int mark,
            int seconds) {
        begin(Conntrack.NEW, NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE, client);
        tuple(Conntrack.TUPLE_ORIGINAL, udp, client, address);
        // Not what the server will answer: what is translated is said apart, or it is not.
        tuple(Conntrack.TUPLE_REPLY, udp, address, client);
        translation(server);
        message.big(Conntrack.STATUS, STATUS_ESTABLISHED);
        message.big(Conntrack.TIMEOUT, seconds);
        message.big(Conntrack.MARK, mark);
        if (!udp) {
            message.nest(
                    Conntrack.PROTOINFO,
                    () -> message.nest(Conntrack.PROTOINFO_TCP, () -> tcp((byte) state)));
        }
        message.end();
    }

    /** Removes a connection if it is there; sooner or later, as {@link #put} does. */
    public void remove(boolean udp, Endpoint client, Endpoint address) throws KernelException {
        room(false);
        removal(udp, client, address);
    }

    private void room(boolean yielding) throws KernelException {
        if (waiting == BATCH_MAX || yields != yielding) {
            flush();
        }
        if (waiting == 0) {
            message.clear();
        }
        yields = yielding;
        waiting++;
    }

    private void removal(boolean udp, Endpoint client, Endpoint address) {
        begin(Conntrack.DELETE, 0, client);
        tuple(Conntrack.TUPLE_ORIGINAL, udp, client, address);
        message.end();
    }

    private void begin(int type, int flags, Endpoint of) {
        message.begin(type, flags, ++sequence)
                .fixed(family(of.six()), (byte) 0, (byte) 0, (byte) 0);
    }

    private void tuple(int type, boolean udp, Endpoint source, Endpoint destination) {
        boolean six = source.six();
        message.nest(
                type,
                () -> {
                    message.nest(
                            Conntrack.TUPLE_IP,
                            () ->
                                    message.attribute(
                                                    six
                                                            ? Conntrack.IP6_SOURCE
                                                            : Conntrack.IP4_SOURCE,
                                                    source.address())
                                            .attribute(
                                                    six
                                                            ? Conntrack.IP6_DESTINATION
                                                            : Conntrack.IP4_DESTINATION,
                                                    destination.address()));
                    message.nest(
                            Conntrack.TUPLE_PROTO,
                            () ->
                                    message.attribute(
                                                    Conntrack.PROTO_NUMBER,
                                                    new byte[] {udp ? UDP : TCP})
                                            .attribute(Conntrack.PROTO_SOURCE, source.portBytes())
                                            .attribute(
                                                    Conntrack.PROTO_DESTINATION,
                                                    destination.portBytes()));
                });
    }

    private void translation(Endpoint server) {
        boolean six = server.six();
        message.nest(
                Conntrack.NAT_DESTINATION,
                () -> {
                    message.attribute(
                            six ? Conntrack.NAT_IP6_FIRST : Conntrack.NAT_IP4_FIRST,
                            server.address());
                    message.attribute(
                            six ? Conntrack.NAT_IP6_LAST : Conntrack.NAT_IP4_LAST,
                            server.address());
                    message.nest(
                            Conntrack.NAT_PROTO,
                            () ->
                                    message.attribute(Conntrack.NAT_PORT_FIRST, server.portBytes())
                                            .attribute(
                                                    Conntrack.NAT_PORT_LAST, server.portBytes()));
                });
    }

    private void tcp(byte state) {
        message.attribute(Conntrack.TCP_STATE, new byte[] {state})
                .attribute(Conntrack.TCP_FLAGS_ORIGINAL, LIBERAL)
                .attribute(Conntrack.TCP_FLAGS_REPLY, LIBERAL);
    }

    private static byte family(boolean six) {
        return (byte) (six ? Libc.AF_INET6 : Libc.AF_INET);
    }

    /** Does what waits to be done. */
    public void flush() throws KernelException {
        if (waiting > 0) {
            waiting = 0;
            socket.sendAll("connections", message, this::refused);
        }
    }

    private void refused(KernelException why) {
        // What was to be removed is seldom there.
        boolean stays = yields && why.errno() == KernelException.EEXIST;
        if (why.errno() != KernelException.ENOENT && !stays) {
            refused++;
            refusal = why;
        }
    }

    /** How many the kernel has not taken. */
    public int refused() {
        return refused;
    }

    /** Why it has not taken the last of them. */
    public @Nullable KernelException refusal() {
        return refusal;
    }

    @Override
    public void close() {
        socket.close();
    }
}
