package proa.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.blocks.cs.Receiver;
import org.jgroups.blocks.cs.TcpServer;
import org.jgroups.stack.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.Closeable;
import java.io.DataInput;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a member sends over real sockets, to one that answers and to one that takes nobody in. */
class MemberTransportTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** To open a connection: far longer than a message to a living member takes. */
    private static final int CONNECT_MILLIS = 40_000;

    private static final int PATIENCE_MILLIS = 20_000;

    /** The kernel takes one connection more than it is told to hold. */
    private static final int BACKLOG = 1;

    private final MemberTransport transport = new MemberTransport();
    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    private final List<Closeable> opened = new ArrayList<>();
    private JChannel channel;
    private TcpServer living;
    private Address alive;

    @BeforeEach
    void open() throws Exception {
        transport.setBindAddress(LOOPBACK);
        transport.setBindPort(0);
        transport.setPortRange(0);
        transport.setSockConnTimeout(CONNECT_MILLIS);
        transport.disableDiagnostics();
        channel = new JChannel(transport);
        channel.connect("transport");
        living = new TcpServer(LOOPBACK, 0);
        living.receiver(
                new Receiver() {
                    @Override
                    public void receive(Address sender, byte[] bytes, int offset, int length) {
                        throw new IllegalStateException("servers read streams");
                    }

                    @Override
                    public void receive(Address sender, DataInput in, int length)
                            throws IOException {
                        byte[] bytes = new byte[length];
                        in.readFully(bytes);
                        arrived.add(new String(bytes, StandardCharsets.US_ASCII));
                    }
                });
        living.usePeerConnections(true).start();
        alive = living.localAddress();
    }

    @AfterEach
    void close() throws Exception {
        channel.close();
        living.stop();
        for (Closeable each : opened) {
            each.close();
        }
    }

    private void send(Address to, String text) throws Exception {
        byte[] buffer = ("--" + text).getBytes(StandardCharsets.US_ASCII);
        transport.send(to, buffer, 2, text.length());
        buffer[2] = '?'; // the buffer is the caller's again
    }

    private void awaitArrived(String text) throws InterruptedException {
        assertThat(arrived.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(text);
    }

    /** A machine that does not answer who asks for a connection: its queue of them is full. */
    private ServerSocket full() throws IOException {
        ServerSocket listener = new ServerSocket(0, BACKLOG, LOOPBACK);
        opened.add(listener);
        for (int n = 0; n <= BACKLOG; n++) {
            opened.add(new Socket(LOOPBACK, listener.getLocalPort()));
        }
        Socket next = new Socket();
        opened.add(next);
        try {
            next.connect(new InetSocketAddress(LOOPBACK, listener.getLocalPort()), 300);
            throw new AssertionError("it has taken one more");
        } catch (SocketTimeoutException hangs) {
            return listener;
        }
    }

    private static IpAddress address(ServerSocket listener) {
        return new IpAddress(LOOPBACK, listener.getLocalPort());
    }

    @Test
    void whatIsSentToAMemberArrivesInItsOrder() throws Exception {
        for (int n = 0; n < 1_000; n++) {
            send(alive, "m" + n);
        }
        for (int n = 0; n < 1_000; n++) {
            awaitArrived("m" + n);
        }
    }

    @Test
    void aMemberWhoseConnectHangsHoldsUpNobodyElseAndGetsItsOwnInOrder() throws Exception {
        ServerSocket hung = full();
        long began = System.nanoTime();
        for (int n = 0; n < 10; n++) {
            send(address(hung), "<hung" + n + ">");
            send(alive, "m" + n);
        }
        for (int n = 0; n < 10; n++) {
            awaitArrived("m" + n);
        }
        long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        assertThat(tookMillis).as("not one connect").isLessThan(CONNECT_MILLIS);

        String all = heard(hung, "<hung9>");
        int place = -1;
        for (int n = 0; n < 10; n++) {
            int next = all.indexOf("<hung" + n + ">");
            assertThat(next).as("message %d in its order", n).isGreaterThan(place);
            place = next;
        }
    }

    /** What comes on the first connection that says anything, until those words have come. */
    private String heard(ServerSocket hung, String last) throws IOException {
        hung.setSoTimeout(PATIENCE_MILLIS);
        Optional<Socket> speaks = Optional.empty();
        for (int n = 0; n < 2 * BACKLOG + 3 && speaks.isEmpty(); n++) {
            Socket next = hung.accept();
            opened.add(next);
            boolean ours = opened.stream().noneMatch(each -> isOtherEnd(each, next));
            speaks = ours ? Optional.of(next) : Optional.empty();
        }
        Socket socket = speaks.orElseThrow();
        socket.setSoTimeout(PATIENCE_MILLIS);
        StringBuilder said = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (said.indexOf(last) < 0) {
            int next = in.read();
            assertThat(next).as("it ended after %s", said).isNotNegative();
            said.append((char) next);
        }
        return said.toString();
    }

    private static boolean isOtherEnd(Closeable each, Socket accepted) {
        return each instanceof Socket socket && socket.getLocalPort() == accepted.getPort();
    }

    @Test
    void closingWaitsForNoConnectThatHangs() throws Exception {
        ServerSocket hung = full();
        send(address(hung), "never");
        send(alive, "last");
        awaitArrived("last");
        FutureTask<Boolean> closed =
                new FutureTask<>(
                        () -> {
                            channel.close();
                            return true;
                        });
        Thread.ofPlatform().daemon().start(closed);
        assertThat(closed.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        send(alive, "too late");
        assertThat(arrived.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }
}
