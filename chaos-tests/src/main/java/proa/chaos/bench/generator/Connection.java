package proa.chaos.bench.generator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import org.jspecify.annotations.Nullable;

import javax.net.ssl.SSLSession;

/** One connection: a request, its answer, the next request. On the generator's event loop. */
final class Connection extends ChannelInboundHandlerAdapter {

    /** Whose connection it is. */
    interface Owner {
        /** It is made; if it was made for a request, that goes out next. */
        void ready(Connection connection);

        /** The request that was due then has its answer. */
        void answered(Connection connection, long due);

        /** It is no more; called once. */
        void ended(Connection connection, Tally.@Nullable Failure why);
    }

    private final Owner owner;
    private final Answer answer;
    private final ByteBuf request;
    private final boolean secured;
    private long due;
    private boolean wasReady;
    private boolean hasEnded;
    private @Nullable ChannelHandlerContext context;

    /**
     * Not connected yet.
     *
     * @param request is not consumed; belongs to the caller
     * @param due when the request that it is made for was due; {@link Arrivals#NONE}: it waits
     */
    Connection(Owner owner, Answer answer, ByteBuf request, boolean secured, long due) {
        this.owner = owner;
        this.answer = answer;
        this.request = request;
        this.secured = secured;
        this.due = due;
    }

    /** Sends a request that was due then; only when it is ready and owes no answer. */
    void send(long dueNanos) {
        due = dueNanos;
        if (context != null) {
            context.writeAndFlush(request.retainedDuplicate(), context.voidPromise());
        }
    }

    /** Ends it; the owner is told. */
    void close() {
        if (context != null) {
            context.close();
        } else {
            end(null);
        }
    }

    /** Could not be made. */
    void notConnected() {
        end(Tally.Failure.CONNECT);
    }

    /** Version and suite, or empty in clear. */
    String suite() {
        SslHandler handler = context == null ? null : context.pipeline().get(SslHandler.class);
        if (handler == null) {
            return "";
        }
        SSLSession session = handler.engine().getSession();
        return session.getProtocol() + " " + session.getCipherSuite();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        if (!secured) {
            becomeReady();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext told, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            becomeReady();
        }
    }

    private void becomeReady() {
        wasReady = true;
        long madeFor = due;
        owner.ready(this);
        if (madeFor != Arrivals.NONE) {
            send(madeFor);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        Answer.State state = due == Arrivals.NONE ? Answer.State.WRONG : answer.feed(bytes);
        bytes.release();
        switch (state) {
            case INCOMPLETE -> {}
            case COMPLETE -> {
                long answered = due;
                due = Arrivals.NONE;
                owner.answered(this, answered);
            }
            case WRONG -> {
                end(Tally.Failure.WRONG_ANSWER);
                from.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        if (!wasReady) {
            end(Tally.Failure.CONNECT);
        } else {
            end(due == Arrivals.NONE ? null : Tally.Failure.READ);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        from.close();
    }

    private void end(Tally.@Nullable Failure why) {
        if (!hasEnded) {
            hasEnded = true;
            owner.ended(this, why);
        }
    }
}
