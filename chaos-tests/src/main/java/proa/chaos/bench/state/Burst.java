package proa.chaos.bench.state;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests from one client at the same moment, each over a connection of its own. */
final class Burst {

    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private static final String ANSWERED = "HTTP/1.1 200";
    private static final int ANSWER_MILLIS_MAX = 30_000;

    private Burst() {}

    /**
     * Opens every connection first, then sends on all of them.
     *
     * @param each how many go to each port
     * @throws IOException when one is not answered, since then nobody knows how many there were
     */
    static void send(List<Integer> ports, int each) throws IOException {
        Phaser together = new Phaser(ports.size() * each);
        List<Future<Void>> under = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int n = 0; n < each; n++) {
                for (int port : ports) {
                    under.add(
                            clients.submit(
                                    () -> {
                                        one(port, together);
                                        return null;
                                    }));
                }
            }
            for (Future<Void> one : under) {
                one.get(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException failed) {
            throw new IOException("a request was not answered: " + failed.getMessage(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    private static void one(int port, Phaser together) throws IOException {
        try (Socket socket = new Socket()) {
            try {
                InetAddress loopback = InetAddress.getLoopbackAddress();
                socket.connect(new InetSocketAddress(loopback, port), ANSWER_MILLIS_MAX);
                socket.setSoTimeout(ANSWER_MILLIS_MAX);
            } finally {
                together.arriveAndAwaitAdvance();
            }
            socket.getOutputStream().write(REQUEST);
            byte[] answer = socket.getInputStream().readAllBytes();
            if (!new String(answer, StandardCharsets.US_ASCII).startsWith(ANSWERED)) {
                throw new IOException("answered otherwise: " + answer.length + " bytes");
            }
        }
    }
}
