package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;

import org.junit.jupiter.api.Test;

import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.Http2Options;
import proa.config.HttpOptions;
import proa.config.HttpOptions.Version;
import proa.node.protocol.FakeSocket;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.Wire;
import proa.node.protocol.http2.NegotiatedHttp;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A thousand clients who were fast, so that the transport reads from them into large buffers, and
 * then send a byte now and then: what the node keeps of each is what it has sent, until it leaves.
 */
class SlowCrowdTest {

    private static final int CLIENTS = 1_000;

    /** What a transport reads into when much has come at once. */
    private static final int READ_BYTES = 64 << 10;

    private static final long BYTES_EACH_MAX = 512;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final FixedTraffic traffic =
            new FixedTraffic(TestConfigs.backend(List.of(new InetSocketAddress("127.0.0.1", 9))));
    private final FrontendConfig frontend = TestConfigs.frontend(Mode.HTTP);

    private static SocketChannel noSocket() {
        throw new ChannelException("none");
    }

    private void arrives(FakeSocket client, String latin) {
        ByteBuf bytes = allocator.directBuffer(READ_BYTES).writeBytes(Wire.bytes(latin));
        client.writeInbound(bytes);
    }

    private void crowd(Function<FakeSocket, ChannelHandler> protocol, String... sent) {
        List<FakeSocket> clients = new ArrayList<>();
        for (int at = 0; at < CLIENTS; at++) {
            FakeSocket client = new FakeSocket(SlowCrowdTest::noSocket);
            client.config().setAllocator(allocator);
            client.begin(protocol.apply(client));
            for (String part : sent) {
                arrives(client, part);
            }
            client.got();
            clients.add(client);
        }
        assertThat(held()).isLessThan(CLIENTS * BYTES_EACH_MAX);
        for (FakeSocket client : clients) {
            client.close();
            client.finishAndReleaseAll();
        }
        assertThat(held()).as("of those who have left").isZero();
    }

    private long held() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    @Test
    void whoSendsAHeadByteByByteKeepsItsBytesAlone() {
        HttpProtocol protocol = new HttpProtocol(frontend, () -> traffic, ErrorPages.NONE);
        crowd(
                client -> protocol.handler(client.loop(), client),
                "GET / HTTP/1.1\r\n",
                "H",
                "o",
                "st: a\r\n");
    }

    @Test
    void whoSendsAFrameByteByByteToo() {
        HttpProtocol protocol = new HttpProtocol(frontend, () -> traffic, ErrorPages.NONE);
        HttpOptions options =
                new HttpOptions(
                        List.of(),
                        false,
                        List.of(),
                        List.of(),
                        List.of(Version.HTTP_2, Version.HTTP_1_1),
                        Http2Options.DEFAULTS);
        NegotiatedHttp both = new NegotiatedHttp(protocol, options);
        crowd(
                client -> both.handler(client.loop(), client),
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
                "\0\0\5",
                "\1");
    }
}
