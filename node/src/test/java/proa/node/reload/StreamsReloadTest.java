package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.grpc.GrpcServer;
import proa.node.http2.WebSocket;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;
import proa.node.protocol.http2.H2Client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A node whose file changes while a gRPC stream and a WebSocket over HTTP/2 (RFC 8441) are under
 * way: both go on as if nothing was, and no call is lost.
 */
class StreamsReloadTest {

    private static final int PATIENCE_SECONDS = 30;
    private static final String END = "the end";

    @TempDir private Path directory;

    private Site site;
    private GrpcServer calls;
    private ScriptedServer chat;
    private ManagedChannel channel;
    private final BlockingQueue<String> came = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws Exception {
        site = new Site(directory, 1);
        calls = new GrpcServer(true);
        chat = new ScriptedServer(StreamsReloadTest::echo);
        reload(text(1, ""));
        channel =
                OkHttpChannelBuilder.forAddress("127.0.0.1", site.file.morePort)
                        .usePlaintext()
                        .build();
    }

    @AfterEach
    void close() throws Exception {
        channel.shutdownNow();
        chat.close();
        calls.close();
        site.close();
    }

    private static void echo(ScriptedServer.Peer peer) throws IOException {
        String key = peer.request().field("sec-websocket-key");
        peer.send(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                        + WebSocket.accept(key)
                        + "\r\n\r\n");
        peer.in.transferTo(peer.out);
        peer.send("bye");
    }

    /** With a frontend of both versions for calls and chats, which has these keys too. */
    private String text(int weight, String keys) {
        String frontend =
                """
                more {
                  bind { address = "127.0.0.1", port = %d }, mode = http, protocols = [h2, http/1.1]
                  %s
                  routes = [ { when { path-prefix = "/chat" }, backend = chat }, { backend = calls } ]
                }
                echo { bind\
                """
                        .formatted(site.file.morePort, keys);
        String backends =
                """
                backends {
                  calls { protocol = h2, servers = [ { name = c, address = "127.0.0.1:%d" } ] }
                  chat { servers = [ { name = w, address = "127.0.0.1:%d" } ] }
                """
                        .formatted(calls.address().getPort(), chat.address().getPort());
        return site.file
                .text(2, weight)
                .replace("  echo { bind", frontend)
                .replace("backends {\n", backends);
    }

    private void reload(String text) throws IOException {
        site.file.write(text);
        assertThat(site.node().reload("test")).isInstanceOf(Reload.Done.class);
    }

    private StreamObserver<String> stream() {
        return ClientCalls.asyncBidiStreamingCall(
                channel.newCall(GrpcServer.BOTH, CallOptions.DEFAULT),
                new StreamObserver<>() {
                    @Override
                    public void onNext(String message) {
                        came.add(message);
                    }

                    @Override
                    public void onError(Throwable cause) {
                        came.add(Status.fromThrowable(cause).toString());
                    }

                    @Override
                    public void onCompleted() {
                        came.add(END);
                    }
                });
    }

    private static H2Client tunnel(int port) throws IOException {
        H2Client client = H2Client.greeting(port);
        client.headers(
                1,
                false,
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "http",
                ":path",
                "/chat",
                ":authority",
                "shop.example",
                "sec-websocket-version",
                "13");
        assertThat(client.fields(client.next(H2Client.HEADERS))).startsWith(":status: 200");
        return client;
    }

    private Future<String> call(int number) {
        return ClientCalls.futureUnaryCall(
                channel.newCall(GrpcServer.UNARY, CallOptions.DEFAULT), "m" + number);
    }

    @Test
    void theyGoOnWhateverIsTakenIn() throws Exception {
        StreamObserver<String> call = stream();
        List<Future<String>> others = new ArrayList<>();
        try (H2Client socket = tunnel(site.file.morePort)) {
            List<String> files =
                    List.of(
                            text(2, ""), // another rule elsewhere
                            text(2, "timeouts { keep-alive = 9s }"), // connections are told to end
                            text(2, "rules = [ { set-response-header { X-A = b } } ]"),
                            text(2, "limits { body = 1m }"),
                            site.file.text(2, 1)); // nobody listens there any more
            for (int round = 0; round < files.size(); round++) {
                boolean last = round == files.size() - 1;
                for (int at = 0; at < 20; at++) {
                    others.add(call(others.size()));
                }
                if (last) {
                    for (Future<String> each : others) {
                        each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    }
                }
                reload(files.get(round));
                call.onNext("part" + round);
                assertThat(came.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isEqualTo("part" + round + "!");
                socket.data(1, false, "word" + round);
                assertThat(Wire.latin(socket.next(H2Client.DATA).payload()))
                        .isEqualTo("word" + round);
            }
            call.onCompleted();
            assertThat(came.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(END);
            socket.data(1, true, "last");
            H2Client.Response rest = socket.response(1);
            assertThat(rest.body()).isEqualTo("lastbye");
            assertThat(rest.reset()).as("it was not torn").isEqualTo(-1);
        }
        for (int at = 0; at < others.size(); at++) {
            assertThat(others.get(at).get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("M" + at);
        }
        assertThat(calls.calls.get()).as("none was sent twice").isEqualTo(others.size());
    }
}
