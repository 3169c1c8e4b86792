package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.H2Client.GET;
import static proa.node.protocol.http2.Http2ForwardingTest.BOTH;

import org.junit.jupiter.api.Test;

import proa.node.Await;
import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that take their answers a little at a time, each time well within {@code
 * timeouts.client}: only {@code limits.min-read-rate} ends them.
 */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class SlowReadTest {

    private static final String LIMITED =
            BOTH + "\ntimeouts { client = 3s }, limits { min-read-rate = 300k }\n";
    private static final int BYTES = 64 << 20;
    private static final int SMALL = 1 << 20;

    /** A tenth of the rate at most, whatever the machine does. */
    private static final int SIP_BYTES = 3 << 10;

    private static ScriptedServer server() throws IOException {
        byte[] part = new byte[64 << 10];
        return new ScriptedServer(
                peer -> {
                    for (Wire.Message request = peer.request();
                            request != null;
                            request = peer.request()) {
                        int length = request.head().startsWith("GET /small") ? SMALL : BYTES;
                        peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
                        for (int sent = 0; sent < length; sent += part.length) {
                            peer.out.write(part);
                        }
                        peer.out.flush();
                    }
                });
    }

    @FunctionalInterface
    private interface Sip {
        void take() throws IOException;
    }

    private static Thread sips(Sip sip) {
        return Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                while (!Thread.currentThread().isInterrupted()) {
                                    sip.take();
                                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                                }
                            } catch (IOException _) {
                                // Cut.
                            }
                        });
    }

    @Test
    void whoTakesTooLittleIsCutAndOthersAreServed() throws Exception {
        try (ScriptedServer server = server();
                RuledPath path = RuledPath.http(LIMITED, server);
                DataPath.Client plain = path.client();
                H2Client multiplexed = H2Client.greeting(path.port());
                DataPath.Client good = path.client()) {
            plain.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            Thread one = sips(() -> plain.in.readNBytes(SIP_BYTES));
            multiplexed.headers(1, true, GET);
            multiplexed.windowUpdate(0, BYTES);
            Thread two =
                    sips(
                            () -> {
                                multiplexed.windowUpdate(1, SIP_BYTES);
                                multiplexed.next(H2Client.DATA);
                            });
            Wire.Message small = good.ask("GET /small HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(small.body()).hasSize(SMALL);
            Await.until("both are cut", () -> path.connections() == 1);
            assertThat(good.ask("GET /small HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
            one.interrupt();
            two.interrupt();
        }
    }
}
