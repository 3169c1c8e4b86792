package proa.node.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

import org.junit.jupiter.api.Test;

import proa.node.Await;
import proa.node.protocol.FakeSocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What one connection keeps, and for how long it may. */
class RespConnectionTest {

    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofHours(1);

    private static FakeSocket connection(Users users) {
        Client client = new Client(1, !users.isEmpty());
        Commands commands = new Commands(() -> new FakeStore(null), users);
        FakeSocket socket =
                new FakeSocket(
                        () -> {
                            throw new IllegalStateException("needs no server");
                        });
        socket.begin(
                new RespConnection(
                        client, commands, TestFrontend.config(REQUEST, SILENCE).timeouts()));
        return socket;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.buffer(16).writeBytes(text.getBytes(US_ASCII));
    }

    @Test
    void aStreamThatNeverEndsOnABoundaryDoesNotGrow() {
        FakeSocket channel = connection(Users.NONE);
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

    @Test
    void whoDoesNotReadIsSilent() throws Exception {
        FakeSocket channel = connection(Users.NONE);
        channel.takes(false);
        int length = 100_000;
        channel.sends("*2\r\n$4\r\nECHO\r\n$" + length + "\r\n" + "x".repeat(length) + "\r\n");
        Await.until("the reply waits", () -> !channel.isWritable());
        channel.pass(SILENCE.minusSeconds(1));
        assertThat(channel.isOpen()).isTrue();
        channel.pass(SILENCE.dividedBy(2));
        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
    }

    @Test
    void aLoginThatWaitsIsNotTooLate() throws Exception {
        String slowest = "pbkdf2-sha512$2000000$AAAAAAAAAAA=$AAAAAAAAAAA=";
        FakeSocket channel = connection(Users.read("users", List.of("shop:" + slowest)));
        channel.sends("AUTH shop x\r\n");
        channel.pass(REQUEST.multipliedBy(2));
        assertThat(channel.isOpen()).isTrue();
        Await.until("the answer", () -> channel.got().startsWith("-WRONGPASS"));
        channel.pass(REQUEST.multipliedBy(2));
        assertThat(channel.isOpen()).as("it had its chance").isFalse();
        channel.finishAndReleaseAll();
    }

    @Test
    void whatArrivesWhileTheConnectionClosesIsNotRun() {
        FakeSocket channel = connection(Users.NONE);
        List<Object> asked = new ArrayList<>();
        channel.pipeline()
                .addFirst(
                        new ChannelOutboundHandlerAdapter() {
                            @Override
                            public void close(
                                    ChannelHandlerContext context, ChannelPromise promise) {
                                asked.add(promise); // and under way, as with io_uring
                            }
                        });
        channel.pass(SILENCE.multipliedBy(2));
        assertThat(asked).isNotEmpty();
        ByteBuf late = bytes("PING\r\n");
        channel.writeInbound(late);
        assertThat(late.refCnt()).isZero();
        assertThat(channel.got()).isEmpty();
    }
}
