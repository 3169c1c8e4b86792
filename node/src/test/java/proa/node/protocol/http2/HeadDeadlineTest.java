package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.H2Client.CONTINUATION;
import static proa.node.protocol.http2.H2Client.END_HEADERS;
import static proa.node.protocol.http2.H2Client.END_STREAM;
import static proa.node.protocol.http2.H2Client.GET;
import static proa.node.protocol.http2.H2Client.HEADERS;
import static proa.node.protocol.http2.H2Client.POST;
import static proa.node.protocol.http2.H2Client.SETTINGS;
import static proa.node.protocol.http2.H2Client.block;
import static proa.node.protocol.http2.H2Client.bytes;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.node.exchange.Traffic.Decision;
import proa.node.protocol.FakeSocket;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.http1.ErrorPages;
import proa.node.protocol.http1.HttpLoop;
import proa.node.protocol.http1.HttpProtocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** How long a client may take over each head, whatever else its connection carries. */
class HeadDeadlineTest {

    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(40);
    private static final Duration SHORTLY = Duration.ofMillis(100);
    private static final Duration ALMOST = REQUEST.minus(SHORTLY);
    private static final Duration LONG = Duration.ofHours(1);

    private final FixedTraffic traffic =
            new FixedTraffic(
                    TestConfigs.backend(
                            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))));
    private final FakeSocket client =
            new FakeSocket(
                    () -> {
                        throw new ChannelException("none");
                    });

    /** A POST is answered after an hour, anything else at once. */
    @BeforeEach
    void accepted() {
        FrontendConfig frontend =
                TestConfigs.frontend(
                        Mode.HTTP,
                        new FrontendConfig.Timeouts(REQUEST, KEEP_ALIVE, LONG, LONG),
                        FrontendConfig.Limits.DEFAULTS);
        traffic.rule =
                facts ->
                        facts.methodIs("POST")
                                ? new Decision.Tarpit(
                                        LONG.toNanos(), new Decision.Reply(403, "late"))
                                : new Decision.Respond(200, "", new byte[5]);
        HttpProtocol first = new HttpProtocol(frontend, () -> traffic, ErrorPages.NONE);
        client.begin(
                new Http2ClientConnection(
                        HttpLoop.of(client.loop()), client, first, frontend.http().http2()));
        sends(bytes(SETTINGS, 0, 0));
    }

    @AfterEach
    void close() {
        client.finishAndReleaseAll();
    }

    /** All of it in one read. */
    private void sends(byte[]... frames) {
        client.writeInbound(Unpooled.wrappedBuffer(frames));
    }

    private static byte[] begun(int stream, String... fields) {
        return bytes(HEADERS, END_STREAM, stream, block(fields));
    }

    private static byte[] whole(int stream, String... fields) {
        return bytes(HEADERS, END_STREAM | END_HEADERS, stream, block(fields));
    }

    private static byte[] rest(int stream) {
        return bytes(CONTINUATION, END_HEADERS, stream);
    }

    private void endsAfter(Duration almost) {
        client.pass(almost);
        assertThat(client.isOutputShutdown()).isFalse();
        client.pass(SHORTLY.multipliedBy(2));
        assertThat(client.isOutputShutdown()).isTrue();
    }

    @Test
    void aHeadThatBeginsWhereAnotherEndsHasItsTimeToo() {
        sends(begun(1, POST));
        client.pass(ALMOST);
        sends(rest(1), begun(3, GET));
        endsAfter(ALMOST);
    }

    @Test
    void theSameWhereNothingElseIsLeft() {
        sends(begun(1, GET));
        client.pass(ALMOST);
        sends(rest(1), begun(3, GET));
        endsAfter(ALMOST);
    }

    @Test
    void aHeadBesideARequestHasItsTime() {
        sends(whole(1, POST));
        client.pass(KEEP_ALIVE);
        sends(begun(3, GET));
        endsAfter(ALMOST);
    }

    @Test
    void aHeadThatIsWholeEndsNoRequestBesideIt() {
        sends(whole(1, POST));
        sends(begun(3, GET));
        client.pass(ALMOST);
        sends(rest(3));
        client.pass(KEEP_ALIVE.multipliedBy(2));
        assertThat(client.isOutputShutdown()).isFalse();
    }

    @Test
    void afterTheLastHeadTheTimeBetweenRequestsBegins() {
        sends(begun(1, GET));
        client.pass(ALMOST);
        sends(rest(1));
        endsAfter(KEEP_ALIVE.minus(SHORTLY));
    }
}
