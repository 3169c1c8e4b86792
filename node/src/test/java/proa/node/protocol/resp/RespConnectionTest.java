package proa.node.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

import org.junit.jupiter.api.Test;

import proa.node.Await;
import proa.node.listener.Protocol;
import proa.node.protocol.FakeSocket;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What one connection keeps, and for how long it may. */
class RespConnectionTest {

    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofHours(1);

    /** What runs commands has not come to it yet. */
    private final Deque<Runnable> commandsToRun = new ArrayDeque<>();

    private FakeSocket connection(Users users) {
        Client client = new Client(1, users);
        Commands commands = new Commands(() -> new FakeStore(null), users);
        FakeSocket socket =
                new FakeSocket(
                        () -> {
                            throw new IllegalStateException("needs no server");
                        });
        socket.begin(
                new RespConnection(
                        client,
                        commands,
                        TestFrontend.config(REQUEST, SILENCE).timeouts(),
                        commandsToRun::add));
        return socket;
    }

    private void run() {
        commandsToRun.remove().run();
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
        FakeSocket channel = connection(Users.NONE);
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
        channel.finishAndReleaseAll();
    }

    /** The loop has not come to say that the client takes nothing: replies would all be kept. */
    @Test
    void repliesAreKeptBackBeforeTheLoopSaysSo() throws Exception {
        FakeSocket channel = connection(Users.NONE);
        channel.pipeline().addFirst(new Unsaid());
        channel.takes(false);
        channel.sends("EXISTS a\r\n");
        for (int count = 0; count < CommandQueue.COMMANDS_MAX / 2; count++) {
            channel.sends("*2\r\n$4\r\nECHO\r\n$4000\r\n" + "x".repeat(4_000) + "\r\n");
        }
        Thread worker = Thread.ofPlatform().start(commandsToRun.remove());
        Await.until(
                "it waits", () -> worker.getState() == Thread.State.WAITING || !worker.isAlive());
        assertThat(channel.waiting()).isBetween(1L, 4L * CommandQueue.BATCH_BYTES);
        channel.finishAndReleaseAll();
        worker.join();
    }

    /** What comes to the loop only later. */
    private static final class Unsaid extends ChannelInboundHandlerAdapter {
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            // Not yet.
        }
    }

    @Test
    void whoDoesNotReadIsSilentWhateverRunsForIt() {
        FakeSocket channel = connection(Users.NONE);
        channel.sends("EXISTS a\r\n");
        channel.takes(false);
        channel.writeAndFlush(bytes("x".repeat(100_000)));
        assertThat(channel.isWritable()).isFalse();
        channel.pass(SILENCE.minusSeconds(1));
        assertThat(channel.isOpen()).isTrue();
        channel.pass(SILENCE.dividedBy(2));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aLoginThatWaitsIsNotTooLate() throws Exception {
        String hash = "pbkdf2-sha512$300000$AAAAAAAAAAA=$AAAAAAAAAAA=";
        FakeSocket channel = connection(Users.read("users", List.of("shop:" + hash)));
        channel.sends("AUTH shop x\r\n");
        channel.pass(REQUEST.multipliedBy(2));
        assertThat(channel.isOpen()).isTrue();
        run();
        assertThat(channel.got()).startsWith("-WRONGPASS");
        channel.finishAndReleaseAll();
    }

    /** Has got its last reply. */
    private FakeSocket leaving() {
        FakeSocket channel = connection(Users.NONE);
        channel.sends("QUIT\r\n");
        run();
        assertThat(channel.got()).isEqualTo("+OK\r\n");
        return channel;
    }

    @Test
    void whoSendsNothingBehindTheLastReplyHasAWhileToSeeIt() {
        FakeSocket channel = leaving();
        assertThat(channel.isOutputShutdown()).isTrue();
        channel.pass(Duration.ofMillis(1_900));
        assertThat(channel.isOpen()).isTrue();
        channel.pass(Duration.ofMillis(200));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whoGoesOnSendingBehindTheLastReplyIsListenedToButNotForEver() {
        FakeSocket channel = leaving();
        for (int second = 0; second < 9; second++) {
            channel.sends("more");
            channel.pass(Duration.ofSeconds(1));
            assertThat(channel.isOpen()).isTrue();
        }
        channel.sends("more");
        channel.pass(Duration.ofMillis(1_100));
        assertThat(channel.isOpen()).isFalse();
    }

    /** What came meanwhile is still to be read; a socket closed with it unread would be reset. */
    @Test
    void aNodeThatStoodStillBehindTheLastReplyReadsWhatCameMeanwhile() {
        FakeSocket channel = leaving();
        channel.stalls(Duration.ofSeconds(30));
        assertThat(channel.isOpen()).isTrue();
        channel.sends("more");
        channel.pass(Duration.ofMillis(1_900));
        assertThat(channel.isOpen()).isTrue();
        channel.pass(Duration.ofMillis(200));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aDrainDoesNotWaitForWhoHasBeenQuiet() {
        FakeSocket quiet = connection(Users.NONE);
        FakeSocket busy = connection(Users.NONE);
        quiet.pass(Duration.ofSeconds(2));
        busy.pass(Duration.ofSeconds(2));
        busy.sends("PI");
        for (FakeSocket channel : List.of(quiet, busy)) {
            channel.pipeline().fireUserEventTriggered(Protocol.Drain.EVENT);
        }
        run();
        assertThat(quiet.isOpen()).isFalse();
        assertThat(busy.got()).isEmpty();
        busy.pass(Duration.ofMillis(1_900));
        assertThat(busy.isOpen()).isTrue();
        busy.pass(Duration.ofMillis(200));
        assertThat(busy.isOpen()).isFalse();
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
