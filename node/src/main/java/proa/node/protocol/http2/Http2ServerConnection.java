package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.collection.IntObjectHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.exchange.Deadlines;
import proa.node.exchange.Server;
import proa.node.http2.CipherSuites;
import proa.node.http2.ErrorCode;
import proa.node.http2.PeerSettings;
import proa.node.http2.ReceiveWindow;
import proa.node.http2.SendWindow;
import proa.node.http2.Violation;
import proa.node.protocol.http1.HttpLoop;
import proa.node.upstream.Connector;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import javax.net.ssl.SSLSession;

/**
 * A connection of HTTP/2 to a server, which carries the requests of many clients at once. Requests
 * begin on it when the server has said how many it takes. On one event loop.
 */
final class Http2ServerConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Http2ServerConnection.class);

    /** Beyond, another connection is better: losing one loses what is on it. */
    private static final int STREAMS_MAX = 100;

    /** Numbers are not used twice; a connection that has used so many ends. */
    private static final int NUMBER_MAX = 1 << 30;

    /** What a server may send of bodies before it hears of us again. */
    private static final int WINDOW_BYTES = 1 << 20;

    private static final String H2 = "h2";
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");

    private final Http2Servers servers;
    private final HttpLoop shared;
    private final Server server;
    private final SocketChannel channel;
    private final FrameOutput frames;
    private final PeerSettings peer = new PeerSettings();
    private final SendLine line;
    private final ServerFrames in;
    private final FrameReader reader;
    private final ReceiveWindow window = new ReceiveWindow(WINDOW_BYTES);
    private final IntObjectHashMap<ServerStream> streams = new IntObjectHashMap<>();
    private final List<ServerStream> waiting = new ArrayList<>();
    private final Deadlines.Entry idle = new Deadlines.Entry(_ -> leave());
    private boolean greeted;
    private boolean goingAway;
    private boolean over;
    private int next = 1;
    private long heardNanos;
    private long idleNanos; // as those want it who left last

    private Http2ServerConnection(
            Http2Servers servers, HttpLoop shared, Server server, SocketChannel channel) {
        this.servers = servers;
        this.shared = shared;
        this.server = server;
        this.channel = channel;
        this.frames = new FrameOutput(channel);
        this.line = new SendLine(channel, frames, peer);
        this.in = new ServerFrames(this, shared.loop().nowNanos());
        this.reader = new FrameReader(in);
        line.tell(in.guard());
    }

    /** Starts to connect; null when there is no descriptor for it. */
    static @Nullable Http2ServerConnection connect(
            Http2Servers servers, HttpLoop shared, Server server) {
        SocketChannel socket = Connector.socket(shared.loop());
        if (socket == null) {
            return null;
        }
        Http2ServerConnection made = new Http2ServerConnection(servers, shared, server, socket);
        Connector.connect(shared.loop(), socket, server, made, false, made::end);
        return made;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null && !H2.equals(tls.applicationProtocol())) {
            LOG.debug("server {} does not speak HTTP/2", server.name());
            channel.close();
            return;
        }
        if (tls != null && isInadequate(tls.engine().getSession())) {
            LOG.debug("server {} agreed on a cipher suite that HTTP/2 forbids", server.name());
            channel.close();
            return;
        }
        frames.preface();
        frames.settings(
                PeerSettings.ENABLE_PUSH,
                0,
                PeerSettings.INITIAL_WINDOW_SIZE,
                ServerStream.WINDOW_BYTES);
        frames.windowUpdate(0, WINDOW_BYTES - SendWindow.BYTES_FIRST);
        frames.flush();
    }

    private static boolean isInadequate(SSLSession made) {
        return !CipherSuites.allows(made.getProtocol(), made.getCipherSuite());
    }

    /** The server has said how it wants it. */
    void greeted() {
        greeted = true;
        List<ServerStream> ready = List.copyOf(waiting);
        waiting.clear();
        ready.stream().filter(ServerStream::isWanted).forEach(this::admit);
        if (streams.isEmpty() && waiting.isEmpty()) {
            rest(true);
        } else {
            shared.loop().deadlines().clear(idle);
        }
    }

    /** A stream that has waited here begins, here or where there is room. */
    private void admit(ServerStream stream) {
        if (takes()) {
            waiting.add(stream);
            begins(stream, false);
        } else if (peer.streamsMax() == 0) {
            stream.failed(); // another connection would be told the same
        } else {
            moves(stream);
        }
    }

    private void moves(ServerStream stream) {
        Http2ServerConnection to = servers.place(stream);
        if (to == null) {
            stream.failed();
        } else if (to.greeted) {
            to.begins(stream, true);
        }
    }

    /** Its client may leave at that. */
    private void begins(ServerStream stream, boolean reused) {
        stream.connected(reused);
        if (stream.number() == 0) {
            waiting.remove(stream);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        shared.loop().progress();
        heardNanos = shared.loop().nowNanos();
        reader.add(channel.alloc(), (ByteBuf) message);
        if (over) {
            reader.drop();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        frames.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            line.send();
            frames.flush();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        reader.drop();
        in.drop();
        frames.drop();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("server {}: {}", server.name(), cause.toString());
        channel.close();
    }

    /** Whatever is on it is told. */
    private void end() {
        if (over) {
            return;
        }
        over = true;
        shared.loop().deadlines().remove(idle);
        servers.left(this, server);
        List<ServerStream> lost = List.copyOf(streams.values());
        List<ServerStream> never = List.copyOf(waiting);
        never.forEach(this::never);
        lost.forEach(ServerStream::gone);
        line.clear();
        channel.close();
    }

    /** A stream that was told of the connection is lost with it; to others it was never there. */
    private void never(ServerStream stream) {
        if (greeted) {
            stream.refused();
        } else {
            stream.failed();
        }
    }

    /** Ends the connection for what the server did. */
    void fail(Violation violation) {
        LOG.debug("server {}: {}", server.name(), violation);
        frames.goAway(0, violation.code(), violation.explanation());
        frames.flush();
        end();
    }

    /** Ends the connection, on which nothing is. */
    private void leave() {
        frames.goAway(0, ErrorCode.NO_ERROR, "");
        frames.flush();
        end();
    }

    boolean isOver() {
        return over;
    }

    boolean isConnected() {
        return greeted;
    }

    boolean isTo(Server other) {
        return server.address().equals(other.address())
                && Objects.equals(server.security(), other.security());
    }

    /** Whether another stream may be added. */
    boolean takes() {
        long max = greeted ? Math.min(peer.streamsMax(), STREAMS_MAX) : STREAMS_MAX;
        boolean open = !over && channel.isOpen(); // one that was closed tells only a turn later
        return open && !goingAway && next < NUMBER_MAX && streams.size() + waiting.size() < max;
    }

    /**
     * One of its streams has waited that long for the server. If nothing at all has come meanwhile,
     * the server may not be reached by this connection any more, which TCP notices only after many
     * minutes: others begin elsewhere.
     */
    void stalled(long nanos) {
        goingAway |= nowNanos() - heardNanos >= nanos;
    }

    void add(ServerStream stream) {
        shared.loop().deadlines().clear(idle);
        waiting.add(stream);
        stream.placed(this);
    }

    /** A stream begins; its number. */
    int begin(ServerStream stream) {
        int number = next;
        next += 2;
        waiting.remove(stream);
        streams.put(number, stream);
        return number;
    }

    @Nullable ServerStream stream(int number) {
        return streams.get(number);
    }

    boolean hasBegun(int number) {
        return (number & 1) == 1 && number < next;
    }

    /**
     * A stream has left.
     *
     * @param idleMax 0: the connection is not kept for others
     * @param keptNanos how long it is kept for them
     */
    void left(ServerStream stream, int idleMax, long keptNanos) {
        idleNanos = keptNanos;
        waiting.remove(stream);
        streams.remove(stream.number());
        if (streams.isEmpty() && waiting.isEmpty()) {
            rest(idleMax > 0);
        }
    }

    /** Nothing is on it; {@code kept}: it may wait for others. */
    private void rest(boolean kept) {
        if (over) {
            return;
        }
        if (goingAway || !kept || !greeted || next >= NUMBER_MAX) {
            leave();
        } else {
            long now = shared.loop().nowNanos();
            shared.loop().deadlines().set(idle, now + idleNanos);
        }
    }

    /** The server serves no stream beyond that one (RFC 9113 §6.8). */
    void goesAway(int last) {
        goingAway = true;
        List<ServerStream> unserved =
                streams.values().stream().filter(stream -> stream.number() > last).toList();
        unserved.forEach(ServerStream::refused);
        if (streams.isEmpty() && waiting.isEmpty() && !over) {
            leave();
        }
    }

    /** A stream's response cannot be passed on. */
    void refuse(Violation violation) {
        LOG.debug("server {}: {}", server.name(), violation);
        ServerStream stream = streams.get(violation.stream());
        if (stream != null) {
            stream.refuse(violation.explanation());
        }
    }

    /** So many bytes of DATA have come, with padding; false: that was more than allowed. */
    boolean received(int count) {
        boolean allowed = window.received(count);
        int more = window.consumed(count);
        if (more > 0) {
            frames.windowUpdate(0, more);
            frames.flushSoon();
        }
        return allowed;
    }

    /** The server takes that much more; false: the window becomes too large. */
    boolean grow(int number, int bytes) {
        ServerStream stream = streams.get(number);
        return number == 0 ? line.grow(bytes) : stream == null || line.grow(stream, bytes);
    }

    /** The server has said how it wants it; false: a window becomes too large. */
    boolean adopt(int windowChange) {
        frames.tableBytes(peer.tableBytes());
        frames.settingsAck();
        frames.flushSoon();
        boolean fit = true;
        for (ServerStream stream : List.copyOf(streams.values())) {
            fit &= line.grow(stream, windowChange);
        }
        return fit;
    }

    PeerSettings peer() {
        return peer;
    }

    SendLine line() {
        return line;
    }

    FrameOutput frames() {
        return frames;
    }

    Http2Servers servers() {
        return servers;
    }

    AsciiString scheme() {
        return server.security() == null ? HTTP : HTTPS;
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    long nowNanos() {
        return shared.loop().nowNanos();
    }
}
