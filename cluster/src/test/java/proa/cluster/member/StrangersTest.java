package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Who is not a member gets nothing. */
class StrangersTest {

    private static final int TIMEOUT_MILLIS = 60_000;
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
}
