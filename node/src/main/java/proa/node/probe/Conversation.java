package proa.node.probe;

import org.jspecify.annotations.Nullable;

import proa.node.health.dialogue.Dialogue;
import proa.node.health.dialogue.Dialogue.Turn;
import proa.node.health.dialogue.Received;
import proa.node.tls.ServerSecurity;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One blocking conversation over TCP, or by datagrams, with a deadline for the whole. Used by one
 * thread.
 */
final class Conversation implements AutoCloseable {

    private static final int READ_BYTES = 4 << 10;

    /** Of a datagram more is not looked at. */
    private static final int DATAGRAM_BYTES = 16 << 10;

    private Socket socket = new Socket();
    private @Nullable DatagramSocket datagrams;
    private @Nullable Thread watch;
    private final long startedNanos = System.nanoTime();
    private final long timeoutNanos;

    private Conversation(Duration timeout) {
        timeoutNanos = timeout.toNanos();
    }

    /**
     * Connects.
     *
     * @param source where from; null: the kernel chooses
     * @param timeout from now to the end of the conversation
     */
    static Conversation with(
            InetSocketAddress address, @Nullable InetSocketAddress source, Duration timeout)
            throws IOException {
        Conversation conversation = new Conversation(timeout);
        try {
            if (source != null) {
                bind(source, conversation.socket::bind);
            }
            conversation.socket.connect(address, conversation.millisLeft());
            return conversation;
        } catch (IOException e) {
            conversation.close();
            throw e;
        }
    }

    /** Like the other, by datagrams: that somebody is there is not known before an answer. */
    static Conversation byDatagramsWith(
            InetSocketAddress address, @Nullable InetSocketAddress source, Duration timeout)
            throws IOException {
        Conversation conversation = new Conversation(timeout);
        DatagramSocket socket = new DatagramSocket(null);
        conversation.datagrams = socket;
        try {
            if (source != null) {
                bind(source, socket::bind);
            }
            socket.connect(address);
            return conversation;
        } catch (IOException e) {
            conversation.close();
            throw e;
        }
    }

    /** What a socket is bound by. */
    private interface Binding {
        void to(InetSocketAddress source) throws IOException;
    }

    /** The library does not name what it could not have. */
    private static void bind(InetSocketAddress source, Binding binding) throws IOException {
        try {
            binding.to(source);
        } catch (BindException e) {
            BindException named =
                    new BindException(
                            "from "
                                    + source.getAddress().getHostAddress()
                                    + ", the `source`: "
                                    + e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    /**
     * From now on the conversation is in TLS.
     *
     * @param alpn protocols of which the server has to agree on one; empty: that is not spoken of
     * @throws IOException when the server is not who it should be
     */
    void secure(ServerSecurity security, InetSocketAddress server, List<String> alpn)
            throws IOException {
        socket.setSoTimeout(millisLeft());
        Socket plain = socket;
        watch = Thread.ofVirtual().name("probe-deadline").start(() -> closeInTime(plain));
        try {
            socket = security.secure(plain, server, alpn);
        } catch (IOException e) {
            throw perhapsLate(e);
        }
    }

    /** TLS reads as often as it needs to, and every time it may wait as long as the first. */
    private void closeInTime(Socket plain) {
        try {
            TimeUnit.NANOSECONDS.sleep(timeoutNanos - tookNanos());
            plain.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // it has ended before
        } catch (IOException _) {
            // it is closed
        }
    }

    private IOException perhapsLate(IOException e) {
        return watch != null && tookNanos() >= timeoutNanos ? new SocketTimeoutException() : e;
    }

    /** Time since it began, in nanoseconds. */
    long tookNanos() {
        return System.nanoTime() - startedNanos;
    }

    /** Follows a dialogue to its end: what is wrong with the server, or nothing. */
    String follow(Dialogue dialogue) throws IOException {
        Received received = new Received();
        Turn turn = dialogue.begin();
        while (true) {
            switch (turn) {
                case Turn.Say(var bytes) -> send(bytes);
                case Turn.More() -> {
                    if (received.ended()) {
                        return received.something()
                                ? "closed before its answer was whole"
                                : "closed without an answer";
                    }
                    if (received.length() >= dialogue.bytesMax()) {
                        return "more than " + dialogue.bytesMax() + " bytes of answer without end";
                    }
                    read(received);
                }
                case Turn.Passed(var farewell) -> {
                    leave(farewell);
                    return "";
                }
                case Turn.Failed(var why) -> {
                    return why;
                }
            }
            turn = dialogue.next(received);
        }
    }

    void send(byte[] bytes) throws IOException {
        if (bytes.length > 0 && datagrams != null) {
            datagrams.send(new DatagramPacket(bytes, bytes.length));
        } else if (bytes.length > 0) {
            socket.getOutputStream().write(bytes);
        }
    }

    /** The verdict is there already; a server that has closed does not change it. */
    private void leave(byte[] farewell) {
        try {
            send(farewell);
        } catch (IOException _) {
            // it has left first
        }
    }

    /** Waits for bytes, or the end. */
    void read(Received received) throws IOException {
        if (datagrams != null) {
            readDatagram(datagrams, received);
            return;
        }
        byte[] bytes = new byte[READ_BYTES];
        socket.setSoTimeout(millisLeft());
        int count = read(bytes);
        if (count < 0) {
            received.end();
        } else {
            received.add(bytes, count);
        }
    }

    private int read(byte[] bytes) throws IOException {
        try {
            return socket.getInputStream().read(bytes);
        } catch (IOException e) {
            throw perhapsLate(e);
        }
    }

    private void readDatagram(DatagramSocket from, Received received) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[DATAGRAM_BYTES], DATAGRAM_BYTES);
        from.setSoTimeout(millisLeft());
        from.receive(packet);
        received.add(packet.getData(), packet.getLength());
    }

    /** Milliseconds until the timeout, at least one: zero would mean for ever. */
    private int millisLeft() throws SocketTimeoutException {
        long left = timeoutNanos - tookNanos();
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.max(1, left / 1_000_000);
    }

    @Override
    public void close() throws IOException {
        if (datagrams != null) {
            datagrams.close();
        }
        if (watch != null) {
            watch.interrupt();
        }
        socket.close();
    }
}
