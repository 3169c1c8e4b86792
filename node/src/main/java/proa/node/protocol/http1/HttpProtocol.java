package proa.node.protocol.http1;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.config.FrontendConfig;
import proa.node.exchange.BodyPace;
import proa.node.exchange.Exchange;
import proa.node.exchange.Server;
import proa.node.exchange.Traffic;
import proa.node.listener.Followed;
import proa.node.listener.Loop;
import proa.node.listener.Protocol;
import proa.node.message.Forwarding;
import proa.node.message.HeadLimits;
import proa.node.record.Recorder;
import proa.node.record.TrafficRecord;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The {@code http} mode on plain connections. */
public final class HttpProtocol implements Protocol {

    private final FrontendConfig frontend;
    private final FrontendConfig.Limits limits;
    private final HeadLimits headLimits;
    private final Supplier<Traffic> traffic;
    private final Forwarding forwarding;
    private final ErrorPages errorPages;
    private final long requestNanos;
    private final long keepAliveNanos;
    private final long clientNanos;
    private final long clientFinNanos;
    private final Duration tunnel;
    private final Recorder recorder;

    /**
     * A protocol for the connections of one frontend.
     *
     * @param traffic the rules of the moment; asked once for each request, which keeps what it got
     */
    public HttpProtocol(FrontendConfig frontend, Supplier<Traffic> traffic) {
        this(frontend, traffic, ErrorPages.NONE);
    }

    /** Like the other, with pages for answers of our own. */
    public HttpProtocol(FrontendConfig frontend, Supplier<Traffic> traffic, ErrorPages errorPages) {
        this(frontend, traffic, errorPages, Recorder.silent(frontend.name()));
    }

    /** Like the other, with a recorder of its traffic. */
    public HttpProtocol(
            FrontendConfig frontend,
            Supplier<Traffic> traffic,
            ErrorPages errorPages,
            Recorder recorder) {
        this.frontend = frontend;
        this.recorder = recorder;
        this.forwarding = new Forwarding(frontend.http());
        this.errorPages = errorPages;
        this.limits = frontend.limits();
        this.headLimits = HeadLimits.of(limits);
        this.traffic = traffic;
        this.requestNanos = frontend.timeouts().request().toNanos();
        this.keepAliveNanos = frontend.timeouts().keepAlive().toNanos();
        this.clientNanos = frontend.timeouts().client().toNanos();
        this.clientFinNanos = frontend.timeouts().linger().toNanos();
        this.tunnel = frontend.timeouts().tunnel();
    }

    @Override
    public ChannelHandler handler(Loop loop, SocketChannel accepted) {
        accepted.config().setAllowHalfClosure(true);
        ChannelHandler client = new HttpClientConnection(HttpLoop.of(loop), accepted, this);
        return traffic().follows() ? new Followed(client) : client;
    }

    ServerSide serverSide(
            HttpLoop shared, SocketChannel channel, Downstream client, Exchange exchange) {
        recorder.accepted();
        TrafficRecord record = recorder.record(shared.loop(), exchange::ending);
        OwnConnection own = new OwnConnection(channel.closeFuture());
        return new ServerSide(shared, client, record, bodyPace(), own);
    }

    /** The servers' side of a stream of HTTP/2. */
    public ServerSide streamSide(HttpLoop shared, Downstream client, Exchange exchange) {
        TrafficRecord record = recorder.ofStream(shared.loop(), exchange::ending);
        return new ServerSide(shared, client, record, bodyPace(), new OwnConnection(null));
    }

    /** See {@link ReadWatch#of}. */
    public @Nullable ReadWatch readWatch(
            HttpLoop shared, SocketChannel channel, LongSupplier waitingElsewhere) {
        return ReadWatch.of(shared.loop(), channel, frontend, waitingElsewhere);
    }

    private BodyPace bodyPace() {
        return new BodyPace(limits.bodyBytesPerSecondMin(), clientNanos);
    }

    /** Counts a connection that has no record of its own. */
    public void accepted() {
        recorder.accepted();
    }

    /** The sender on a connection, who is told to its record; null: it is gone already. */
    @Nullable Sender sender(SocketChannel channel, TrafficRecord record) {
        Sender sender = Sender.of(forwarding, channel, Followed.trail(channel));
        if (sender != null) {
            sender.introduce(record);
        }
        return sender;
    }

    /** Closes the idle connections to these servers. Returns at once; any thread. */
    public static void forgetIdle(List<Loop> loops, List<? extends Server> servers) {
        if (!servers.isEmpty()) {
            loops.forEach(
                    loop ->
                            loop.executor()
                                    .execute(
                                            () -> servers.forEach(HttpLoop.of(loop).idle()::drop)));
        }
    }

    /** The rules of the moment. */
    public Traffic traffic() {
        return traffic.get();
    }

    /** What servers are told of clients. */
    public Forwarding forwarding() {
        return forwarding;
    }

    /** Pages for answers of our own. */
    public ErrorPages errorPages() {
        return errorPages;
    }

    /** What a head may not exceed. */
    public HeadLimits headLimits() {
        return headLimits;
    }

    /** What a body may not exceed. */
    public long bodyBytesMax() {
        return limits.bodyBytesMax();
    }

    /** Time for a head. */
    public long requestNanos() {
        return requestNanos;
    }

    /** Time between requests. */
    public long keepAliveNanos() {
        return keepAliveNanos;
    }

    /** Time for the client to go on. */
    public long clientNanos() {
        return clientNanos;
    }

    long clientFinNanos() {
        return clientFinNanos;
    }

    /** Time of silence after an upgrade. */
    public Duration tunnel() {
        return tunnel;
    }
}
