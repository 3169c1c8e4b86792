package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Who is not a member gets nothing. */
class StrangersTest {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int FAILURE_DETECTOR_OFFSET = 100;

    @Test
    void plainTextGetsNoAnswer() throws IOException {
        try (Trio trio = new Trio(2, List.of())) {
            trio.startAll();
            try (Socket socket = new Socket(address(trio), port(trio))) {
                socket.setSoTimeout(TIMEOUT_MILLIS);
                socket.getOutputStream().write("hello\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                assertThat(plainAnswer(socket)).isEmpty();
            }
        }
    }

    @Test
    void nothingListensInClearTextBesides() {
        try (Trio trio = new Trio(2, List.of())) {
            trio.startAll();
            int port = port(trio) + FAILURE_DETECTOR_OFFSET;
            assertThatThrownBy(() -> new Socket(address(trio), port).close())
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void aStrangerWithoutCertificateIsRefused() throws Exception {
        SSLContext nobody = SSLContext.getInstance("TLSv1.3");
        nobody.init(null, new TrustManager[] {new TrustsAnybody()}, new SecureRandom());
        assertRefused(nobody);
    }

    @Test
    void aCertificateOfTheClusterForAnotherNameIsRefused() throws Exception {
        assertRefused(Certificates.named("lb9"));
    }

    @Test
    void aForgedCertificateIsRefused() throws Exception {
        assertRefused(Certificates.forged("lb2"));
    }

    @Test
    void aListedCertificateIsAccepted() throws Exception {
        assertThat(isRefused(Certificates.named("lb2"))).isFalse();
    }

    @Test
    void aMemberWithAForgedCertificateNeverJoins() {
        try (Trio trio = new Trio(2, List.of(Trio.sticky("clients", 100)))) {
            trio.start("lb1").table("clients").stick(Trio.key(1), "web1");
            Trio.await("lb1", trio.get("lb1")::synchronised);
            try (ClusterMember forged = trio.startWith("lb2", Certificates.forged("lb2"))) {
                Trio.await("it is alone", forged::synchronised);
                assertThat(forged.table("clients").size()).isZero();
                assertThat(forged.view().members()).containsExactly("lb2");
                assertThat(trio.get("lb1").view().members()).containsExactly("lb1");
            }
        }
    }

    @Test
    void strangersWhoSayNothingKeepNoMemberWaiting() throws IOException {
        try (Trio trio = new Trio(2, List.of())) {
            trio.start("lb1");
            Trio.await("lb1", trio.get("lb1")::synchronised);
            Socket[] silent = new Socket[20];
            for (int n = 0; n < silent.length; n++) {
                silent[n] = new Socket(address(trio), port(trio));
            }
            trio.start("lb2");
            trio.awaitTogether(2);
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private static void assertRefused(SSLContext context) throws IOException {
        assertThat(isRefused(context)).isTrue();
    }

    /** In TLS 1.3 the client learns of its refusal only when it reads. */
    private static boolean isRefused(SSLContext context) throws IOException {
        try (Trio trio = new Trio(2, List.of())) {
            trio.startAll();
            try (SSLSocket socket =
                    (SSLSocket)
                            context.getSocketFactory().createSocket(address(trio), port(trio))) {
                socket.setSoTimeout(1_000);
                return socket.getInputStream().read() < 0;
            } catch (java.net.SocketTimeoutException waiting) {
                return false;
            } catch (IOException refused) {
                return true;
            }
        }
    }

    /** An alert record at most, and then the end. */
    private static String plainAnswer(Socket socket) throws IOException {
        byte[] answer = socket.getInputStream().readAllBytes();
        int alert = 21;
        return answer.length == 0 || answer[0] == alert
                ? ""
                : new String(answer, StandardCharsets.ISO_8859_1);
    }

    private static InetAddress address(Trio trio) {
        return trio.config().cluster().nodes().getFirst().address();
    }

    private static int port(Trio trio) {
        return trio.config().cluster().ports().members();
    }

    private static final class TrustsAnybody implements X509TrustManager {
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
