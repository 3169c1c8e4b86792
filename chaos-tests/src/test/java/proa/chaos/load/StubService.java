package proa.chaos.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Something that listens on loopback and speaks with each client; a char is a byte. */
final class StubService implements AutoCloseable {

    private final ServerSocket listener;
    private final Talk talk;

    /** What is said to one client. */
    interface Talk {
        void with(Socket client, BufferedReader in) throws IOException;
    }

    StubService(Talk talk) {
        this.talk = talk;
        try {
            listener = new ServerSocket(0, 100, InetAddress.ofLiteral("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        client.getInputStream(), StandardCharsets.ISO_8859_1))) {
            talk.with(client, in);
        } catch (IOException _) {
            // The client has gone.
        }
    }

    static void say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** One node and the floating address are this machine's. */
    static LoadPlan plan(LoadPlan.Ports ports, int limit, int limitWindowMillis) {
        return new LoadPlan(
                List.of("127.0.0.1"),
                Map.of("lb1", "127.0.0.1"),
                Map.of(),
                ports,
                new LoadPlan.SourcePlan("", "", "", ""),
                1,
                1,
                new LoadPlan.Asked("stub", "/"),
                limit,
                limitWindowMillis);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
