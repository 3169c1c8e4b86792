package proa.node.protocol.udp;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.UdpOptions;
import proa.node.Await;
import proa.node.exchange.Traffic;
import proa.node.listener.DatagramCounters.Kind;
import proa.node.listener.EventLoops;
import proa.node.listener.Listener;
import proa.node.listener.Listeners;
import proa.node.listener.Transport;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.TestConfigs;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Datagrams between test clients and test servers, on loopback. */
final class UdpPath implements AutoCloseable {

    final EventLoops loops;
    final Listeners listeners;
    final Listener listener;
    final FixedTraffic servers;

    private UdpPath(Transport transport, FrontendConfig frontend, FixedTraffic servers)
            throws IOException {
        this.servers = servers;
        loops = EventLoops.start(transport, 2);
        listeners = new Listeners(loops);
        Traffic traffic = servers;
        listener =
                listeners.open(
                        frontend,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new UdpProtocol(frontend, () -> traffic));
    }

    static UdpPath of(Transport transport, FrontendConfig frontend, InetSocketAddress... servers)
            throws IOException {
        BackendConfig backend = TestConfigs.backend(List.of(servers));
        return new UdpPath(transport, frontend, new FixedTraffic(backend));
    }

    static UdpPath of(UdpOptions options, InetSocketAddress... servers) throws IOException {
        return of(Transport.best(), TestConfigs.frontend(Mode.UDP).with(options), servers);
    }

    static UdpPath of(InetSocketAddress... servers) throws IOException {
        return of(UdpOptions.DEFAULTS, servers);
    }

    long count(Kind kind) {
        return listener.datagrams().of(kind);
    }

    Client client() throws IOException {
        return new Client(listener.address());
    }

    @Override
    public void close() {
        listeners.close();
        loops.close();
    }

    private static DatagramSocket socket(int port) throws IOException {
        return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /**
     * An address where nobody listens: a socket has it that hears only itself. A port that was
     * given back might be the next client's. Port 0 takes any free one.
     */
    static DatagramSocket deaf(int port) throws IOException {
        DatagramSocket socket = socket(port);
        socket.connect(socket.getLocalSocketAddress());
        return socket;
    }

    /** A client whose socket is connected, so that only answers from the asked address arrive. */
    static final class Client implements AutoCloseable {
        private static final int PATIENCE_MILLIS = 60_000;

        final DatagramSocket socket;

        Client(InetSocketAddress to) throws IOException {
            socket = UdpPath.socket(0);
            socket.connect(to);
            socket.setSoTimeout(PATIENCE_MILLIS);
        }

        void send(byte[] bytes) throws IOException {
            socket.send(new DatagramPacket(bytes, bytes.length));
        }

        void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        byte[] receive() throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[1 << 16], 1 << 16);
            socket.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        }

        String text() throws IOException {
            return new String(receive(), StandardCharsets.ISO_8859_1);
        }

        String ask(String text) throws IOException {
            send(text);
            return text();
        }

        /** The answer, or "" when none comes in that time. */
        String askPatiently(String text, int millis) throws IOException {
            socket.setSoTimeout(millis);
            try {
                return ask(text);
            } catch (SocketTimeoutException _) {
                return "";
            } finally {
                socket.setSoTimeout(PATIENCE_MILLIS);
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** A server that answers every datagram. */
    static final class Server implements AutoCloseable {
        final DatagramSocket socket;
        final AtomicInteger received = new AtomicInteger();
        final List<Integer> peers = new CopyOnWriteArrayList<>();
        private final UnaryOperator<byte[]> answer;
        private final Thread serving;

        Server(UnaryOperator<byte[]> answer) throws IOException {
            this(UdpPath.socket(0), answer);
        }

        Server(DatagramSocket socket, UnaryOperator<byte[]> answer) {
            this.answer = answer;
            this.socket = socket;
            serving = Thread.ofPlatform().daemon().start(this::serve);
        }

        static Server echo() throws IOException {
            return new Server(bytes -> bytes);
        }

        /** Says its name and what it got. */
        static Server named(String name) throws IOException {
            return new Server(
                    bytes ->
                            (name + " " + new String(bytes, StandardCharsets.ISO_8859_1))
                                    .getBytes(StandardCharsets.ISO_8859_1));
        }

        InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        private void serve() {
            DatagramPacket packet = new DatagramPacket(new byte[1 << 16], 1 << 16);
            while (!socket.isClosed()) {
                try {
                    packet.setLength(1 << 16);
                    socket.receive(packet);
                    received.incrementAndGet();
                    peers.add(packet.getPort());
                    byte[] back = answer.apply(Arrays.copyOf(packet.getData(), packet.getLength()));
                    if (back.length > 0) {
                        socket.send(
                                new DatagramPacket(back, back.length, packet.getSocketAddress()));
                    }
                } catch (IOException _) {
                    // Closed, or a peer that has gone.
                }
            }
        }

        @Override
        public void close() {
            socket.close();
            Await.endOf(serving);
        }
    }
}
