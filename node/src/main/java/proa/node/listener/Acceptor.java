package proa.node.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One event loop's part of a listener. Accepted connections stay on this loop. */
final class Acceptor extends ChannelInboundHandlerAdapter implements Place {

    private final Loop loop;
    private final Listener listener;

    /**
     * The kernel may have accepted more by the time that it is told to stop: they wait as if they
     * had not been. Few, since it is told at once; each costs a descriptor.
     */
    private static final int WAITING_MAX = 64;

    /** Touched on the loop only. */
    private final Set<Channel> open = new HashSet<>();

    /** Nobody listens to them yet. Touched on the loop only. */
    private final ArrayDeque<SocketChannel> waiting = new ArrayDeque<>();

    private @Nullable ServerSocketChannel channel;

    /** Touched on the loop only. */
    private boolean stopped;

    Acceptor(Loop loop, Listener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    @Override
    public ServerSocketChannel open(boolean shared) {
        ServerSocketChannel listening = loop.transport().listen(shared);
        listening.pipeline().addLast(this);
        channel = listening;
        return listening;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        SocketChannel accepted = (SocketChannel) message;
        loop.progress();
        if (stopped || waiting.size() == WAITING_MAX) {
            accepted.unsafe().closeForcibly();
        } else {
            waiting.add(accepted);
            letIn();
        }
        if (!mayAccept()) { // before the next one of this turn is accepted
            context.channel().config().setAutoRead(false);
        }
    }

    private boolean mayAccept() {
        return waiting.isEmpty() && listener.hasPlaces();
    }

    private void letIn() {
        for (SocketChannel first = waiting.peek();
                first != null && listener.hasPlaces() && begin(first);
                first = waiting.peek()) {
            waiting.remove();
        }
    }

    /** Begins with a client, or ends it; false when it has to wait for a place. */
    private boolean begin(SocketChannel accepted) {
        boolean header = listener.beginsWithHeader(accepted);
        if (!header && !listener.allows(accepted)) {
            accepted.unsafe().closeForcibly();
            return true;
        }
        switch (listener.enter()) {
            case FULL -> {
                return false;
            }
            case TOO_SOON -> accepted.unsafe().closeForcibly();
            case IN -> serve(accepted, header);
        }
        return true;
    }

    private void serve(SocketChannel accepted, boolean header) {
        accepted.pipeline()
                .addLast(
                        header
                                ? new ProxyReader(loop, listener, accepted)
                                : listener.protocol().handler(loop, accepted));
        open.add(accepted);
        accepted.closeFuture().addListener(_ -> left(accepted));
        loop.executor().register(accepted);
    }

    private void left(Channel accepted) {
        loop.progress();
        if (open.remove(accepted)) {
            listener.leave();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // Out of descriptors or a client that went away while it waited: the listener stays.
    }

    /** Accepts while there are places; asked again after every change, so the last one decides. */
    @Override
    public void adjust() {
        loop.executor()
                .execute(
                        () -> {
                            if (channel != null && !stopped) {
                                letIn();
                                channel.config().setAutoRead(mayAccept());
                            }
                        });
    }

    @Override
    public ChannelFuture stop() {
        if (channel == null) {
            throw new IllegalStateException("never bound");
        }
        loop.executor().execute(this::turnAway);
        return channel.close();
    }

    private void turnAway() {
        stopped = true;
        waiting.forEach(each -> each.unsafe().closeForcibly());
        waiting.clear();
    }

    /** Tells every connection; done when they have been told. */
    @Override
    public Future<?> drain() {
        return loop.executor().submit(() -> List.copyOf(open).forEach(Acceptor::tell));
    }

    private static void tell(Channel connection) {
        connection.pipeline().fireUserEventTriggered(Protocol.Drain.EVENT);
    }

    @Override
    public Future<?> closeConnections() {
        loop.executor().execute(() -> List.copyOf(open).forEach(Channel::close));
        return loop.executor().newSucceededFuture(null);
    }
}
