package proa.node.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;

import org.jspecify.annotations.Nullable;

import proa.node.listener.DatagramCounters.Kind;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One event loop's part of a listener of datagrams. The kernel hands all datagrams of a client to
 * the same one of the sockets that share the port, so that a session is at home on one loop.
 *
 * <p>The socket is also what answers go out through: they come from the address that was asked. So
 * it stays while there are sessions, even when no new ones may begin.
 */
final class DatagramPlace extends ChannelInboundHandlerAdapter implements Place {

    private final Loop loop;
    private final Listener listener;

    /**
     * The sessions that datagrams go to, by their client; touched on the loop only, like others.
     */
    private final Map<ClientKey, Client> current = new HashMap<>();

    private final Set<Client> open = new HashSet<>();

    /** Sessions that got something since the last flush. */
    private final List<Client> touched = new ArrayList<>();

    private @Nullable DatagramChannel channel;
    private int bytesMax;
    private boolean stopped;
    private boolean unflushed;
    private boolean reading;

    DatagramPlace(Loop loop, Listener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    @Override
    public Channel open(boolean shared) {
        DatagramChannel receiving = loop.transport().receive(shared);
        bytesMax = protocol().datagramBytesMax();
        DatagramSizes.manyOn(receiving, bytesMax);
        receiving.pipeline().addLast(this);
        channel = receiving;
        return receiving;
    }

    private DatagramProtocol protocol() {
        if (listener.protocol() instanceof DatagramProtocol protocol) {
            return protocol;
        }
        throw new IllegalStateException("datagrams for " + listener.name());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        loop.progress();
        reading = true;
        int size = packet.content().readableBytes();
        Client client = null;
        if (size == 0 || size > bytesMax) {
            counters().count(Kind.WRONG_SIZE);
        } else {
            ClientKey key = ClientKey.of(packet.sender());
            client = current.get(key);
            client = client == null ? begin(key, packet.sender()) : client;
        }
        if (client == null) {
            packet.release();
        } else {
            counters().count(Kind.FROM_CLIENTS);
            client.received(packet.content());
        }
    }

    private @Nullable Client begin(ClientKey key, InetSocketAddress sender) {
        if (stopped) {
            return null;
        }
        if (!listener.allows(sender)) {
            counters().count(Kind.REFUSED);
            return null;
        }
        if (listener.enter() != Listener.Entry.IN) {
            counters().count(Kind.TOO_MANY);
            return null;
        }
        Client client = new Client(key, sender);
        DatagramSession session = protocol().session(loop, client);
        if (session == null) {
            counters().count(Kind.REFUSED);
            listener.leave();
            return null;
        }
        counters().count(Kind.SESSIONS);
        client.session = session;
        current.put(key, client);
        open.add(client);
        return client;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        for (Client client : touched) {
            client.flushServer();
        }
        touched.clear();
        reading = false;
        flushClients();
    }

    private void flushClients() {
        if (unflushed && !reading && channel != null) {
            unflushed = false;
            channel.flush();
        }
    }

    private DatagramCounters counters() {
        return listener.datagrams();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A client that is not there any more: the socket is everybody's and stays.
    }

    /**
     * Reading goes on whatever the number of sessions is: those that are there must be heard. When
     * none is left of a listener that has stopped, its sockets close, all of them only then: with
     * one socket less the kernel would hand clients to other sockets than before.
     */
    @Override
    public void adjust() {
        if (!loop.executor().isShuttingDown()) { // then it closes what it has
            loop.executor().execute(this::adjustNow);
        }
    }

    private void adjustNow() {
        DatagramChannel receiving = channel;
        if (receiving != null && bytesMax != protocol().datagramBytesMax()) {
            bytesMax = protocol().datagramBytesMax();
            DatagramSizes.manyOn(receiving, bytesMax);
        }
        if (receiving != null && !listener.isHeld()) {
            receiving.config().setAutoRead(true);
        }
        closeIfDone();
    }

    @Override
    public Future<?> stop() {
        Promise<Void> done = loop.executor().newPromise();
        loop.executor().execute(() -> stop(done));
        return done;
    }

    private void stop(Promise<Void> done) {
        stopped = true;
        closeIfDone();
        if (channel != null && listener.connections() == 0) {
            channel.closeFuture().addListener(_ -> done.trySuccess(null));
        } else {
            done.trySuccess(null);
        }
    }

    @Override
    public Future<?> drain() {
        return loop.executor().submit(() -> each(DatagramSession::drain));
    }

    @Override
    public Future<?> closeConnections() {
        Promise<Void> closed = loop.executor().newPromise();
        loop.executor().execute(() -> endAll(closed));
        return closed;
    }

    private void endAll(Promise<Void> closed) {
        PromiseCombiner all = new PromiseCombiner(loop.executor());
        for (Client client : List.copyOf(open)) {
            Future<?> socket = client.session().end();
            if (socket != null) {
                all.add(socket);
            }
        }
        if (stopped && channel != null) {
            all.add((Future<?>) channel.closeFuture());
            closeIfDone();
        }
        all.finish(closed);
    }

    private void each(Consumer<DatagramSession> action) {
        List.copyOf(open).forEach(client -> action.accept(client.session()));
    }

    private void closeIfDone() {
        if (stopped && listener.connections() == 0 && channel != null) {
            channel.close();
        }
    }

    private final class Client implements DatagramClient {
        private final ClientKey key;
        private final InetSocketAddress address;
        private @Nullable DatagramSession session;
        private boolean waits;

        Client(ClientKey key, InetSocketAddress address) {
            this.key = key;
            this.address = address;
        }

        DatagramSession session() {
            return Objects.requireNonNull(session);
        }

        void received(ByteBuf datagram) {
            session().received(datagram);
            if (!waits) {
                waits = true;
                touched.add(this);
            }
            if (session().full()) {
                current.remove(key, this);
            }
        }

        void flushServer() {
            waits = false;
            session().flush();
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public InetSocketAddress local() {
            return listener.address();
        }

        @Override
        public void send(ByteBuf datagram) {
            DatagramChannel to = Objects.requireNonNull(channel);
            if (!to.isWritable()) {
                datagram.release();
                counters().count(Kind.CONGESTED);
                return;
            }
            counters().count(Kind.TO_CLIENTS);
            to.write(new DatagramPacket(datagram, address), to.voidPromise());
            unflushed = true;
        }

        @Override
        public void flush() {
            flushClients();
        }

        @Override
        public void ended() {
            current.remove(key, this);
            if (open.remove(this)) {
                listener.leave();
            }
            if (stopped && listener.connections() == 0) {
                listener.adjust();
            }
        }

        @Override
        public DatagramCounters counters() {
            return DatagramPlace.this.counters();
        }
    }
}
