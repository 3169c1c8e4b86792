package proa.node.protocol.udp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Deadlines;
import proa.node.exchange.Destination;
import proa.node.exchange.Server;
import proa.node.exchange.Traffic.Decision;
import proa.node.listener.DatagramClient;
import proa.node.listener.DatagramCounters.Kind;
import proa.node.listener.DatagramSession;
import proa.node.listener.Loop;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * What one client sends to one server, and the answers, until both are silent or have sent as much
 * as is expected. A server that is not there, as the kernel or a check says, is replaced by another
 * with the client's next datagram; what was sent to it is lost, as datagrams may be.
 *
 * <pre>
 *   NO SERVER  datagram of the client       ─► SERVER     choose, connect, send
 *   SERVER     datagram of either           ─► SERVER     pass on
 *              datagram, server out of use  ─► SERVER     choose again, connect, send
 *              unreachable                  ─► NO SERVER  tell the pool
 *   any        silence, all has come, no server left, end ─► over
 * </pre>
 */
final class UdpSession implements DatagramSession {

    /** A session that is told to end has done so when nothing moved for this long. */
    private static final long DRAIN_SILENCE_NANOS = Duration.ofSeconds(1).toNanos();

    /** Datagrams that wait for their socket, which takes a turn of the loop at most. */
    private static final int WAITING_MAX = 64;

    private final Loop loop;
    private final DatagramClient client;
    private final UdpProtocol protocol;
    private final Quota quota;
    private final Deadlines.Entry silence = new Deadlines.Entry(_ -> end());
    private long silenceNanos;
    private Destination destination;
    private @Nullable Server server;
    private @Nullable Link link;
    private boolean over;

    UdpSession(Loop loop, DatagramClient client, UdpProtocol protocol, Destination destination) {
        this.loop = loop;
        this.client = client;
        this.protocol = protocol;
        this.destination = destination;
        this.quota = new Quota(protocol.frontend().udp());
        this.silenceNanos = protocol.frontend().timeouts().client().toNanos();
        alive();
    }

    private void alive() {
        loop.deadlines().set(silence, loop.nowNanos() + silenceNanos);
    }

    @Override
    public void received(ByteBuf datagram) {
        alive();
        if (server != null && !server.serves()) {
            leaveServer();
            renewDestination();
        }
        Link to = link == null ? connect() : link;
        if (to == null) {
            datagram.release();
            client.counters().count(Kind.NO_SERVER);
            end();
        } else {
            quota.requested();
            to.send(datagram);
        }
    }

    /** What the next server is chosen by; the one so far stays when there is no other rule now. */
    private void renewDestination() {
        if (protocol.decide(client) instanceof Decision.Forward forward) {
            destination = forward.destination();
        }
    }

    /** A link to the next server, or null when there is none. */
    private @Nullable Link connect() {
        for (Server next = first(); next != null; next = destination.next()) {
            Link made = connect(next);
            if (made != null) {
                return made;
            }
        }
        return null;
    }

    private @Nullable Server first() {
        Server next = destination.next();
        if (next == null) {
            renewDestination(); // all have been tried, and some may be back
            next = destination.next();
        }
        return next;
    }

    /** A link to this server, or null when there is no socket or no way to it. */
    private @Nullable Link connect(Server next) {
        server = next;
        Link made = new Link();
        link = made;
        made.channel = protocol.sockets().connect(loop, next, made);
        if (made.channel == null) {
            leaveServer();
        }
        return made.channel == null || made.closed ? null : made;
    }

    @Override
    public void flush() {
        if (link != null) {
            link.flush();
        }
    }

    @Override
    public boolean full() {
        return over || quota.full();
    }

    @Override
    public void drain() {
        if (silenceNanos > DRAIN_SILENCE_NANOS) { // told again, it has the rest of its time
            silenceNanos = DRAIN_SILENCE_NANOS;
            alive();
        }
    }

    @Override
    public @Nullable Future<?> end() {
        Link last = link;
        if (!over) {
            over = true;
            loop.deadlines().remove(silence);
            leaveServer();
            client.ended();
        }
        return last == null || last.channel == null ? null : last.channel.closeFuture();
    }

    private void leaveServer() {
        Link left = link;
        link = null;
        if (left != null) {
            left.close();
        }
        Server was = server;
        server = null;
        if (was != null) {
            was.ended();
        }
    }

    private void answered(ByteBuf datagram) {
        alive();
        quota.responded();
        Server by = server;
        if (by != null) {
            destination.answered(by);
        }
        client.send(datagram);
    }

    private void unreachable() {
        client.counters().count(Kind.UNREACHABLE);
        Server gone = server;
        if (gone != null) {
            gone.connectFailed("");
        }
        leaveServer();
    }

    /** The socket towards one server. */
    private final class Link extends ChannelInboundHandlerAdapter {
        private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
        private @Nullable Channel channel;
        private boolean connected;
        private boolean closed;

        void send(ByteBuf datagram) {
            Channel to = channel;
            if (to != null && connected && to.isWritable()) {
                write(to, datagram);
            } else if (!connected && waiting.size() < WAITING_MAX) {
                waiting.add(datagram);
            } else {
                datagram.release();
                client.counters().count(Kind.CONGESTED);
            }
        }

        void flush() {
            Channel to = channel;
            if (to != null && connected) {
                to.flush();
            }
        }

        private void write(Channel to, ByteBuf datagram) {
            if (quota.expectsNothing()) {
                to.write(datagram).addListener(_ -> endIfSent(to));
            } else {
                to.write(datagram, to.voidPromise());
            }
        }

        /** With some transports the kernel takes a datagram only after a while. */
        private void endIfSent(Channel to) {
            ChannelOutboundBuffer left = to.unsafe().outboundBuffer();
            if (!closed && waiting.isEmpty() && (left == null || left.isEmpty())) {
                end();
            }
        }

        void close() {
            closed = true;
            waiting.forEach(ByteBuf::release);
            waiting.clear();
            if (channel != null) {
                channel.close();
            }
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            connected = true;
            channel = context.channel();
            for (ByteBuf first = waiting.poll(); first != null; first = waiting.poll()) {
                write(channel, first);
            }
            channel.flush();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            loop.progress();
            int size = packet.content().readableBytes();
            if (closed) {
                packet.release();
            } else if (size == 0 || size > protocol.datagramBytesMax()) {
                packet.release();
                client.counters().count(Kind.WRONG_SIZE);
            } else {
                answered(packet.content());
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            client.flush();
            if (!closed && quota.done()) {
                end();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            failed();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (Unreachable.isSaidBy(cause)) {
                failed();
            } else {
                client.counters().count(Kind.CONGESTED);
            }
        }

        /** The kernel says it once or twice. */
        private void failed() {
            if (!closed) {
                unreachable();
            }
        }
    }
}
