package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;

import org.junit.jupiter.api.Test;

import proa.config.FrontendConfig.Mode;
import proa.node.protocol.FakeSocket;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.TestConfigs;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Which connection the next request goes to. */
class HttpServerConnectionTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";

    private final List<FakeSocket> servers = new ArrayList<>();

    private FakeSocket server() {
        FakeSocket made = new FakeSocket(HttpServerConnectionTest::none);
        servers.add(made);
        return made;
    }

    private static SocketChannel none() {
        throw new ChannelException("none");
    }

    /** Its channel tells only with the next turn of the loop, and a POST is not sent twice. */
    @Test
    void anIdleOneThatWasClosedInTheSameTurnIsNotUsed() {
        FixedTraffic traffic =
                new FixedTraffic(
                        TestConfigs.backend(
                                List.of(
                                        new InetSocketAddress(
                                                InetAddress.getLoopbackAddress(), 1))));
        FakeSocket client = new FakeSocket(this::server);
        client.begin(
                new HttpProtocol(TestConfigs.frontend(Mode.HTTP), () -> traffic)
                        .handler(client.loop(), client));
        client.sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        FakeSocket first = servers.getFirst();
        first.pipeline().fireChannelActive();
        first.sends(OK);
        assertThat(client.got()).startsWith("HTTP/1.1 200 ");
        first.closesAnd(() -> client.sends(POST));
        assertThat(client.got()).isEmpty();
        assertThat(servers).hasSize(2);
        servers.getLast().pipeline().fireChannelActive();
        assertThat(servers.getLast().got()).startsWith("POST / ");
        servers.getLast().sends(OK);
        assertThat(client.got()).startsWith("HTTP/1.1 200 ");
        client.finishAndReleaseAll();
        servers.forEach(FakeSocket::finishAndReleaseAll);
    }
}
