package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.RateConfig.OfClients;
import proa.node.protocol.DataPath;
import proa.node.protocol.FakeSocket;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.Wire;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Bodies that come a byte at a time, each well within {@code timeouts.client}: only {@code
 * limits.min-body-rate} ends them.
 */
class SlowBodyTest {

    private static final String BEGIN =
            "POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";

    /** Bytes that a dribbling client has sent after four and a half seconds. */
    private static final int DRIBBLED = 225;

    private ScriptedServer server;

    @BeforeEach
    void start() throws IOException {
        server = ScriptedServer.echo();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private RuledPath path(String limits) throws IOException {
        return RuledPath.http("timeouts { client = 4s }\n" + limits + "\n", server);
    }

    /** Sends bytes until the other side has had enough. */
    private static void dribble(DataPath.Client client, int most) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                for (int at = 0; at < most; at++) {
                                    client.send("x");
                                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                                }
                            } catch (IOException _) {
                                // It has.
                            }
                        });
    }

    @Test
    void aBodyThatComesTooSlowlyIsRefused() throws Exception {
        try (RuledPath path = path("limits { min-body-rate = 10k }");
                DataPath.Client client = path.client()) {
            client.send(BEGIN);
            dribble(client, Integer.MAX_VALUE);
            Wire.Message answer = client.response();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.field("connection")).isEqualTo("close");
        }
    }

    @Test
    void withoutARateOnlySilenceEndsIt() throws Exception {
        try (RuledPath path = path("");
                DataPath.Client client = path.client()) {
            client.send(BEGIN.replace("100000", "" + DRIBBLED));
            dribble(client, DRIBBLED);
            assertThat(client.response().status()).isEqualTo(200);
        }
    }

    /** A body is not read before there is a server for it: that time is not its client's. */
    @Test
    void theTimeUntilThereIsAServerIsNotTheClients() {
        FakeSocket to = new FakeSocket(SlowBodyTest::none);
        FakeSocket client = new FakeSocket(() -> to);
        FrontendConfig.Limits limits =
                new FrontendConfig.Limits(
                        10, 8 << 10, 16 << 10, 100, 1 << 20, 1_000, 0, OfClients.UNLIMITED);
        FrontendConfig.Timeouts timeouts =
                new FrontendConfig.Timeouts(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofHours(1));
        FrontendConfig frontend = TestConfigs.frontend(Mode.HTTP, timeouts, limits);
        FixedTraffic traffic =
                new FixedTraffic(
                        TestConfigs.backend(
                                List.of(server.address()),
                                TestConfigs.serverTimeouts(
                                        Duration.ofSeconds(60), Duration.ofSeconds(60))));
        client.begin(new HttpProtocol(frontend, () -> traffic).handler(client.loop(), client));
        client.sends(BEGIN);
        client.pass(Duration.ofSeconds(40));
        to.pipeline().fireChannelActive();
        client.pass(Duration.ofSeconds(9));
        client.sends("x".repeat(5_000));
        client.pass(Duration.ofSeconds(4));
        assertThat(client.got()).isEmpty();
        assertThat(to.got()).endsWith("x".repeat(5_000));
        client.pass(Duration.ofSeconds(3));
        assertThat(client.got()).startsWith("HTTP/1.1 408 ");
        client.finishAndReleaseAll();
        to.finishAndReleaseAll();
    }

    private static SocketChannel none() {
        throw new ChannelException("none");
    }

    @Test
    void oneThatComesFastEnoughPassesWhateverItsSize() throws Exception {
        try (RuledPath path = path("limits { min-body-rate = 1k }");
                DataPath.Client client = path.client()) {
            client.send(BEGIN);
            client.send("y".repeat(100_000));
            assertThat(client.response().text()).endsWith("y".repeat(100));
        }
    }
}
