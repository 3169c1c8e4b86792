package proa.node.reload;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One request on a connection of its own. */
final class HttpOnce {

    private static final int TIMEOUT_MILLIS = 60_000;

    private HttpOnce() {}

    /**
     * The answer, head and body.
     *
     * @param cookie empty: none
     */
    static String get(int port, String cookie) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            String request =
                    "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                            + (cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n")
                            + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
