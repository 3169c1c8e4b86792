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
import proa.node.exchange.Server;
import proa.node.exchange.Traffic;
import proa.node.listener.Loop;
import proa.node.listener.Secured;
import proa.node.upstream.Connector;

import java.net.InetSocketAddress;
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
    private final Deadlines.Entry connectDeadline = new Deadlines.Entry(_ -> connectTooLate());
    private @Nullable Destination destination;
    private @Nullable Server server;
    private @Nullable SocketChannel connecting;
    private @Nullable ByteBuf early;
    private boolean inputEnded;

    TcpClient(Loop loop, SocketChannel channel, FrontendConfig frontend, Traffic traffic) {
        this.loop = loop;
        this.channel = channel;
        this.frontend = frontend;
        this.traffic = traffic;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        InetSocketAddress source = channel.remoteAddress();
        if (source == null) {
            channel.close();
            return;
        }
        String serverName = Secured.of(channel).serverName();
        switch (traffic.decide(new SourceFacts(source.getAddress(), serverName))) {
            case Traffic.Decision.Reply _ -> Resets.reset(channel);
            case Traffic.Decision.Forward(Destination to) -> {
                destination = to;
                on(new Event.Asked(false, false, false, false, to.backend().retries()));
            }
        }
    }

    private void on(Event event) {
        Action action = exchange.on(event);
        switch (action) {
            case Action.Reply _ -> Resets.reset(channel);
            case Action.End _ -> channel.close();
            case Step step -> step(step);
        }
    }

    private void step(Step step) {
        switch (step) {
            case CONNECT, CONNECT_FRESH -> connect(Objects.requireNonNull(destination));
            case SEND -> join();
            case ABORT, ABANDON -> abandon();
            case NOTHING, PASS, TUNNEL -> {}
        }
    }

    private void connect(Destination to) {
        Server next = to.next();
        if (next == null) {
            on(Signal.NO_SERVER);
            return;
        }
        server = next;
        next.begun();
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
        Connector.connect(loop, socket, next, attempt, true, attempt::failed);
        if (next.security() == null) {
            socket.config().setAutoRead(false);
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
        ByteBuf bytes = early;
        early = null;
        Relay.join(loop, channel, connected, frontend.timeouts().client(), chosen::ended)
                .beginWith(bytes, inputEnded);
        connected.config().setAutoRead(true);
        channel.config().setAutoRead(true);
    }

    /**
     * Bytes that are read already, by whoever looked for a server name or by the TLS layer; no more
     * than one read of them, since reading has stopped.
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

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
        }
    }

    private void dropEarly() {
        ByteBuf bytes = early;
        early = null;
        if (bytes != null) {
            bytes.release();
        }
    }

    private void connectTooLate() {
        if (connecting != null) {
            connecting.close();
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
        SocketChannel attempt = connecting;
        connecting = null;
        if (attempt != null) {
            attempt.close();
        }
        endServer();
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
                tried.connectFailed();
                endServer();
                on(Signal.CONNECT_FAILED);
            }
        }
    }
}
