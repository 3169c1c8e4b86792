package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.node.exchange.Destination;
import proa.node.exchange.Server;
import proa.node.exchange.Traffic.Decision;
import proa.node.exchange.Waiter;
import proa.node.listener.Protocol.Drain;
import proa.node.protocol.FakeSocket;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.TestConfigs;
import proa.node.record.Ending;
import proa.node.record.FrontendCounters;
import proa.node.record.Recorder;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A client that reads late or never: how much it is written, and how long it is waited for. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class SlowClientTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);
    private static final Duration CLIENT = Duration.ofSeconds(30);
    private static final Duration SHORTLY = Duration.ofMillis(100);

    /** Two of them are more than goes with a head. */
    private static final String CHUNK = "2710\r\n" + "x".repeat(10_000) + "\r\n";

    private final BackendConfig backend =
            TestConfigs.backend(
                    List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)));
    private final FixedTraffic traffic = new FixedTraffic(backend);
    private final FrontendCounters counters = new FrontendCounters("test");
    private final FakeSocket server = new FakeSocket(SlowClientTest::none);
    private boolean descriptors;
    private final FakeSocket client = new FakeSocket(() -> descriptors ? server : none());
    private int decisions;

    private static SocketChannel none() {
        throw new ChannelException("too many open files");
    }

    private void accepted() {
        FrontendConfig frontend =
                TestConfigs.frontend(
                        FrontendConfig.Mode.HTTP,
                        new FrontendConfig.Timeouts(
                                REQUEST, KEEP_ALIVE, CLIENT, Duration.ofHours(1)),
                        FrontendConfig.Limits.DEFAULTS);
        traffic.rule =
                _ -> {
                    decisions++;
                    return new Decision.Reply(403, "no");
                };
        Recorder recorder =
                new Recorder(counters, _ -> null, new Recorder.Clocks(() -> 1L, () -> 0L));
        client.begin(
                new HttpProtocol(frontend, () -> traffic, ErrorPages.NONE, recorder)
                        .handler(client.loop(), client));
    }

    /** A request whose answer is under way, and none of it taken. */
    private void answering() {
        accepted();
        traffic.rule = _ -> null;
        descriptors = true;
        client.takes(false);
        client.sends(GET);
        server.pipeline().fireChannelActive();
        assertThat(server.got()).startsWith("GET / ");
        server.sends("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(100_000));
        assertThat(client.isWritable()).isFalse();
    }

    /** As with io_uring: a receive may complete after the close was asked for. */
    private static final class SlowClose extends ChannelOutboundHandlerAdapter {
        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            // Under way.
        }
    }

    /** Servers that have as much as they may. */
    private final class FullPool implements Destination {
        private int inLine;

        @Override
        public BackendConfig backend() {
            return backend;
        }

        @Override
        public @Nullable Server next() {
            return null;
        }

        @Override
        public Line joinLine(Waiter waiter) {
            inLine++;
            return Line.JOINED;
        }

        @Override
        public void leaveLine() {
            inLine--;
        }

        @Override
        public @Nullable String hiddenCookie() {
            return null;
        }

        @Override
        public @Nullable String setCookieFor(Server server) {
            return null;
        }
    }

    private static Duration almost(Duration time) {
        return time.minus(SHORTLY);
    }

    @AfterEach
    void close() {
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    @Test
    void anAnswerThatIsNotTakenIsTheClientsFault() {
        answering();
        client.pass(CLIENT.plus(SHORTLY));
        assertThat(client.isOpen()).isFalse();
        assertThat(counters.endings(Ending.CLIENT_SLOW_DATA)).isEqualTo(1);
        assertThat(counters.endings(Ending.SERVER_SLOW_DATA)).isZero();
    }

    @Test
    void whatTheKernelStillHasRoomForIsNotTakenByTheClient() {
        client.hasRoom(1_000);
        answering();
        client.pass(CLIENT.plus(SHORTLY));
        assertThat(client.isOpen()).isFalse();
        assertThat(counters.endings(Ending.CLIENT_SLOW_DATA)).isEqualTo(1);
    }

    @Test
    void whatTheKernelStillHasRoomForOfALastAnswerIsNotTakenByTheClient() {
        accepted();
        traffic.rule = _ -> new Decision.Respond(200, "", new byte[100_000]);
        client.takes(false);
        client.hasRoom(1_000);
        client.sends(LAST);
        client.pass(almost(CLIENT));
        assertThat(client.isOpen()).isTrue();
        client.pass(SHORTLY.multipliedBy(2));
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void whoTakesALittleOfAnAnswerInTimeIsNotSilent() {
        answering();
        for (int round = 0; round < 5; round++) {
            client.pass(almost(CLIENT));
            client.takesSome(1_000);
            assertThat(client.isOpen()).isTrue();
        }
        client.pass(CLIENT.multipliedBy(2).plus(SHORTLY));
        assertThat(client.isOpen()).isFalse();
        assertThat(counters.endings(Ending.CLIENT_SLOW_DATA)).isEqualTo(1);
    }

    @Test
    void whoTakesALittleOfALastAnswerInTimeGetsItToItsEnd() {
        accepted();
        traffic.rule = _ -> new Decision.Respond(200, "", new byte[100_000]);
        client.takes(false);
        client.sends(LAST);
        for (int round = 0; round < 5; round++) {
            client.pass(almost(CLIENT));
            client.takesSome(1_000);
            assertThat(client.isOpen()).isTrue();
        }
        client.takes(true);
        assertThat(client.isOutputShutdown()).isTrue();
    }

    @Test
    void whoLeavesInTheMidstOfAHeadIsCountedAndWhoLeavesBehindAnAnswerIsNot() {
        accepted();
        client.sends(GET + "GET / HT");
        client.halfCloses();
        assertThat(client.got()).contains("Proa: no");
        assertThat(client.isOpen()).isFalse();
        assertThat(counters.endings(Ending.CLIENT_LEFT)).isEqualTo(1);
        assertThat(counters.wrong()).isEqualTo(1);
    }

    @Test
    void whoLeavesBetweenRequestsIsNotCounted() {
        accepted();
        client.sends(GET);
        client.halfCloses();
        assertThat(client.isOpen()).isFalse();
        assertThat(counters.endings(Ending.CLIENT_LEFT)).isZero();
        assertThat(counters.requests()).isEqualTo(1);
    }

    private static String upload(String framing, String body) {
        return "POST / HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n" + body;
    }

    static Stream<String> partsOfUploads() {
        return Stream.of(
                upload("Content-Length: 1000000", "x".repeat(20_000)),
                upload("Transfer-Encoding: chunked", CHUNK.repeat(2)));
    }

    static Stream<String> wholeUploads() {
        return Stream.of(
                upload("Content-Length: 20000", "x".repeat(20_000)),
                upload("Transfer-Encoding: chunked", CHUNK.repeat(2) + "0\r\n\r\n"));
    }

    private FullPool inLine(String upload) {
        accepted();
        FullPool pool = new FullPool();
        traffic.rule = _ -> new Decision.Forward(pool);
        client.sends(upload);
        assertThat(pool.inLine).isEqualTo(1);
        return pool;
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("partsOfUploads")
    void whoGivesUpAnUploadLeavesTheLine(String upload) {
        FullPool pool = inLine(upload);
        client.halfCloses();
        assertThat(pool.inLine).isZero();
        assertThat(client.isOpen()).isFalse();
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("wholeUploads")
    void whoHasSentAllOfAnUploadStaysInLine(String upload) {
        FullPool pool = inLine(upload);
        client.halfCloses();
        assertThat(pool.inLine).isEqualTo(1);
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void whatWasPipelinedBeforeTheEndIsAnsweredWhenThereIsRoom() {
        accepted();
        client.takes(false);
        int requests = 2_000;
        client.sends(GET.repeat(requests));
        client.halfCloses();
        assertThat(client.isOpen()).isTrue();
        client.takes(true);
        assertThat(client.got().split("HTTP/1.1 403", -1)).hasSize(requests + 1);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void pipelinedRequestsWaitUntilAnswersAreRead() {
        accepted();
        client.takes(false);
        int requests = 2_000;
        client.sends(GET.repeat(requests));
        assertThat(client.waiting()).isLessThan(128 << 10);
        assertThat(client.config().isAutoRead()).isFalse();
        client.takes(true);
        assertThat(decisions).isEqualTo(requests);
        assertThat(client.got().split("HTTP/1.1 403", -1)).hasSize(requests + 1);
        assertThat(client.config().isAutoRead()).isTrue();
    }

    @Test
    void whoPipelinesAndNeverReadsIsCutInTheClientsTime() {
        accepted();
        client.takes(false);
        client.sends(GET.repeat(2_000));
        client.pass(KEEP_ALIVE.plus(CLIENT).plus(SHORTLY));
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aLastAnswerHasTheClientsTimeThenTheClientMayLinger() {
        accepted();
        client.takes(false);
        client.sends("GET / HTTP/9.9\r\n\r\n");
        client.pass(almost(CLIENT));
        assertThat(client.isOpen()).isTrue();
        client.takes(true);
        assertThat(client.got()).startsWith("HTTP/1.1 ").contains("Proa: ");
        assertThat(client.isOutputShutdown()).isTrue();
        client.pass(Duration.ofSeconds(1));
        assertThat(client.isOpen()).isTrue();
        client.pass(Duration.ofSeconds(2));
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void theEndOfAClientThatStillReadsIsNotTheEndOfItsAnswer() {
        accepted();
        client.takes(false);
        client.sends(GET);
        client.halfCloses();
        assertThat(client.isOpen()).isTrue();
        client.takes(true);
        assertThat(client.got()).contains("Proa: no");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void keepAliveBeginsWhenTheAnswerIsRead() {
        accepted();
        client.takes(false);
        client.sends(GET);
        client.pass(almost(CLIENT));
        assertThat(client.isOpen()).isTrue();
        client.takes(true);
        client.pass(almost(KEEP_ALIVE));
        assertThat(client.isOpen()).isTrue();
        client.pass(SHORTLY.multipliedBy(2));
        assertThat(client.isOpen()).isFalse();
        assertThat(client.got()).contains("Proa: no");
    }

    @Test
    void whoIsIdleWhileItDrainsMayStillAsk() {
        accepted();
        client.sends(GET);
        assertThat(client.got()).startsWith("HTTP/1.1 403 ").doesNotContain("Connection: close");
        client.pipeline().fireUserEventTriggered(Drain.EVENT);
        client.pass(almost(Duration.ofSeconds(1)));
        client.sends(GET);
        assertThat(client.got()).startsWith("HTTP/1.1 403 ").contains("Connection: close");
        assertThat(client.isOutputShutdown()).isTrue();
    }

    @Test
    void whoIsIdleWhileItDrainsIsNotWaitedForLonger() {
        accepted();
        client.sends(GET);
        client.pipeline().fireUserEventTriggered(Drain.EVENT);
        client.pass(almost(Duration.ofSeconds(1)));
        assertThat(client.isOpen()).isTrue();
        client.pass(SHORTLY.multipliedBy(2));
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void drainingCutsNoAnswerThatIsStillRead() {
        accepted();
        client.takes(false);
        client.sends(GET);
        client.pipeline().fireUserEventTriggered(Drain.EVENT);
        client.pass(almost(CLIENT));
        assertThat(client.isOpen()).isTrue();
        client.takes(true);
        assertThat(client.got()).contains("Proa: no");
        client.pass(Duration.ofMillis(1_200));
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void whoAskedForTheEndAndDoesNotReadIsCutInTheClientsTime() {
        accepted();
        client.takes(false);
        client.sends(LAST);
        client.halfCloses();
        client.pass(almost(CLIENT));
        assertThat(client.isOpen()).isTrue();
        client.pass(SHORTLY.multipliedBy(2));
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void whatArrivesWhileTheConnectionClosesIsNoRequest() {
        accepted();
        client.pipeline().addFirst(new SlowClose());
        client.pass(REQUEST.plus(SHORTLY));
        client.sends(GET);
        assertThat(decisions).isZero();
    }

    /** Its request waits in the socket; it would be reset although it was in time. */
    @Test
    void aLoopThatWasStuckCutsNobodyForIt() {
        accepted();
        client.stalls(REQUEST.multipliedBy(3));
        assertThat(client.isOpen()).isTrue();
        client.sends(GET);
        assertThat(client.got()).contains("Proa: no");
        client.pass(KEEP_ALIVE.plus(SHORTLY));
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void withoutADescriptorTheClientGets503AndItsTimersGoOn() {
        accepted();
        traffic.rule = _ -> null;
        client.sends(GET);
        assertThat(client.got()).startsWith("HTTP/1.1 503");
        assertThat(traffic.servers.getFirst().failures).hasValue(1);
        assertThat(traffic.servers.getFirst().current).hasValue(0);
        client.pass(KEEP_ALIVE.plus(SHORTLY));
        assertThat(client.isOpen()).isFalse();
    }
}
