package proa.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.FrontendConfig;
import proa.node.protocol.ScriptedServer;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** How a client that knows one group alone agrees on keys. */
class KeyGroupsTest {

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void end() {
        loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X25519MLKEM768", "X25519", "P-256", "P-384", "P-521"})
    void eachGroupIsTaken(String group, @TempDir Path folder) throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        SslContext client =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.OPENSSL_REFCNT)
                        .protocols("TLSv1.3")
                        .option(OpenSslContextOption.GROUPS, new String[] {group})
                        .trustManager(folder.resolve("ca.pem").toFile())
                        .build();
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path =
                        TlsPath.of(
                                FrontendConfig.Mode.HTTP, authority.tls("shop.example"), server)) {
            SslHandler layer = client.newHandler(ByteBufAllocator.DEFAULT, "shop.example", 443);
            Channel channel =
                    new Bootstrap()
                            .group(loop)
                            .channel(NioSocketChannel.class)
                            .handler(layer)
                            .connect(path.address())
                            .sync()
                            .channel();
            assertThat(layer.handshakeFuture().await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(layer.handshakeFuture().isSuccess())
                    .as(String.valueOf(layer.handshakeFuture().cause()))
                    .isTrue();
            channel.close().sync();
        } finally {
            ReferenceCountUtil.release(client);
        }
    }
}
