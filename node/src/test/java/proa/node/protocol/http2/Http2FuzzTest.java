package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.H2Client.GET;
import static proa.node.protocol.http2.H2Client.POST;
import static proa.node.protocol.http2.H2Client.block;
import static proa.node.protocol.http2.H2Client.number;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.node.exchange.Traffic.Decision;
import proa.node.protocol.FakeSocket;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.http1.ErrorPages;
import proa.node.protocol.http1.HttpLoop;
import proa.node.protocol.http1.HttpProtocol;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Thousands of connections of frames by chance, sound and otherwise, in pieces by chance, to a
 * client's connection without a network. Nothing is thrown, what goes out is frames, and nothing is
 * left behind. A seed that fails becomes a value here.
 */
class Http2FuzzTest {

    private static final int CONNECTIONS = 150;
    private static final int FRAMES = 40;
    private static final Duration A_MOMENT = Duration.ofMillis(200);
    private static final FrontendConfig.Timeouts SHORT =
            new FrontendConfig.Timeouts(A_MOMENT, A_MOMENT, A_MOMENT, A_MOMENT);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverComes(long seed) {
        Random random = new Random(seed);
        for (int at = 0; at < CONNECTIONS; at++) {
            connection(random, "seed " + seed + ", connection " + at);
        }
    }

    private static void connection(Random random, String what) {
        FixedTraffic traffic =
                new FixedTraffic(
                        TestConfigs.backend(List.of(new InetSocketAddress("127.0.0.1", 9))));
        traffic.rule =
                _ -> random.nextBoolean() ? new Decision.Respond(200, "", new byte[5_000]) : null;
        var frontend = TestConfigs.frontend(Mode.HTTP, SHORT, FrontendConfig.Limits.DEFAULTS);
        HttpProtocol first = new HttpProtocol(frontend, () -> traffic, ErrorPages.NONE);
        FakeSocket client = new FakeSocket(Http2FuzzTest::noSocket);
        client.begin(
                new Http2ClientConnection(
                        HttpLoop.of(client.loop()), client, first, frontend.http().http2()));
        byte[] bytes = frames(random);
        for (int from = 0; from < bytes.length && client.isActive(); ) {
            int count = Math.min(bytes.length - from, 1 + random.nextInt(200));
            client.writeInbound(Unpooled.copiedBuffer(bytes, from, count));
            client.takes(random.nextInt(10) > 0);
            from += count;
        }
        client.takes(true);
        client.pass(Duration.ofSeconds(4));
        assertThat(client.isActive()).as(what).isFalse();
        client.checkException();
        wellFormed(client, what);
        assertThat(traffic.servers.getFirst().current.get()).as(what).isZero();
        client.finishAndReleaseAll();
    }

    /** Servers are out of reach: requests end with an answer of our own. */
    private static SocketChannel noSocket() {
        throw new ChannelException("none");
    }

    private static void wellFormed(FakeSocket client, String what) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf part = client.readOutbound(); part != null; part = client.readOutbound()) {
            all.writeBytes(ByteBufUtil.getBytes(part));
            part.release();
        }
        byte[] bytes = all.toByteArray();
        int at = 0;
        while (at + 9 <= bytes.length) {
            int length =
                    (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | bytes[at + 2] & 0xff;
            assertThat(bytes[at + 3]).as(what).isBetween((byte) 0, (byte) 9);
            at += 9 + length;
        }
        assertThat(at).as(what).isEqualTo(bytes.length);
    }

    private static byte[] frames(Random random) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(H2Client.bytes(4, 0, 0));
        int next = 1;
        for (int at = 0; at < FRAMES; at++) {
            int stream = random.nextInt(4) == 0 ? next : 1 + random.nextInt(next + 1);
            byte[] frame =
                    switch (random.nextInt(12)) {
                        case 0, 1 -> H2Client.bytes(1, 5, next, block(GET));
                        case 2 -> H2Client.bytes(1, 4, next, block(POST));
                        case 3 -> H2Client.bytes(0, random.nextInt(2), stream, new byte[10]);
                        case 4 -> H2Client.bytes(3, 0, stream, number(8));
                        case 5 -> H2Client.bytes(8, 0, stream, number(random.nextInt(100)));
                        case 6 -> H2Client.bytes(6, random.nextInt(2), 0, new byte[8]);
                        case 7 -> H2Client.bytes(1, 5, stream, block("x-sum", "1"));
                        case 8 -> H2Client.bytes(1, 0, next, block(GET));
                        case 9 -> H2Client.bytes(9, 4, next, block("a", "b"));
                        case 10 -> H2Client.bytes(4, 0, 0, new byte[] {0, 4, 0, 0, 0, 9});
                        default -> chance(random);
                    };
            if (random.nextInt(60) == 0) {
                frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
            }
            all.writeBytes(frame);
            next += frame[3] == 1 ? 2 : 0;
        }
        return all.toByteArray();
    }

    private static byte[] chance(Random random) {
        byte[] payload = new byte[random.nextInt(12)];
        random.nextBytes(payload);
        return H2Client.bytes(random.nextInt(12), random.nextInt(256), random.nextInt(9), payload);
    }
}
