package proa.node.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Keeps whoever is behind it from reading once the connection is to close; the first of a pipeline.
 *
 * <p>A channel of Netty's io_uring that still writes closes a little later. If it is read
 * meanwhile, as a TLS layer does after its alert, it waits for bytes once more; nobody ends that
 * wait, and it keeps the socket open in the kernel, without a descriptor, until the other end gives
 * up.
 */
public final class LastRead extends ChannelOutboundHandlerAdapter {

    private boolean closing;

    /** It is about to be closed past this handler. On the event loop. */
    public void passed() {
        closing = true;
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        closing = true;
        context.close(promise);
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (!closing) {
            context.read();
        }
    }
}
