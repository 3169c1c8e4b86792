package proa.node.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** What one connection keeps, and for how long it may. */
class RespConnectionTest {

    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofHours(1);

    private static EmbeddedChannel connection(Users users) {
        Client client = new Client(1, !users.isEmpty());
        Commands commands = new Commands(() -> new FakeStore(null), users);
        return new EmbeddedChannel(
                new RespConnection(
                        client, commands, TestFrontend.config(REQUEST, SILENCE).timeouts()));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.buffer(16).writeBytes(text.getBytes(US_ASCII));
    }

    @Test
    void aStreamThatNeverEndsOnABoundaryDoesNotGrow() {
        EmbeddedChannel channel = connection(Users.NONE);
        ByteBuf first = bytes("\r");
        channel.writeInbound(first);
        for (int round = 0; round < 10_000; round++) {
            channel.writeInbound(bytes("\n\r\n\r\n\r"));
        }
        assertThat(first.refCnt()).as("still the one that collects").isEqualTo(1);
        assertThat(first.capacity()).isLessThan(1 << 10);
        channel.finishAndReleaseAll();
        assertThat(first.refCnt()).isZero();
    }
}
