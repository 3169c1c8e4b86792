package proa.node.protocol;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A server on loopback that does with each connection what the test says, and counts bytes. */
public final class ScriptedServer implements AutoCloseable {

    /** What happens on one connection; it is closed afterwards. */
    public interface Script {
        void run(Peer peer) throws Exception;
    }

    /** One accepted connection. */
    public static final class Peer {
        public final int number;
        public final Socket socket;
        public final InputStream in;
        public final OutputStream out;

        private Peer(int number, Socket socket, AtomicLong received) throws IOException {
            this.number = number;
            this.socket = socket;
            this.in = new BufferedInputStream(new Counting(socket.getInputStream(), received));
            this.out = socket.getOutputStream();
        }

        public Wire.Message request() throws IOException {
            return Wire.request(in);
        }

        public void send(String latin) throws IOException {
            out.write(Wire.bytes(latin));
            out.flush();
        }
    }

    private static final class Counting extends java.io.FilterInputStream {
        private final AtomicLong received;

        private Counting(InputStream in, AtomicLong received) {
            super(in);
            this.received = received;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            received.addAndGet(Math.max(0, count));
            return count;
        }
    }

    private final ServerSocket socket;
    private final Script script;
    private final Thread acceptor;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    public final AtomicInteger connections = new AtomicInteger();
    public final AtomicInteger closed = new AtomicInteger();
    public final AtomicLong received = new AtomicLong();

    public ScriptedServer(Script script) throws IOException {
        this.script = script;
        this.socket = new ServerSocket(0, 4_096, InetAddress.getLoopbackAddress());
        acceptor = Thread.ofVirtual().start(this::accept);
    }

    /** Answers every request with what it got: method and target, then the hash of the body. */
    public static ScriptedServer echo() throws IOException {
        return new ScriptedServer(
                peer -> {
                    for (Wire.Message request = peer.request();
                            request != null;
                            request = peer.request()) {
                        String body = request.head() + "\n" + Wire.latin(request.raw());
                        boolean head = request.head().startsWith("HEAD ");
                        peer.send(
                                "HTTP/1.1 200 OK\r\nContent-Length: "
                                        + body.length()
                                        + "\r\n\r\n"
                                        + (head ? "" : body));
                    }
                });
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket accepted = socket.accept();
                accepted.setTcpNoDelay(true);
                open.add(accepted);
                int number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(number, accepted));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(int number, Socket accepted) {
        try (accepted) {
            script.run(new Peer(number, accepted, received));
        } catch (Exception _) {
            // The peer went away, which some tests are about.
        } finally {
            closed.incrementAndGet();
            open.remove(accepted);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        awaitAcceptor();
        for (Socket each : open) {
            each.close();
        }
    }

    /** Until it has woken the port still takes connections. */
    private void awaitAcceptor() {
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
