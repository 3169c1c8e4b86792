package proa.node.protocol.resp;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;

import proa.cluster.sessions.SessionStore;
import proa.config.FrontendConfig;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The Redis protocol on an ephemeral loopback port. */
final class TestFrontend implements AutoCloseable {

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listening;

    TestFrontend(Supplier<SessionStore> store, Users users, Duration request, Duration silence) {
        RespFrontend frontend = new RespFrontend(config(request, silence), store, users);
        listening =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel accepted) {
                                        accepted.pipeline().addLast(frontend.connection());
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .syncUninterruptibly()
                        .channel();
    }

    TestFrontend(SessionStore store) {
        this(() -> store, Users.NONE, Duration.ofSeconds(10), Duration.ofHours(1));
    }

    static FrontendConfig config(Duration request, Duration silence) {
        return new FrontendConfig(
                "sessions",
                new FrontendConfig.Bind.Fixed(InetAddress.getLoopbackAddress(), 6379),
                FrontendConfig.Mode.SESSIONS,
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                new FrontendConfig.Timeouts(request, silence, silence, silence),
                FrontendConfig.Limits.DEFAULTS);
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }
}
