package proa.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.AdminConfig;
import proa.config.FrontendTls.Identity;
import proa.node.Await;
import proa.node.tls.TestAuthority;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** The listener of monitoring and the dashboard: what it reads, and TLS. */
class WebServerTest {

    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir private Path folder;

    private static WebAnswer echo(WebRequest request) {
        return WebAnswer.of(
                Answer.ok(
                        Answer.ordered(
                                "method", request.method(),
                                "path", request.path(),
                                "body", request.body(),
                                "x", request.field("x"),
                                "secure", request.secure())));
    }

    private static WebServer open(Optional<Identity> tls) throws IOException {
        return WebServer.open(
                new AdminConfig(ANY, List.of(), tls, Optional.empty()), WebServerTest::echo);
    }

    private static String ask(Socket socket, String request) throws IOException {
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String ask(WebServer server, String request) throws IOException {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            return ask(socket, request);
        }
    }

    @Test
    void requestsAreReadWithTheirBodies() throws Exception {
        try (WebServer server = open(Optional.empty())) {
            String fields = "X: 1\r\nx: 2\r\nContent-Length: 3\r\n\r\n";
            assertThat(ask(server, "POST /a?b HTTP/1.1\r\n" + fields + "abc"))
                    .startsWith("HTTP/1.1 200 OK")
                    .contains("Cache-Control: no-store")
                    .endsWith(
                            "{\"method\":\"POST\",\"path\":\"/a\",\"body\":\"abc\",\"x\":\"1, 2\","
                                    + "\"secure\":false}\n");
        }
    }

    @Test
    void whatIsNoRequestIsRefused() throws Exception {
        try (WebServer server = open(Optional.empty())) {
            String get = "GET / HTTP/1.1\r\n";
            assertThat(ask(server, "hello\r\n\r\n")).startsWith("HTTP/1.1 400 ");
            assertThat(ask(server, "GET http://x/ HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
            assertThat(ask(server, get + "Host: a\r\nHost: b\r\n\r\n")).contains("two fields host");
            assertThat(ask(server, get + "Cookie: a\r\nCookie: b\r\n\r\n"))
                    .contains("two fields cookie");
            assertThat(ask(server, get + " folded: x\r\n\r\n"))
                    .contains("a field line that is none");
            assertThat(ask(server, get + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
                    .startsWith("HTTP/1.1 501 Not Implemented");
            for (String length : List.of("1048577", "-1", "x", "99999999999")) {
                assertThat(ask(server, get + "Content-Length: " + length + "\r\n\r\n"))
                        .as(length)
                        .startsWith("HTTP/1.1 413 Content Too Large");
            }
            assertThat(ask(server, get + "X: " + "x".repeat(17 << 10) + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    private static WebServer open(FakeAlarm alarm, WebAnswer answer) throws IOException {
        AdminConfig config = new AdminConfig(ANY, List.of(), Optional.empty(), Optional.empty());
        return WebServer.open(config, _ -> answer, alarm);
    }

    private static Socket asking(WebServer server) throws IOException {
        Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    /** How many bytes come until the connection ends, in whatever way. */
    private static long rest(Socket socket) {
        long all = 0;
        byte[] some = new byte[1 << 16];
        try {
            for (int count = 0; count >= 0; count = socket.getInputStream().read(some)) {
                all += count;
            }
        } catch (SocketException _) {
            return all; // reset
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    @Test
    void whoDoesNotTakeTheAnswerOrDoesNotEndIsClosed() throws Exception {
        FakeAlarm alarm = new FakeAlarm();
        byte[] body = new byte[64 << 20];
        try (WebServer server = open(alarm, WebAnswer.of(200, "text/plain", body));
                Socket deaf = asking(server)) {
            Await.until("answered", () -> alarm.has(Duration.ofSeconds(30)));
            alarm.goOff(Duration.ofSeconds(30));
            assertThat(rest(deaf)).isLessThan(body.length);
        }
        try (WebServer server = open(alarm, WebAnswer.of(200, "text/plain", new byte[9]));
                Socket dripping = asking(server)) {
            assertThat(rest(dripping)).as("the whole answer").isPositive();
            alarm.goOff(Duration.ofSeconds(30));
            Await.until("closed", () -> refusesBytes(dripping));
        }
    }

    private static boolean refusesBytes(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    @Test
    void aStreamEndsWhenItsReaderStops() throws Exception {
        FakeAlarm alarm = new FakeAlarm();
        CountDownLatch ended = new CountDownLatch(1);
        WebAnswer.Stream endless =
                out -> {
                    try (OutputStream to = out) {
                        while (true) {
                            to.write(new byte[1 << 16]);
                        }
                    } finally {
                        ended.countDown();
                    }
                };
        WebAnswer answer = new WebAnswer(200, List.of(), new byte[0], endless);
        try (WebServer server = open(alarm, answer);
                Socket reader = asking(server)) {
            assertThat(reader.getInputStream().readNBytes(1 << 20)).hasSize(1 << 20);
            assertThat(ended.getCount()).as("goes on").isEqualTo(1);
            Await.until(
                    "closed",
                    () -> {
                        alarm.goOff(Duration.ofSeconds(10));
                        return ended.getCount() == 0;
                    });
        }
    }

    @Test
    void whoDripsDoesNotKeepOthersOut() throws Exception {
        List<Socket> dripping = new ArrayList<>();
        try (WebServer server =
                open(new FakeAlarm(), WebAnswer.of(200, "text/plain", new byte[9]))) {
            for (int number = 0; number < 100; number++) {
                dripping.add(new Socket(server.address().getAddress(), server.address().getPort()));
            }
            CompletableFuture<String> other = new CompletableFuture<>();
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    other.complete(ask(server, "GET / HTTP/1.1\r\n\r\n"));
                                } catch (IOException e) {
                                    other.completeExceptionally(e);
                                }
                            });
            Await.until(
                    "another one has its answer",
                    () -> {
                        dripping.forEach(WebServerTest::refusesBytes);
                        return other.isDone();
                    });
            assertThat(other.get()).startsWith("HTTP/1.1 200 OK");
        } finally {
            for (Socket socket : dripping) {
                socket.close();
            }
        }
    }

    @Test
    void aCertificateThatCouldNotBeReadIsTriedAgain() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        Identity first = authority.tls("one.example").certificates().getFirst();
        try (WebServer server = open(Optional.of(first))) {
            assertThat(secured(server)).isEqualTo("one.example");
            Identity second = authority.tls("two.example").certificates().getFirst();
            replace(first.key(), Files.readAllBytes(second.key()));
            replace(first.certificate(), new byte[] {1});
            assertThat(secured(server)).isEqualTo("one.example");
            java.nio.file.attribute.FileTime same = Files.getLastModifiedTime(first.certificate());
            Files.write(first.certificate(), Files.readAllBytes(second.certificate()));
            Files.setLastModifiedTime(first.certificate(), same);
            assertThat(secured(server)).as("as after a chmod").isEqualTo("two.example");
        }
    }

    @Test
    void tlsHasTheCertificateOfTheFileAlsoWhenItIsReplaced() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        Identity first = authority.tls("one.example").certificates().getFirst();
        try (WebServer server = open(Optional.of(first))) {
            assertThat(secured(server)).isEqualTo("one.example");
            Identity second = authority.tls("two.example").certificates().getFirst();
            replace(first.certificate(), Files.readAllBytes(second.certificate()));
            if (!first.key().equals(first.certificate())) {
                replace(first.key(), Files.readAllBytes(second.key()));
            }
            assertThat(secured(server)).isEqualTo("two.example");
            replace(first.certificate(), new byte[] {1});
            assertThat(secured(server))
                    .as("what cannot be read changes nothing")
                    .isEqualTo("two.example");
            assertThat(ask(server, "GET / HTTP/1.1\r\n\r\n"))
                    .as("in clear")
                    .doesNotContain("200 OK");
        }
        assertThatThrownBy(() -> open(Optional.of(first)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(first.certificate().toString());
    }

    private static void replace(Path file, byte[] content) throws IOException {
        java.nio.file.attribute.FileTime before = Files.getLastModifiedTime(file);
        Files.write(file, content);
        Files.setLastModifiedTime(
                file, java.nio.file.attribute.FileTime.from(before.toInstant().plusSeconds(2)));
    }

    /** The host name of the certificate, after a request by TLS. */
    private static String secured(WebServer server) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        try (SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        server.address().getAddress(),
                                        server.address().getPort())) {
            assertThat(ask(socket, "GET / HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 OK")
                    .contains("\"secure\":true");
            X509Certificate own = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return own.getSubjectAlternativeNames().iterator().next().get(1).toString();
        }
    }

    /** Trusts everybody: what is shown is looked at. */
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
