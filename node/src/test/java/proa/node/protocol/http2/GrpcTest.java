package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static proa.node.protocol.http2.Http2ForwardingTest.BOTH;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.node.Await;
import proa.node.grpc.GrpcServer;
import proa.node.protocol.RuledPath;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** gRPC from a client of grpc-java to its server, with the node between them. */
class GrpcTest {

    private static final String END = "the end";

    /**
     * More streams than any test begins: this client forgets how many it may begin when it hears of
     * that while it is still getting ready, and tries again only once what was refused for it.
     */
    private static final String WIDE = BOTH + "http2 { streams = 1000 }\n";

    private GrpcServer server;
    private RuledPath path;
    private ManagedChannel client;

    @BeforeEach
    void connect() throws IOException {
        server = new GrpcServer(true);
        path = RuledPath.toHttp2(WIDE, server.address());
        client = OkHttpChannelBuilder.forAddress("127.0.0.1", path.port()).usePlaintext().build();
    }

    @AfterEach
    void close() {
        client.shutdownNow();
        path.close();
        server.close();
    }

    private String unary(String asked) {
        return ClientCalls.blockingUnaryCall(client, GrpcServer.UNARY, CallOptions.DEFAULT, asked);
    }

    /** Puts what comes into a queue, then how it ended. */
    private record Taker(BlockingQueue<String> came) implements StreamObserver<String> {
        @Override
        public void onNext(String message) {
            came.add(message);
        }

        @Override
        public void onError(Throwable cause) {
            came.add(Status.fromThrowable(cause).getCode().name());
        }

        @Override
        public void onCompleted() {
            came.add(END);
        }

        String take() throws InterruptedException {
            return String.valueOf(came.poll(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void callsOfEveryKindPass() throws Exception {
        assertThat(unary("one")).isEqualTo("ONE");
        Iterator<String> down =
                ClientCalls.blockingServerStreamingCall(
                        client, GrpcServer.DOWN, CallOptions.DEFAULT, "m");
        List<String> messages = new ArrayList<>();
        down.forEachRemaining(messages::add);
        assertThat(messages).hasSize(GrpcServer.DOWN_MESSAGES).startsWith("m0", "m1");

        Taker taker = new Taker(new LinkedBlockingQueue<>());
        StreamObserver<String> up =
                ClientCalls.asyncClientStreamingCall(
                        client.newCall(GrpcServer.UP, CallOptions.DEFAULT), taker);
        List.of("a", "b", "c").forEach(up::onNext);
        up.onCompleted();
        assertThat(taker.take()).isEqualTo("abc");
        assertThat(taker.take()).isEqualTo(END);

        StreamObserver<String> both =
                ClientCalls.asyncBidiStreamingCall(
                        client.newCall(GrpcServer.BOTH, CallOptions.DEFAULT), taker);
        for (String part : List.of("x", "y")) {
            both.onNext(part);
            assertThat(taker.take()).as("while the call goes on").isEqualTo(part + "!");
        }
        both.onCompleted();
        assertThat(taker.take()).isEqualTo(END);
    }

    /** Many times every window there is. */
    @Test
    void largeMessagesPassBothWays() {
        String large = "a".repeat(3 << 20);
        assertThat(unary(large)).isEqualTo("A".repeat(3 << 20));
    }

    @Test
    void errorsWithoutAMessageKeepTheirStatus() {
        assertThatThrownBy(() -> unary(GrpcServer.FAIL))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage("NOT_FOUND: no such thing");
        assertThat(unary("next")).isEqualTo("NEXT");
    }

    @Test
    void aDeadlineEndsTheCallAtTheServerToo() throws Exception {
        CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS);
        assertThatThrownBy(
                        () ->
                                ClientCalls.blockingUnaryCall(
                                        client, GrpcServer.UNARY, soon, GrpcServer.HANG))
                .hasMessageStartingWith("DEADLINE_EXCEEDED");
        assertThat(server.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(unary("next")).isEqualTo("NEXT");
    }

    @Test
    void aCancelledCallIsCancelledAtTheServer() throws Exception {
        Future<String> call =
                ClientCalls.futureUnaryCall(
                        client.newCall(GrpcServer.UNARY, CallOptions.DEFAULT), GrpcServer.HANG);
        assertThat(server.hanging.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(call.cancel(true)).isTrue();
        assertThat(server.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        Await.until("the server is free", () -> path.servers.servers.getFirst().current.get() == 0);
        assertThat(unary("next")).isEqualTo("NEXT");
    }

    /** What a reload and a stop say to connections: GOAWAY in two steps, and answers to the end. */
    @Test
    void drainingFailsNoCall() throws Exception {
        List<Future<String>> calls = new ArrayList<>();
        for (int at = 0; at < 300; at++) {
            if (at % 100 == 50) {
                path.drain();
            }
            calls.add(
                    ClientCalls.futureUnaryCall(
                            client.newCall(GrpcServer.UNARY, CallOptions.DEFAULT), "m" + at));
        }
        for (int at = 0; at < calls.size(); at++) {
            assertThat(answer(calls.get(at), "m" + at)).isEqualTo("M" + at);
        }
        assertThat(server.calls.get()).as("none was sent twice").isEqualTo(300);
    }

    /**
     * A starved client gives a call that it has never sent to the same ending connection a thousand
     * times, and then up, by its own words: then it is asked anew.
     */
    private String answer(Future<String> call, String asked) throws Exception {
        try {
            return call.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e).hasMessageContaining("Too many transparent retries");
            return unary(asked);
        }
    }
}
