package proa.chaos.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

class TestServerTest {

    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start("web1", InetAddress.getLoopbackAddress(), 0, 0);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private HttpResponse<String> send(String path, HttpRequest.BodyPublisher body)
            throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.httpAddress().getPort() + path);
            return client.send(
                    HttpRequest.newBuilder(uri)
                            .version(HttpClient.Version.HTTP_1_1)
                            .POST(body)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void itSaysItsNameAndCountsRequestsButNotHealthChecks() throws Exception {
        assertThat(send("/health", HttpRequest.BodyPublishers.noBody()).body()).isEqualTo("ok\n");
        assertThat(send("/", HttpRequest.BodyPublishers.noBody()).body()).isEqualTo("web1 1\n");
        assertThat(send("/", HttpRequest.BodyPublishers.noBody()).body()).isEqualTo("web1 2\n");
        assertThat(server.requests()).isEqualTo(2);
    }

    @Test
    void itReadsBodiesOfBothFramings() throws Exception {
        byte[] body = new byte[100_000];
        HttpResponse<String> sized = send("/", HttpRequest.BodyPublishers.ofByteArray(body));
        assertThat(sized.headers().firstValue("X-Body-Bytes")).hasValue("100000");
        HttpResponse<String> chunked =
                send(
                        "/",
                        HttpRequest.BodyPublishers.ofByteArrays(
                                IntStream.range(0, 10).mapToObj(_ -> new byte[777]).toList()));
        assertThat(chunked.headers().firstValue("X-Body-Bytes")).hasValue("7770");
    }

    @Test
    void theEchoPortSaysTheNameAndThenEchoes() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.echoAddress().getPort())) {
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(in.readLine()).isEqualTo("web1");
            socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(in.readLine()).isEqualTo("hello");
            socket.shutdownOutput();
            assertThat(in.readLine()).isNull();
        }
    }

    @Test
    void itAilsAsItIsToldAndRecovers() throws Exception {
        HttpRequest.BodyPublisher nothing = HttpRequest.BodyPublishers.noBody();
        send("/trouble/errors", nothing);
        assertThat(send("/", nothing).statusCode()).isEqualTo(500);
        assertThat(send("/health", nothing).statusCode()).isEqualTo(500);
        send("/trouble/down", nothing);
        assertThatThrownBy(() -> send("/", nothing)).isInstanceOf(IOException.class);
        send("/trouble/slow", nothing);
        long begun = System.nanoTime();
        assertThat(send("/", nothing).statusCode()).isEqualTo(200);
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(400_000_000L);
        send("/trouble/none", nothing);
        assertThat(send("/", nothing).statusCode()).isEqualTo(200);
    }

    @Test
    void itGivesAReceiptForEveryTimeItCarriesSomethingOut() throws Exception {
        HttpRequest.BodyPublisher nothing = HttpRequest.BodyPublishers.noBody();
        send("/once/a", nothing);
        send("/once/b", nothing);
        send("/once/a", nothing);
        assertThat(send("/receipts", nothing).body()).isEqualTo("a\nb\na\n");
    }
}
