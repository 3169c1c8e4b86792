package proa.config.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import proa.config.tls.ClusterAuthority.Issued;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** Real handshakes over loopback: members find each other, strangers are refused with a reason. */
class MemberTlsTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int PATIENCE_MILLIS = 60_000;
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

    /** Handshakes happen at the real time. */
    private final Instant now = Instant.now();

    private final Issued demo = authority("demo");

    private Issued authority(String cluster) {
        try {
            return ClusterAuthority.create(cluster, now, RANDOM);
        } catch (GeneralSecurityException defect) {
            throw new AssertionError(defect);
        }
    }

    private SSLContext member(String node, Issued authority, Instant when, Issued... trusted)
            throws GeneralSecurityException {
        Issued issued =
                ClusterAuthority.of(authority.certificate(), authority.key())
                        .issue(
                                node,
                                List.of(InetAddress.getLoopbackAddress()),
                                when,
                                Duration.ofDays(30),
                                RANDOM);
        List<byte[]> roots = List.of(trusted).stream().map(Issued::certificate).toList();
        return MemberTls.context(issued.certificate(), issued.key(), roots);
    }

    private record Met(String protocol, String clientSaw, String serverSaw) {}

    /**
     * One handshake and one byte each way, since TLS 1.3 tells a client of a refusal only when it
     * reads.
     */
    private static Met meet(SSLContext client, SSLContext server, SSLParameters asClient)
            throws IOException {
        try (SSLServerSocket listening = listen(server)) {
            CompletableFuture<String> served =
                    CompletableFuture.supplyAsync(() -> serve(listening), THREADS);
            try {
                SSLSession session = greet(client, listening.getLocalPort(), asClient);
                return new Met(session.getProtocol(), peer(session), served.join());
            } catch (IOException refused) {
                throw withServersReason(refused, served);
            }
        }
    }

    private static SSLSession greet(SSLContext client, int port, SSLParameters parameters)
            throws IOException {
        try (SSLSocket socket =
                (SSLSocket)
                        client.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            socket.getOutputStream().write(1);
            assertThat(socket.getInputStream().read()).isEqualTo(2);
            return socket.getSession();
        }
    }

    private static IOException withServersReason(
            IOException refused, CompletableFuture<String> served) {
        try {
            served.join();
        } catch (CompletionException alsoRefused) {
            refused.addSuppressed(alsoRefused.getCause());
        }
        return refused;
    }

    private static SSLServerSocket listen(SSLContext server) throws IOException {
        SSLServerSocket listening =
                (SSLServerSocket)
                        server.getServerSocketFactory()
                                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        listening.setSSLParameters(MemberTls.parameters());
        listening.setSoTimeout(PATIENCE_MILLIS);
        return listening;
    }

    private static String serve(SSLServerSocket listening) {
        try (SSLSocket socket = (SSLSocket) listening.accept()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getInputStream().read();
            socket.getOutputStream().write(2);
            return peer(socket.getSession());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static String peer(SSLSession session) throws SSLException {
        return MemberTls.nodeName((X509Certificate) session.getPeerCertificates()[0]);
    }

    /** Every reason that either side gave. */
    private static String reasons(Throwable refused) {
        StringBuilder all = new StringBuilder();
        for (Throwable at = refused; at != null; at = at.getCause()) {
            all.append(at.getMessage()).append('\n');
            for (Throwable other : at.getSuppressed()) {
                all.append(reasons(other));
            }
        }
        return all.toString();
    }

    private static void assertRefused(SSLContext client, SSLContext server, String reason) {
        assertThatThrownBy(() -> meet(client, server, MemberTls.parameters()))
                .isInstanceOf(IOException.class)
                .satisfies(refused -> assertThat(reasons(refused)).contains(reason));
    }

    @Test
    void membersShakeHandsOverTls13AndKnowEachOther() throws GeneralSecurityException, IOException {
        Met met =
                meet(
                        member("lb1", demo, now, demo),
                        member("lb2", demo, now, demo),
                        MemberTls.parameters());

        assertThat(met).isEqualTo(new Met("TLSv1.3", "lb2", "lb1"));
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws GeneralSecurityException {
        Issued other = authority("demo");

        assertRefused(
                member("lb1", other, now, demo, other),
                member("lb2", demo, now, demo),
                "the certificate of \"lb1\" is not signed by an authority of this cluster");
    }

    @Test
    void theServersCertificateIsJudgedToo() throws GeneralSecurityException {
        Issued other = authority("demo");

        assertRefused(
                member("lb1", demo, now, demo),
                member("lb2", other, now, demo, other),
                "the certificate of \"lb2\" is not signed by an authority of this cluster");
    }

    @Test
    void aMemberOfAnotherClusterIsRefusedEvenWhenItsAuthorityIsTrusted()
            throws GeneralSecurityException {
        Issued shop = authority("shop");

        assertRefused(
                member("lb1", shop, now, demo, shop),
                member("lb2", demo, now, demo, shop),
                "\"lb2\" is a member of cluster \"demo\", not of \"shop\"");
    }

    @Test
    void anExpiredCertificateIsRefusedWithItsDate() throws GeneralSecurityException {
        Issued old = olderAuthority();
        Instant then = now.minus(Duration.ofDays(40));

        assertRefused(
                member("lb1", old, then, old),
                member("lb2", old, now, old),
                "the certificate of \"lb1\" expired on ");
    }

    private Issued olderAuthority() throws GeneralSecurityException {
        return ClusterAuthority.create("demo", now.minus(Duration.ofDays(50)), RANDOM);
    }

    @Test
    void whileAnAuthorityIsReplacedMembersOfBothMeet()
            throws GeneralSecurityException, IOException {
        Issued next = authority("demo");

        Met met =
                meet(
                        member("lb1", demo, now, demo, next),
                        member("lb2", next, now, demo, next),
                        MemberTls.parameters());

        assertThat(met.clientSaw()).isEqualTo("lb2");
    }

    @Test
    void olderProtocolsAreRefusedByTheServer() throws GeneralSecurityException {
        SSLParameters old = new SSLParameters();
        old.setProtocols(new String[] {"TLSv1.2"});
        SSLContext client = member("lb1", demo, now, demo);
        SSLContext server = member("lb2", demo, now, demo);

        assertThatThrownBy(() -> meet(client, server, old)).isInstanceOf(SSLException.class);
    }

    @Test
    void aServerThatSpeaksTls12IsRefusedByTheTrustItself()
            throws GeneralSecurityException, IOException {
        SSLParameters old = new SSLParameters();
        old.setProtocols(new String[] {"TLSv1.2"});
        SSLContext client = member("lb1", demo, now, demo);
        try (SSLServerSocket listening = listen(member("lb2", demo, now, demo))) {
            listening.setSSLParameters(old);
            CompletableFuture.supplyAsync(() -> serve(listening), THREADS);
            try (SSLSocket socket =
                    (SSLSocket)
                            client.getSocketFactory()
                                    .createSocket(
                                            InetAddress.getLoopbackAddress(),
                                            listening.getLocalPort())) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                assertThatThrownBy(socket::startHandshake)
                        .satisfies(
                                refused -> assertThat(reasons(refused)).contains("TLSv1.3 only"));
            }
        }
    }

    @Test
    void aCertificateWithoutAClusterMakesNoContext() {
        byte[] text = "no certificate".getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> MemberTls.context(text, demo.key(), List.of()))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("no certificate");
    }
}
