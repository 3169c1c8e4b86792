package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.junit.jupiter.api.Test;

import proa.node.listener.Protocol.Drain;
import proa.node.protocol.FakeSocket;
import proa.node.protocol.http1.HttpLoop;

import java.time.Duration;

/** How long a client may take to begin, on a clock of its own. */
class PrefaceReaderTest {

    private static final Duration BEFORE = Duration.ofMillis(900);

    /** For as long as connections are waited for, all are told again and again. */
    @Test
    void whoIsToldToDrainAgainHasNoMoreTime() {
        FakeSocket client =
                new FakeSocket(
                        () -> {
                            throw new ChannelException("none");
                        });
        client.begin(
                new PrefaceReader(
                        HttpLoop.of(client.loop()),
                        client,
                        ChannelInboundHandlerAdapter::new,
                        null,
                        Duration.ofMinutes(1).toNanos()));
        client.pipeline().fireUserEventTriggered(Drain.EVENT);
        client.pass(BEFORE);
        assertThat(client.isOpen()).isTrue();
        client.pipeline().fireUserEventTriggered(Drain.EVENT);
        client.pass(Duration.ofMillis(200));
        assertThat(client.isOpen()).isFalse();
        client.finishAndReleaseAll();
    }
}
