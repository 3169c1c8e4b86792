package proa.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.cluster.member.Certificates;
import proa.config.tls.MemberTls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** Whose connection a member takes. */
@Timeout(120)
class MemberSocketsTest {

    private static final Set<String> MEMBERS = Set.of("lb1", "lb2");
    private static final int TIMEOUT_MILLIS = 60_000;

    @Test
    void aListedMemberIsAccepted() throws Exception {
        try (ServerSocket listener = listener();
                Socket member = connect(Certificates.named("lb2"), listener);
                SSLSocket accepted = (SSLSocket) listener.accept()) {
            assertThat(nameOf(accepted)).isEqualTo("lb2");
            accepted.getOutputStream().write(42);
            assertThat(member.getInputStream().read()).isEqualTo(42);
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
    void cuttingDoesNotWaitForAMemberThatReadsNoMore() throws Exception {
        MemberSockets sockets = new MemberSockets(Certificates.named("lb1"), MEMBERS);
        try (ServerSocket listener = listener(sockets);
                Socket _ = connect(Certificates.named("lb2"), listener);
                SSLSocket accepted = (SSLSocket) listener.accept()) {
            FutureTask<Long> writer = BlockedWriter.on(accepted);

            sockets.cut("lb3");
            assertThat(accepted.isClosed()).isFalse();
            sockets.cut("lb2");
            assertThat(accepted.isClosed()).isTrue();
            assertThat(writer.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isPositive();
        }
    }

    @Test
    void aHandshakeThatEndsAfterTheNodeHasLeftLeavesNoConnectionBehind() throws Exception {
        MemberSockets sockets = new MemberSockets(Certificates.named("lb1"), MEMBERS);
        try (ServerSocket listener = listener(sockets);
                SSLSocket member = connected(Certificates.named("lb2"), listener)) {
            sockets.end();
            assertThat(shakesHandsAndEnds(member)).isTrue();
        }
    }

    @Test
    void whoLeavesEndsEveryConnection() throws Exception {
        MemberSockets sockets = new MemberSockets(Certificates.named("lb1"), MEMBERS);
        try (ServerSocket listener = listener(sockets);
                Socket member = connect(Certificates.named("lb2"), listener);
                SSLSocket accepted = (SSLSocket) listener.accept()) {
            sockets.end();
            assertThat(accepted.isClosed()).isTrue();
            assertThat(ends(member)).isTrue();
        }
    }

    /** As many as there are places, each in the midst of a record that never ends. */
    @Test
    void strangersWhoTakeTheirTimeTakeNoMembersPlace() throws Exception {
        byte[] begun = {22, 3, 1, 64, 0, 1};
        List<Socket> strangers = new ArrayList<>();
        try (ServerSocket listener = listener()) {
            for (int n = 0; n < MemberServerSocket.HANDSHAKES_MAX; n++) {
                Socket stranger = new Socket(listener.getInetAddress(), listener.getLocalPort());
                strangers.add(stranger);
                stranger.getOutputStream().write(begun);
            }
            try (SSLSocket member = connected(Certificates.named("lb2"), listener)) {
                member.startHandshake();
                try (SSLSocket accepted = (SSLSocket) listener.accept()) {
                    assertThat(nameOf(accepted)).isEqualTo("lb2");
                }
            }
        } finally {
            for (Socket each : strangers) {
                each.close();
            }
        }
    }

    private static boolean shakesHandsAndEnds(SSLSocket member) throws IOException {
        try {
            member.startHandshake();
        } catch (IOException endedBeforeItsEnd) {
            return true;
        }
        return ends(member);
    }

    /**
     * Its connection ends, and the first one that is accepted is the member's who comes after it.
     */
    private static void assertRefused(SSLContext stranger) throws Exception {
        try (ServerSocket listener = listener();
                Socket refused = connect(stranger, listener)) {
            assertThat(ends(refused)).isTrue();
            try (Socket _ = connect(Certificates.named("lb2"), listener);
                    SSLSocket accepted = (SSLSocket) listener.accept()) {
                assertThat(nameOf(accepted)).isEqualTo("lb2");
            }
        }
    }

    /** In TLS 1.3 a client learns of its refusal only when it reads. */
    private static boolean ends(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    private static ServerSocket listener() throws IOException {
        return listener(new MemberSockets(Certificates.named("lb1"), MEMBERS));
    }

    private static ServerSocket listener(MemberSockets sockets) throws IOException {
        ServerSocket listener = sockets.createServerSocket("test");
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return listener;
    }

    /** Without a handshake. */
    private static SSLSocket connected(SSLContext context, ServerSocket listener)
            throws IOException {
        Socket socket =
                context.getSocketFactory()
                        .createSocket(listener.getInetAddress(), listener.getLocalPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return (SSLSocket) socket;
    }

    private static Socket connect(SSLContext context, ServerSocket listener) throws IOException {
        SSLSocket socket = connected(context, listener);
        Thread.startVirtualThread(
                () -> {
                    try {
                        socket.startHandshake();
                    } catch (IOException refused) {
                        // The test reads the end of the connection.
                    }
                });
        return socket;
    }

    private static String nameOf(SSLSocket socket) throws IOException {
        return MemberTls.nodeName((X509Certificate) socket.getSession().getPeerCertificates()[0]);
    }
}
