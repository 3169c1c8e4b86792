package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;

import org.junit.jupiter.api.Test;

import proa.node.listener.Cut;
import proa.node.protocol.FakeSocket;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** How a tunnel through a stream ends. */
class StreamTunnelTest {

    /** A stream on which nothing happens. */
    private static final class Silent implements ServerConnection {
        private int released;
        private int outputEnded;

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public void begin(ByteBuf head, boolean answersHead) {
            head.release();
        }

        @Override
        public void write(ByteBuf bytes) {
            bytes.release();
        }

        @Override
        public void flush() {}

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading() {}

        @Override
        public void tunnel(Downstream client) {}

        @Override
        public void endOutput() {
            outputEnded++;
        }

        @Override
        public void release(boolean keep, int idleMax, long idleNanos) {
            released++;
        }
    }

    @Test
    void theEndOfAClientsDirectionFromBeforeItsTunnelIsPassedOn() {
        FakeSocket client =
                new FakeSocket(
                        () -> {
                            throw new ChannelException("none");
                        });
        client.halfCloses();
        Silent stream = new Silent();
        StreamTunnel.open(client.loop(), client, null, stream, Duration.ofHours(1), () -> {});
        assertThat(stream.outputEnded).isEqualTo(1);
        assertThat(client.isOpen()).isTrue();
        client.finishAndReleaseAll();
    }

    @Test
    void aCutOfAClientIsNotPassedOnAsAnEnd() {
        FakeSocket client =
                new FakeSocket(
                        () -> {
                            throw new ChannelException("none");
                        });
        Silent stream = new Silent();
        StreamTunnel.open(client.loop(), client, null, stream, Duration.ofHours(1), () -> {});
        client.pipeline().fireUserEventTriggered(Cut.EVENT);
        client.halfCloses();
        assertThat(stream.outputEnded).isZero();
        assertThat(stream.released).isEqualTo(1);
        assertThat(client.isOpen()).isFalse();
        client.finishAndReleaseAll();
    }

    /** Its channel tells of the end with the loop's next turn, when the tunnel is there. */
    @Test
    void aClientThatIsGoneWhenItsTunnelBeginsLeavesTheServerOnce() {
        FakeSocket client =
                new FakeSocket(
                        () -> {
                            throw new ChannelException("none");
                        });
        Silent stream = new Silent();
        AtomicInteger ended = new AtomicInteger();
        client.close();
        StreamTunnel.open(
                client.loop(), client, null, stream, Duration.ofHours(1), ended::incrementAndGet);
        client.pipeline().fireChannelInactive();
        assertThat(ended).hasValue(1);
        assertThat(stream.released).isEqualTo(1);
        client.finishAndReleaseAll();
    }
}
