package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.H2Client.END_HEADERS;
import static proa.node.protocol.http2.H2Client.END_STREAM;
import static proa.node.protocol.http2.H2Client.HEADERS;
import static proa.node.protocol.http2.H2Client.SETTINGS;
import static proa.node.protocol.http2.H2Client.block;
import static proa.node.protocol.http2.H2Client.bytes;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Timeouts;
import proa.config.FrontendConfig.Mode;
import proa.config.HttpOptions.Version;
import proa.node.protocol.FakeSocket;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.http1.HttpProtocol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Which connection the next request goes to, on a clock of its own. */
class Http2ServerConnectionTest {

    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration SHORTLY = Duration.ofMillis(100);
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";

    private final List<FakeSocket> servers = new ArrayList<>();
    private final FakeSocket client = new FakeSocket(this::server);

    private FakeSocket server() {
        FakeSocket made = new FakeSocket(Http2ServerConnectionTest::none);
        servers.add(made);
        return made;
    }

    private static SocketChannel none() {
        throw new ChannelException("none");
    }

    private Http2ServerConnectionTest() {
        FixedTraffic traffic =
                new FixedTraffic(
                        TestConfigs.backend(
                                        List.of(
                                                new InetSocketAddress(
                                                        InetAddress.getLoopbackAddress(), 1)),
                                        new Timeouts(Duration.ofSeconds(1), ANSWER, IDLE))
                                .with(Version.HTTP_2));
        client.begin(
                new HttpProtocol(TestConfigs.frontend(Mode.HTTP), () -> traffic)
                        .handler(client.loop(), client));
    }

    @AfterEach
    void close() {
        client.finishAndReleaseAll();
        servers.forEach(FakeSocket::finishAndReleaseAll);
    }

    /** The newest connection is there, and its server has said how it wants it. */
    private FakeSocket greeted() {
        FakeSocket server = servers.getLast();
        server.pipeline().fireChannelActive();
        server.writeInbound(Unpooled.wrappedBuffer(bytes(SETTINGS, 0, 0)));
        return server;
    }

    private static void answers(FakeSocket server, int stream) {
        byte[] head = block(":status", "200");
        server.writeInbound(
                Unpooled.wrappedBuffer(bytes(HEADERS, END_STREAM | END_HEADERS, stream, head)));
    }

    @Test
    void oneThatSaysNothingAtAllIsUsedForNoOther() {
        client.sends(GET);
        FakeSocket silent = greeted();
        client.pass(ANSWER.plus(SHORTLY));
        assertThat(client.got()).startsWith("HTTP/1.1 504 ");
        assertThat(silent.isOpen()).as("nothing is on it").isFalse();
        client.sends(GET);
        assertThat(servers).hasSize(2);
        answers(greeted(), 1);
        assertThat(client.got()).startsWith("HTTP/1.1 200 ");
    }

    /** A request that takes too long is no reason to leave the connection of all others. */
    @Test
    void oneThatSaysSomethingIsUsedOn() {
        client.sends(GET);
        FakeSocket server = greeted();
        client.pass(ANSWER.minus(SHORTLY));
        server.writeInbound(Unpooled.wrappedBuffer(bytes(H2Client.PING, 0, 0, new byte[8])));
        client.pass(SHORTLY.multipliedBy(2));
        assertThat(client.got()).startsWith("HTTP/1.1 504 ");
        client.sends(GET);
        assertThat(servers).hasSize(1);
        answers(server, 3);
        assertThat(client.got()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void oneWithNothingOnItIsClosedAfterTheTimeOfItsBackend() {
        client.sends(GET);
        FakeSocket server = greeted();
        client.pass(ANSWER.minus(SHORTLY));
        answers(server, 1);
        client.pass(IDLE.minus(SHORTLY));
        assertThat(server.isOpen()).as("open before").isTrue();

        client.pass(SHORTLY.multipliedBy(2));

        assertThat(server.isOpen()).as("open after").isFalse();
    }

    /** Some transports tell of a reset in the middle of the write that meets it. */
    @Test
    void aClientThatIsGoneWhileItIsWrittenToEndsNobodyElsesConnection() {
        client.sends(GET);
        FakeSocket server = greeted();
        server.writeInbound(
                Unpooled.wrappedBuffer(bytes(HEADERS, END_HEADERS, 1, block(":status", "200"))));
        client.pipeline().addFirst(new ResetAtFlush(2));

        for (int part = 0; part < 2; part++) { // the second makes the window worth a word
            server.writeInbound(
                    Unpooled.wrappedBuffer(bytes(H2Client.DATA, 0, 1, new byte[1 << 14])));
        }

        assertThat(client.isOpen()).as("the client's").isFalse();
        assertThat(server.isOpen()).as("the server's").isTrue();
    }

    /** Fails one flush as epoll does where the peer has reset the connection. */
    private static final class ResetAtFlush extends ChannelOutboundHandlerAdapter {
        private int left;

        private ResetAtFlush(int count) {
            left = count;
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            if (--left == 0) {
                context.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            } else {
                context.flush();
            }
        }
    }

    /** Its channel tells only with the next turn of the loop. */
    @Test
    void oneThatWasClosedInTheSameTurnIsNotUsed() {
        client.sends(GET);
        FakeSocket first = greeted();
        answers(first, 1);
        assertThat(client.got()).startsWith("HTTP/1.1 200 ");
        first.closesAnd(() -> client.sends(POST));
        assertThat(client.got()).isEmpty();
        assertThat(servers).hasSize(2);
        answers(greeted(), 1);
        assertThat(client.got()).startsWith("HTTP/1.1 200 ");
    }
}
