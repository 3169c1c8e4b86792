package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.EmptyByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.collection.IntObjectHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.Http2Options;
import proa.config.TlsFact;
import proa.node.exchange.Handshake;
import proa.node.exchange.Traffic.Decision;
import proa.node.exchange.Trail;
import proa.node.http2.CipherSuites;
import proa.node.http2.ErrorCode;
import proa.node.http2.FloodGuard;
import proa.node.http2.PeerSettings;
import proa.node.http2.ReceiveWindow;
import proa.node.http2.SendWindow;
import proa.node.http2.Violation;
import proa.node.listener.Protocol.Drain;
import proa.node.listener.Secured;
import proa.node.message.HeadBuffer;
import proa.node.message.RequestHead;
import proa.node.protocol.http1.HttpLoop;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.http1.Sender;
import proa.node.protocol.tcp.Silence;
import proa.node.record.TrafficRecord;

import java.util.List;
import java.util.Objects;

/**
 * A client's connection of HTTP/2: what concerns all its streams, which are the requests. On one
 * event loop, the servers' side included.
 *
 * <p>Bytes are read while the client takes what we write; what it may send of bodies is bounded by
 * windows. One slow request holds up no other: each stream has its window, and the connection's is
 * given back at once as long as little waits altogether.
 */
final class Http2ClientConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Http2ClientConnection.class);

    /** What a client may send of bodies before it hears of us again. */
    private static final int WINDOW_BYTES = 256 << 10;

    /** Beyond so many bytes of bodies that wait for servers, the client is allowed no more. */
    private static final long HELD_BYTES_MAX = 256 << 10;

    /**
     * Beyond so many bytes of responses that wait for the client, each stream may wait with few.
     */
    private static final long WAITING_BYTES_MAX = 512 << 10;

    private final HttpLoop shared;
    private final SocketChannel channel;
    private final HttpProtocol protocol;
    private final Http2Options options;
    private final FrameOutput frames;
    private final FloodGuard guard;
    private final ClientFrames in;
    private final FrameReader reader;
    private final ByteBuf nothing;
    private final PeerSettings peer = new PeerSettings();
    private final ReceiveWindow receiveWindow = new ReceiveWindow(WINDOW_BYTES);
    private final IntObjectHashMap<ClientStream> streams = new IntObjectHashMap<>();
    private final SendLine line;
    private final FieldList scratch = new FieldList();
    private final Farewell farewell;

    /** Null: rules follow nobody. */
    private final @Nullable Trail trail;

    private @Nullable Sender sender;
    private long heldBytes;
    private long creditBytes;
    private long waitingBytes;
    private boolean over;

    Http2ClientConnection(
            HttpLoop shared, SocketChannel channel, HttpProtocol protocol, Http2Options options) {
        this.shared = shared;
        this.channel = channel;
        this.protocol = protocol;
        this.options = options;
        this.frames = new FrameOutput(channel);
        frames.tell(protocol.readWatch(shared, channel, () -> waitingBytes));
        this.line = new SendLine(channel, frames, peer);
        this.guard = new FloodGuard(options, shared.loop().nowNanos());
        line.tell(guard);
        HeaderBlock block =
                new HeaderBlock(
                        new FieldList(),
                        protocol.headLimits().headBytesMax(),
                        options.continuationsMax());
        this.in = new ClientFrames(this, guard, block);
        this.reader = new FrameReader(in);
        this.nothing = new EmptyByteBuf(channel.alloc());
        this.farewell = new Farewell(this, channel, protocol);
        this.trail = protocol.traffic().follows() ? new Trail() : null;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        sender = Sender.of(protocol.forwarding(), channel, trail);
        if (sender == null) {
            channel.close();
            return;
        }
        protocol.accepted();
        frames.settings(
                PeerSettings.MAX_CONCURRENT_STREAMS,
                options.streamsMax(),
                PeerSettings.INITIAL_WINDOW_SIZE,
                options.windowBytes(),
                PeerSettings.MAX_HEADER_LIST_SIZE,
                protocol.headLimits().headBytesMax(),
                PeerSettings.ENABLE_CONNECT_PROTOCOL,
                1);
        frames.windowUpdate(0, WINDOW_BYTES - SendWindow.BYTES_FIRST);
        frames.flush();
        if (isInadequate(Secured.of(channel).handshake())) {
            fail(Violation.ofConnection(ErrorCode.INADEQUATE_SECURITY, "the cipher suite"));
        } else {
            farewell.forHead();
        }
    }

    private static boolean isInadequate(@Nullable Handshake made) {
        return made != null
                && !CipherSuites.allows(made.of(TlsFact.VERSION), made.of(TlsFact.CIPHER));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        shared.loop().progress();
        ByteBuf bytes = (ByteBuf) message;
        if (over) {
            bytes.release();
            return;
        }
        boolean inHead = in.inHead();
        int heads = in.heads();
        reader.add(channel.alloc(), bytes);
        if (over) {
            reader.drop();
        } else {
            adjustDeadline(inHead, heads);
        }
    }

    /**
     * Each head has its time, from its beginning to its end, whatever else the connection carries.
     *
     * @param wasInHead whether a head was open before what has come
     * @param headsBefore how many had begun by then: one that is open now may be another
     */
    private void adjustDeadline(boolean wasInHead, int headsBefore) {
        if (in.inHead()) {
            if (!wasInHead || in.heads() != headsBefore) {
                farewell.forHead();
            }
        } else if (wasInHead && streams.isEmpty()) {
            farewell.idle();
        } else if (wasInHead) {
            farewell.clear();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        frames.flush();
        adjustReading();
    }

    private void adjustReading() {
        boolean wanted = over || channel.isWritable();
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            line.send();
            frames.flush();
        }
        adjustReading();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.EVENT) {
            farewell.begin();
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            whenHalfClosed();
        }
    }

    /** Nobody says how answers end then; those whose requests are whole are still written. */
    private void whenHalfClosed() {
        List.copyOf(streams.values()).stream()
                .filter(stream -> stream.state().receives())
                .forEach(ClientStream::close);
        farewell.inputEnded();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        if (trail != null) {
            trail.closed();
        }
        farewell.remove();
        reader.drop();
        in.drop();
        frames.drop();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("client {}: {}", channel.remoteAddress(), cause.toString());
        channel.close();
    }

    /** Ends all streams; nothing is read any more. */
    private void end() {
        over = true;
        List.copyOf(streams.values()).forEach(ClientStream::close);
        line.clear();
    }

    /** What the rules say about a request. */
    Decision decide(RequestHead head, TrafficRecord record) {
        if (trail != null) {
            trail.next(); // not every request comes to the rules
        }
        Decision decision = protocol.traffic().decide(sender().facts(head, record));
        if (trail != null) {
            record.watch(trail.followers());
        }
        return decision;
    }

    /** Ends the connection without a byte. */
    void drop() {
        end();
        Silence.drop(channel);
    }

    /** Ends the connection for what the client did. */
    void fail(Violation violation) {
        LOG.debug("client {}: {}", channel.remoteAddress(), violation);
        end();
        frames.goAway(farewell.lastServed(), violation.code(), violation.explanation());
        farewell.linger();
    }

    /** Ends the connection because time is up or there is nothing left to do. */
    void leave() {
        end();
        frames.goAway(farewell.lastServed(), ErrorCode.NO_ERROR, "");
        farewell.linger();
    }

    /** Whether the connection is at its end: what comes is thrown away. */
    boolean isOver() {
        return over;
    }

    // What concerns streams.

    @Nullable ClientStream stream(int number) {
        return streams.get(number);
    }

    boolean isFull() {
        return streams.size() >= options.streamsMax();
    }

    boolean isIdle() {
        return streams.isEmpty();
    }

    int lastStream() {
        return in.lastStream();
    }

    /** Whether a stream may begin; not after the last that was promised to be served. */
    boolean mayBegin(int number) {
        return !isFull() && farewell.serves(number);
    }

    ClientStream begin(int number) {
        ClientStream stream =
                new ClientStream(number, this, peer.windowBytes(), options.windowBytes());
        streams.put(number, stream);
        if (streams.size() == 1) {
            farewell.clear();
        }
        return stream;
    }

    /** A stream has ended. */
    void left(ClientStream stream) {
        streams.remove(stream.number());
        line.remove(stream);
        if (!over && !in.inHead() && streams.isEmpty()) {
            farewell.idle();
        }
    }

    /** Ends a stream for what the client did. */
    void endStream(Violation violation) {
        LOG.debug("client {}: {}", channel.remoteAddress(), violation);
        ClientStream stream = streams.get(violation.stream());
        if (stream == null) {
            resets(violation.stream(), violation.code());
        } else {
            stream.reset(violation.code());
        }
    }

    /** A stream has been reset for what the client did, which counts. */
    void misbehaved() {
        Violation flood = guard.reset(shared.loop().nowNanos());
        if (flood != null && !over) {
            fail(flood);
        }
    }

    void resets(int stream, ErrorCode code) {
        in.wasReset(stream);
        frames.reset(stream, code);
        frames.flushSoon();
    }

    // What goes out.

    void sendHead(int stream, boolean end, HeadBuffer head) {
        ResponseFields.fill(head, scratch);
        frames.headers(stream, end, scratch, peer.payloadMax());
        frames.flushSoon();
    }

    /** A tunnel begins: the head of the change of protocol, as a success (RFC 8441 §5). */
    void sendSwitched(int stream, HeadBuffer head) {
        ResponseFields.fillSwitched(head, scratch);
        frames.headers(stream, false, scratch, peer.payloadMax());
        frames.flushSoon();
    }

    /** The client takes that much more; false: the window becomes too large. */
    boolean grow(int number, int bytes) {
        ClientStream stream = streams.get(number);
        return number == 0 ? line.grow(bytes) : stream == null || line.grow(stream, bytes);
    }

    /** The client has said how it wants it; false: a window becomes too large. */
    boolean adopt(int windowChange) {
        frames.tableBytes(peer.tableBytes());
        frames.settingsAck();
        frames.flushSoon();
        boolean fit = true;
        for (ClientStream stream : List.copyOf(streams.values())) {
            fit &= line.grow(stream, windowChange);
        }
        if (streams.isEmpty()) {
            farewell.greeted();
        }
        return fit;
    }

    SendLine line() {
        return line;
    }

    PeerSettings peer() {
        return peer;
    }

    /** Our own PING has come back. */
    void pinged() {
        farewell.pinged();
    }

    // How much is there.

    /** So many bytes of DATA have come, with padding; false: that was more than allowed. */
    boolean received(int count) {
        boolean allowed = receiveWindow.received(count);
        creditBytes += count;
        credit();
        return allowed;
    }

    /** So many bytes more, or fewer, wait for servers. */
    void holds(int change) {
        heldBytes += change;
        credit();
    }

    /** Whether the client may send more of bodies than what it has. */
    boolean allowsMore() {
        return heldBytes < HELD_BYTES_MAX;
    }

    private void credit() {
        if (creditBytes > 0 && allowsMore()) {
            int more = receiveWindow.consumed((int) creditBytes);
            creditBytes = 0;
            if (more > 0 && !over) {
                frames.windowUpdate(0, more);
                frames.flushSoon();
            }
        }
    }

    /** So many bytes more, or fewer, wait for the client. */
    void waits(long change) {
        waitingBytes += change;
    }

    /** How many a stream may have waiting, of {@code most}. */
    long waitingBytesMax(int most) {
        return waitingBytes < WAITING_BYTES_MAX ? most : 1;
    }

    // What streams need.

    HttpLoop shared() {
        return shared;
    }

    HttpProtocol protocol() {
        return protocol;
    }

    Sender sender() {
        return Objects.requireNonNull(sender);
    }

    FrameOutput frames() {
        return frames;
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    ByteBuf nothing() {
        return nothing;
    }

    long clientNanos() {
        return protocol.clientNanos();
    }
}
