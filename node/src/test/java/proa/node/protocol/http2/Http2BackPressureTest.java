package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.H2Client.DATA;
import static proa.node.protocol.http2.H2Client.GET;
import static proa.node.protocol.http2.H2Client.PING;
import static proa.node.protocol.http2.H2Client.POST;
import static proa.node.protocol.http2.H2Client.WINDOW_UPDATE;
import static proa.node.protocol.http2.Http2ForwardingTest.BOTH;

import io.netty.util.internal.PlatformDependent;

import org.junit.jupiter.api.Test;

import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;
import proa.node.protocol.http2.H2Client.Frame;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Slow streams: they hold up no other, and what waits for them has a bound. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class Http2BackPressureTest {

    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final long ENDLESS = 1L << 40;

    /** What kernels keep between two sockets, generously. */
    private static final long KERNEL_BYTES_MAX = 16 << 20;

    private static final int STREAMS = 20;

    /** One window, what may wait, one read, and as much again for what the allocator rounds up. */
    private static final long STREAM_BYTES_MAX = 2 * (64 + 32 + 64) << 10;

    /** The allocator takes memory in chunks. */
    private static final long CHUNKS_BYTES = 8 << 20;

    /** Sends without end to whoever asks for {@code /big}, and answers others. */
    private static ScriptedServer endless(AtomicLong sent) throws Exception {
        byte[] part = new byte[64 << 10];
        return new ScriptedServer(
                peer -> {
                    for (Wire.Message request = peer.request();
                            request != null;
                            request = peer.request()) {
                        if (!request.head().startsWith("GET /big ")) {
                            peer.send(OK + "Content-Length: 2\r\n\r\nok");
                            continue;
                        }
                        peer.send(OK + "Content-Length: " + ENDLESS + "\r\n\r\n");
                        while (true) {
                            peer.out.write(part);
                            sent.addAndGet(part.length);
                        }
                    }
                });
    }

    @Test
    void responsesThatTheClientDoesNotTakeAreNotRead() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (ScriptedServer server = endless(sent);
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.ask(1, GET).status()).isEqualTo(200);
            long before = PlatformDependent.usedDirectMemory();
            client.windowUpdate(0, 1 << 30);
            String[] big = GET.clone();
            big[5] = "/big";
            for (int at = 0; at < STREAMS; at++) {
                client.headers(3 + 2 * at, true, big);
            }
            long taken = 0;
            while (taken < STREAMS * 65_535L) {
                taken += client.next(DATA).payload().length;
            }
            for (int at = 0; at < 50; at++) {
                assertThat(client.ask(101 + 2 * at, GET).body()).isEqualTo("ok");
            }
            assertThat(sent.get()).isLessThan(STREAMS * KERNEL_BYTES_MAX);
            assertThat(PlatformDependent.usedDirectMemory() - before)
                    .isLessThan(STREAMS * STREAM_BYTES_MAX + CHUNKS_BYTES);
        }
    }

    @Test
    void aStreamGoesOnWhenItsWindowGrows() throws Exception {
        int length = 1 << 20;
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send(OK + "Content-Length: " + length + "\r\n\r\n");
                                    peer.send("x".repeat(length));
                                    peer.in.read();
                                });
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port(), 4, 10_000)) {
            client.headers(1, true, GET);
            long taken = 0;
            boolean ended = false;
            while (!ended) {
                Frame frame = client.next(DATA);
                assertThat(frame.payload().length).isLessThanOrEqualTo(10_000);
                taken += frame.payload().length;
                ended = frame.ends();
                client.windowUpdate(1, frame.payload().length);
                client.windowUpdate(0, frame.payload().length);
            }
            assertThat(taken).isEqualTo(length);
        }
    }

    @Test
    void bodiesThatAServerDoesNotTakeAreNotAllowed() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    String head = Wire.head(peer.in);
                                    if (head.startsWith("POST")) {
                                        end.await();
                                    } else {
                                        peer.send(OK + "Content-Length: 2\r\n\r\nok");
                                        peer.in.read();
                                    }
                                });
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, false, POST);
            long sent = upload(client);
            assertThat(sent).isBetween(64L << 10, KERNEL_BYTES_MAX);
            assertThat(client.ask(3, GET).body()).isEqualTo("ok");
            end.countDown();
        }
    }

    /** Sends until no more is allowed; how much that was. */
    private static long upload(H2Client client) throws Exception {
        long window = 64 << 10;
        long sent = 0;
        int silent = 0;
        byte[] part = new byte[16 << 10];
        while (silent < 50 && sent < 2 * KERNEL_BYTES_MAX) {
            silent++;
            while (window >= part.length) {
                client.frame(DATA, 0, 1, part);
                window -= part.length;
                sent += part.length;
                silent = 0;
            }
            client.frame(PING, 0, 0, new byte[8]);
            for (Frame frame = client.next(); frame.type() != PING; frame = client.next()) {
                if (frame.type() == WINDOW_UPDATE && frame.stream() == 1) {
                    window += frame.number(0);
                }
            }
        }
        return sent;
    }
}
