package proa.node.protocol.resp;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;

import proa.cluster.sessions.SessionStore;
import proa.config.FrontendConfig;
import proa.node.listener.Loop;
import proa.node.listener.Protocol;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The Redis protocol on a {@code sessions} frontend: makes the one handler of each accepted
 * connection. Who may connect, and how many, is the listener's business. Safe from any thread.
 */
public final class RespFrontend implements Protocol {

    private final FrontendConfig frontend;
    private final Commands commands;
    private final Users users;
    private final AtomicLong connections = new AtomicLong();

    /**
     * @param frontend its timeouts: {@code request} bounds one command on its way in and the time
     *     to authenticate, {@code tunnel} bounds silence
     * @param store asked again for each command, so that it may be replaced
     * @param users {@link Users#NONE}: nobody needs to authenticate
     */
    public RespFrontend(FrontendConfig frontend, Supplier<SessionStore> store, Users users) {
        this.frontend = frontend;
        this.users = users;
        commands = new Commands(store, users);
    }

    @Override
    public ChannelHandler handler(Loop loop, SocketChannel accepted) {
        return connection();
    }

    /** The handler of a connection that was just accepted. */
    ChannelHandler connection() {
        Client client = new Client(connections.incrementAndGet(), users);
        return new RespConnection(client, commands, frontend.timeouts());
    }
}
