package proa.node.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

import org.junit.jupiter.api.Test;

import proa.cluster.sessions.SessionStore;
import proa.node.Await;
import proa.node.protocol.FakeSocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** What one connection keeps, and for how long it may. */
class RespConnectionTest {

    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofHours(1);

    private static FakeSocket connection(Users users) {
        return connection(users, () -> new FakeStore(null));
    }

    private static FakeSocket connection(Users users, Supplier<SessionStore> store) {
        Client client = new Client(1, users);
        Commands commands = new Commands(store, users);
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

    /** A word takes memory, also one without a byte: a client must not fill the heap with them. */
    @Test
    void emptyWordsCountWhereCommandsWait() {
        CountDownLatch free = new CountDownLatch(1);
        FakeSocket channel = connection(Users.NONE, () -> storeAfter(free));
        channel.sends("EXISTS a\r\n");
        int words = 4_096;
        String command = "*" + words + "\r\n" + "$0\r\n\r\n".repeat(words);
        int sent = 0;
        while (channel.config().isAutoRead() && sent < CommandQueue.COMMANDS_MAX / 2) {
            channel.writeInbound(bytes(command));
            sent++;
        }
        assertThat(channel.config().isAutoRead()).as("it is read from no longer").isFalse();
        assertThat((long) sent * words * 16).isLessThan(CommandQueue.BYTES_MAX);
        free.countDown();
        channel.finishAndReleaseAll();
    }

    @Test
    void whoDoesNotReadIsSilentWhateverRunsForIt() {
        CountDownLatch free = new CountDownLatch(1);
        FakeSocket channel = connection(Users.NONE, () -> storeAfter(free));
        channel.sends("EXISTS a\r\n");
        channel.takes(false);
        channel.writeAndFlush(bytes("x".repeat(100_000)));
        assertThat(channel.isWritable()).isFalse();
        channel.pass(SILENCE.minusSeconds(1));
        assertThat(channel.isOpen()).isTrue();
        channel.pass(SILENCE.dividedBy(2));
        assertThat(channel.isOpen()).isFalse();
        free.countDown();
    }

    private static SessionStore storeAfter(CountDownLatch free) {
        try {
            free.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return new FakeStore(null);
    }

    @Test
    void aLoginThatWaitsIsNotTooLate() throws Exception {
        String slowest = "pbkdf2-sha512$300000$AAAAAAAAAAA=$AAAAAAAAAAA=";
        FakeSocket channel = connection(Users.read("users", List.of("shop:" + slowest)));
        channel.sends("AUTH shop x\r\n");
        channel.pass(REQUEST.multipliedBy(2));
        assertThat(channel.isOpen()).isTrue();
        Await.until("the answer", () -> channel.got().startsWith("-WRONGPASS"));
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
        ByteBuf late = bytes("PI");
        channel.writeInbound(late);
        assertThat(late.refCnt()).as("not kept for a command").isZero();
    }
}
