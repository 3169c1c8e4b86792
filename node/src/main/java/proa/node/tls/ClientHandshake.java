package proa.node.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.exchange.Deadlines;
import proa.node.exchange.Handshake;
import proa.node.hello.Hello;
import proa.node.listener.LastRead;
import proa.node.listener.Loop;
import proa.node.listener.Protocol;
import proa.node.listener.Protocol.Drain;
import proa.node.listener.Secured;
import proa.node.tls.TlsCounters.End;

import java.nio.channels.ClosedChannelException;
import java.util.Objects;

/**
 * A client's connection from the accept to the end of its handshake: reads the ClientHello, chooses
 * the certificate by the name in it, lets the TLS layer do the rest, then brings in the handler of
 * the protocol. Nothing of the protocol exists before that.
 */
final class ClientHandshake extends Edge {

    private static final Logger LOG = LoggerFactory.getLogger(ClientHandshake.class);

    private final Loop loop;
    private final FrontendSecurity security;
    private final Protocol inner;
    private final OpenHandshakes open;
    private final Deadlines.Entry deadline = new Deadlines.Entry(_ -> late());
    private final HelloBuffer hello = new HelloBuffer();
    private String serverName = "";
    private @Nullable SslHandler layer;
    private boolean begun;
    private boolean over;
    private boolean draining;

    ClientHandshake(Loop loop, SocketChannel channel, FrontendSecurity security, Protocol inner) {
        super(channel);
        this.loop = loop;
        this.security = security;
        this.inner = inner;
        this.open = OpenHandshakes.of(loop);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        long timeout = security.tls().handshakes().timeout().toNanos();
        loop.deadlines().set(deadline, loop.nowNanos() + timeout);
        open.enter(this, security.tls().handshakes().openMax());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (begun || over) {
            super.channelRead(context, message);
            return;
        }
        loop.progress();
        switch (hello.add(channel.alloc(), (ByteBuf) message)) {
            case Hello.Partial _ -> {}
            case Hello.Refused(String why) -> {
                LOG.debug("{}: {}", channel.remoteAddress(), why);
                end(End.MALFORMED);
            }
            case Hello.Whole(String serverName) -> begin(context, serverName);
        }
    }

    private void begin(ChannelHandlerContext context, String name) {
        begun = true;
        serverName = name;
        SslHandler tls = security.layer(name, channel.alloc());
        tls.setHandshakeTimeoutMillis(0); // this handler's deadline goes on
        layer = tls;
        context.pipeline().addFirst(new LastRead());
        context.pipeline().addBefore(context.name(), null, tls);
        ByteBuf bytes = hello.take();
        if (bytes != null) {
            channel.pipeline().fireChannelRead(bytes);
        }
    }

    @Override
    void shaken(ChannelHandlerContext context, SslHandshakeCompletionEvent event) {
        if (over) {
            return;
        }
        if (!event.isSuccess()) {
            LOG.debug("{}: {}", channel.remoteAddress(), String.valueOf(event.cause()));
            // The TLS layer closes, behind its alert.
            ended(event.cause() instanceof ClosedChannelException ? End.LEFT : End.FAILED);
            return;
        }
        ended(End.DONE);
        SslHandler tls = Objects.requireNonNull(layer);
        Handshake told = new EngineHandshake(tls.engine());
        new Secured(serverName, told).noteAt(channel);
        pass(context, inner.handler(loop, channel));
        if (draining) {
            context.fireUserEventTriggered(Drain.EVENT);
        }
    }

    /**
     * A handshake under way is finished; the connection then ends as soon as that does not hurt.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.EVENT && !over) {
            draining = true;
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (passing()) {
            context.fireExceptionCaught(cause);
        } else {
            LOG.debug("{}: {}", channel.remoteAddress(), cause.toString());
            end(End.FAILED);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!over) {
            ended(End.LEFT);
        }
        hello.drop();
        context.fireChannelInactive();
    }

    /** The loop's deadlines call this. */
    private void late() {
        end(End.LATE);
    }

    void crowdedOut() {
        end(End.CROWDED_OUT);
    }

    private void end(End how) {
        if (!over) {
            ended(how);
            hello.drop();
            channel.close();
        }
    }

    private void ended(End how) {
        over = true;
        loop.deadlines().remove(deadline);
        open.leave(this);
        security.counters().count(how);
    }
}
