package proa.chaos.bench.l4;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.lab.Await;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Clients that check every number, with the real server and with one that counts wrongly. */
class LastingClientsTest {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void connectionsOfAllKindsGoOnAndOnesThatEndAreCounted() throws Exception {
        int port = L4Server.listen(0);
        try (LastingClients clients = new LastingClients(at(port), 9)) {
            assertThat(clients.awaitMore(PATIENCE)).matches(Survivors::all);
            Survivors later = clients.awaitMore(PATIENCE);
            assertThat(later.alive()).isEqualTo(9);
            assertThat(later.stallMillis()).isPositive();
        }
    }

    @Test
    void aNumberThatIsNotTheNextOneBreaksAConnection() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerTwo(listener));
            try (LastingClients clients = new LastingClients(at(listener.getLocalPort()), 1)) {
                Await.until(
                        Duration.ofSeconds(30),
                        "the end of it",
                        () -> clients.awaitMore(1).broken() == 1);
                assertThat(clients.awaitMore(1).first()).contains("instead of 1");
            }
        }
    }

    private static void answerTwo(ServerSocket listener) {
        try (Socket client = listener.accept()) {
            new DataOutputStream(client.getOutputStream()).writeLong(2);
            client.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void requestsAreAnsweredShortAndLong() throws Exception {
        int port = L4Server.listen(0);
        try (Socket socket = new Socket()) {
            socket.connect(at(port));
            socket.getOutputStream().write(request("/"));
            String head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\r\n";
            assertThat(socket.getInputStream().readNBytes(head.length()))
                    .isEqualTo(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(request("/bulk"));
            String length =
                    "HTTP/1.1 200 OK\r\nContent-Length: " + L4Server.BULK_BYTES + "\r\n\r\n";
            socket.getInputStream().skipNBytes(length.length() + (long) L4Server.BULK_BYTES);
            assertThat(socket.getInputStream().available()).isZero();
        }
    }

    private static byte[] request(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: l4\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
