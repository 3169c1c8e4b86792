package proa.node.listener;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll, without its way to forget a descriptor that waits for nothing at the moment.
 *
 * <p>When a channel wants no event, as one whose peer has ended its direction and whose output is
 * free, Netty 4.2.13 to 4.2.20 take its descriptor out of the epoll set but go on as if it was
 * there. The next wish, to be told when the peer takes more, then fails (ENOENT), and with it the
 * connection in the middle of its answer. Here such a channel stays in the set and asks for edges
 * only: the kernel tells of an error or hang-up once, so that nothing spins.
 */
final class KeptInEpoll implements IoHandler {

    private final IoHandler epoll;

    private KeptInEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory factory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return executor -> new KeptInEpoll(epoll.newHandler(executor));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Kept(epoll.register(handle));
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    private record Kept(IoRegistration registration) implements IoRegistration {

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the interface's
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            return registration.submit(ops.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLET : ops);
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }
}
