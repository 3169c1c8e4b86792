package proa.node.protocol.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;

import org.jspecify.annotations.Nullable;

import proa.config.FrontendConfig;
import proa.node.exchange.Deadlines;
import proa.node.exchange.Destination;
import proa.node.exchange.Exchange;
import proa.node.exchange.Exchange.Action;
import proa.node.exchange.Exchange.Action.Step;
import proa.node.exchange.Exchange.Event;
import proa.node.exchange.Exchange.Event.Signal;
import proa.node.exchange.Facts;
import proa.node.exchange.Server;
import proa.node.exchange.Traffic;
import proa.node.exchange.Waiter;
import proa.node.listener.Cut;
import proa.node.listener.Ends;
import proa.node.listener.Followed;
import proa.node.listener.Loop;
import proa.node.listener.ProxyHeader;
import proa.node.listener.Secured;
import proa.node.record.Ending;
import proa.node.record.Recorder;
import proa.node.record.TrafficRecord;
import proa.node.upstream.Connector;
import proa.node.upstream.Preface;

import java.time.Duration;
import java.util.Objects;

/**
 * A client's connection until a server's is there; nothing is read meanwhile. Then a {@link Relay}
 * takes over. The {@link Exchange} says which server is tried; its answers in words have no place
 * here, so they become a reset.
 */
final class TcpClient extends ChannelInboundHandlerAdapter {

    private final Loop loop;
    private final SocketChannel channel;
    private final FrontendConfig frontend;
    private final Traffic traffic;
    private final Exchange exchange = new Exchange();
    private final TrafficRecord record;
    private final Deadlines.Entry connectDeadline = new Deadlines.Entry(_ -> tooLate());
    private @Nullable Destination destination;
    private @Nullable Server server;
    private @Nullable SocketChannel connecting;
    private boolean waiting;
    private long waitsUntilNanos;
    private @Nullable Ends ends;
    private @Nullable ByteBuf early;
    private boolean inputEnded;
    private boolean cut;

    TcpClient(
            Loop loop,
            SocketChannel channel,
            FrontendConfig frontend,
            Traffic traffic,
            Recorder recorder) {
        recorder.accepted();
        this.record = recorder.record(loop, exchange::ending);
        this.loop = loop;
        this.channel = channel;
        this.frontend = frontend;
        this.traffic = traffic;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ends = Ends.of(channel);
        if (ends == null) {
            channel.close();
            return;
        }
        Secured secured = Secured.of(channel);
        record.from(
                ends.client().getAddress(), ends.client().getPort(), secured.handshake() != null);
        record.opens();
        Facts facts =
                new SourceFacts(
                        ends.client().getAddress(), ends.local(), secured, Followed.trail(channel));
        switch (traffic.decide(facts)) {
            case Traffic.Decision.Reply _,
                    Traffic.Decision.Respond _,
                    Traffic.Decision.Tarpit _ -> {
                refused();
                Resets.reset(channel);
            }
            case Traffic.Decision.Drop _ -> {
                refused();
                Silence.drop(channel);
            }
            case Traffic.Decision.Forward(Destination to, _) -> {
                destination = to;
                record.forwarded(to.counters());
                on(new Event.Asked(false, false, false, false, to.backend().retries()));
            }
        }
    }

    private void refused() {
        record.endsAs(Ending.REFUSED);
        record.ended();
    }

    private void on(Event event) {
        Action action = exchange.on(event);
        switch (action) {
            case Action.Reply _ -> {
                record.ended();
                Resets.reset(channel);
            }
            case Action.End _ -> channel.close();
            case Step step -> step(step);
        }
    }

    private void step(Step step) {
        switch (step) {
            case CONNECT, CONNECT_FRESH -> connect(Objects.requireNonNull(destination));
            case SEND -> join();
            case ABORT, ABANDON -> abandon();
            case NOTHING, PASS, TUNNEL, END_OUTPUT -> {}
        }
    }

    private void connect(Destination to) {
        Server next = to.next();
        if (next == null) {
            joinLine(to);
        } else {
            connect(to, next);
        }
    }

    private void joinLine(Destination to) {
        switch (to.joinLine(new Place(to))) {
            case NOBODY -> on(Signal.NO_SERVER);
            case FULL -> on(Signal.LINE_FULL);
            case JOINED -> {
                waiting = true;
                record.queued();
                if (waitsUntilNanos == 0) {
                    long timeout = to.backend().spreading().limits().queueTimeout().toNanos();
                    waitsUntilNanos = loop.nowNanos() + timeout;
                }
                loop.deadlines().set(connectDeadline, waitsUntilNanos);
            }
        }
    }

    private void connect(Destination to, Server next) {
        server = next;
        record.chosen(next.name(), next.counters());
        Attempt attempt = new Attempt();
        SocketChannel socket = Connector.socket(loop);
        if (socket == null) {
            attempt.failed();
            return;
        }
        loop.deadlines()
                .set(
                        connectDeadline,
                        loop.nowNanos() + to.backend().timeouts().connect().toNanos());
        connecting = socket;
        Ends both = Objects.requireNonNull(ends);
        Preface.on(
                socket, ProxyHeader.of(to.backend().proxyProtocol(), both.client(), both.local()));
        Connector.connect(loop, socket, next, attempt, true, attempt::failed);
        if (next.security() == null) {
            socket.config().setAutoRead(false);
        }
    }

    /**
     * Bytes that are read already, by whoever looked for a PROXY header or a server name or by the
     * TLS layer; no more than one read of them, since reading has stopped.
     */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (!channel.isOpen()) {
            bytes.release();
        } else if (early == null) {
            early = bytes;
        } else {
            early = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(channel.alloc(), early, bytes);
        }
    }

    private void join() {
        loop.deadlines().remove(connectDeadline);
        SocketChannel connected = Objects.requireNonNull(connecting);
        Server chosen = Objects.requireNonNull(server);
        connecting = null;
        server = null;
        connected.pipeline().removeLast();
        channel.pipeline().remove(this);
        Duration silence = frontend.timeouts().client();
        Duration halfClosed = frontend.timeouts().halfClosed();
        record.connected();
        Relay relay = Relay.join(loop, channel, connected, silence, halfClosed, chosen::ended);
        relay.tell(record);
        if (frontend.profile() == FrontendConfig.Profile.BULK) {
            relay.splice();
        }
        ByteBuf first = early;
        early = null;
        if (first != null) {
            record.received(first.readableBytes());
            connected.writeAndFlush(first, connected.voidPromise());
        }
        if (cut) {
            relay.clientCut();
        } else if (inputEnded) {
            relay.clientEnded();
        }
        connected.config().setAutoRead(true);
        channel.config().setAutoRead(true);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
        } else if (event == Cut.EVENT && early == null) {
            Resets.reset(channel);
        } else if (event == Cut.EVENT) {
            cut = true; // what has come is the server's
        }
    }

    private void dropEarly() {
        ByteBuf bytes = early;
        early = null;
        if (bytes != null) {
            bytes.release();
        }
    }

    private void tooLate() {
        if (waiting) {
            leaveLine();
            on(Signal.NO_ROOM);
        } else if (connecting != null) {
            connecting.close();
        }
    }

    private void leaveLine() {
        if (waiting) {
            waiting = false;
            Objects.requireNonNull(destination).leaveLine();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        dropEarly();
        on(Signal.CLIENT_CLOSED);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }

    private void abandon() {
        loop.deadlines().remove(connectDeadline);
        leaveLine();
        SocketChannel attempt = connecting;
        connecting = null;
        if (attempt != null) {
            attempt.close();
        }
        endServer();
        dropEarly();
        record.ended();
        channel.close();
    }

    private void endServer() {
        Server tried = server;
        server = null;
        if (tried != null) {
            tried.ended();
        }
    }

    /** One attempt to connect. */
    private final class Attempt extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (context.channel().equals(connecting)) {
                Objects.requireNonNull(destination).answered(Objects.requireNonNull(server));
                on(Exchange.connected(false));
            }
        }

        private boolean over;

        private void failed() {
            Server tried = server;
            if (over) {
                return;
            }
            over = true;
            if (tried != null && exchange.phase() == Exchange.Phase.CONNECTING) {
                connecting = null;
                tried.connectFailed("");
                endServer();
                on(Signal.CONNECT_FAILED);
            }
        }
    }

    /** A place in line. What comes when the client has gone meanwhile is given back. */
    private final class Place implements Waiter {
        private final Destination line;

        private Place(Destination line) {
            this.line = line;
        }

        @Override
        public void granted(Server granted) {
            loop.executor().execute(() -> go(granted));
        }

        @Override
        public void askAgain() {
            loop.executor().execute(this::look);
        }

        private void go(Server granted) {
            if (waiting) {
                waiting = false;
                connect(line, granted);
            } else {
                granted.ended();
            }
        }

        private void look() {
            if (waiting) {
                waiting = false;
                connect(line);
            }
        }
    }
}
