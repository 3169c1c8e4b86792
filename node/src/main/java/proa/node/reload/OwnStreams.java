package proa.node.reload;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Clients of the warm-up whose bytes come back. Each kind is bounded in time by itself: these paths
 * are seldom the busiest ones, and a node that starts has to become ready.
 *
 * @param timeoutMillis the longest wait for a connection, or for bytes that are to come back
 */
record OwnStreams(int timeoutMillis) {

    /** For each kind. */
    static final long TIME_NANOS_MAX = 1_000_000_000L;

    private static final int CONNECTIONS = 100;
    private static final int MESSAGES = 10;

    /** Each of a MiB both ways: a quarter of it is copied before the kernel passes on the rest. */
    private static final int LONG_CONNECTIONS = 20;

    private static final int PIECES = 16;
    private static final int PIECE_BYTES = 64 << 10;

    private static final byte[] UPGRADE =
            String.join(
                            "\r\n",
                            "GET /warm/up HTTP/1.1",
                            "Host: self.example",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: d2FybS11cC1vZi10aGlzIQ==",
                            "",
                            "")
                    .getBytes(StandardCharsets.ISO_8859_1);

    /** What one connection does; how many of its messages came back. */
    private interface Exchange {
        int with(InputStream in, OutputStream out) throws IOException;
    }

    private int repeat(InetSocketAddress proxy, int connections, Exchange exchange)
            throws IOException {
        long started = System.nanoTime();
        int answered = 0;
        for (int connection = 0; connection < connections && !isOver(started); connection++) {
            try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.connect(proxy, timeoutMillis);
                socket.setSoTimeout(timeoutMillis);
                answered +=
                        exchange.with(
                                new BufferedInputStream(socket.getInputStream()),
                                socket.getOutputStream());
            }
        }
        return answered;
    }

    private static boolean isOver(long started) {
        return Thread.currentThread().isInterrupted()
                || System.nanoTime() - started > TIME_NANOS_MAX;
    }

    /** Long streams. */
    int bulk(InetSocketAddress proxy) throws IOException {
        return repeat(proxy, LONG_CONNECTIONS, (in, out) -> echo(in, out, PIECES, PIECE_BYTES));
    }

    /** Handshakes that are passed on, as far as their first message. */
    int hellos(InetSocketAddress proxy) throws IOException {
        byte[] hello = hello("self.example");
        return repeat(proxy, CONNECTIONS, (in, out) -> echo(in, out, hello));
    }

    /** Requests that become a tunnel. */
    int upgrades(InetSocketAddress proxy) throws IOException {
        return repeat(
                proxy,
                CONNECTIONS,
                (in, out) -> {
                    out.write(UPGRADE);
                    endOfHead(in);
                    return 1 + echo(in, out, MESSAGES, UPGRADE.length);
                });
    }

    private static int echo(InputStream in, OutputStream out, int times, int bytes)
            throws IOException {
        byte[] piece = new byte[bytes];
        int answered = 0;
        while (answered < times) {
            answered += echo(in, out, piece);
        }
        return answered;
    }

    private static int echo(InputStream in, OutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
        if (in.readNBytes(bytes.length).length < bytes.length) {
            throw new EOFException("the connection ended");
        }
        return 1;
    }

    private static void endOfHead(InputStream in) throws IOException {
        int empty = 0;
        while (empty < 2) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended");
            }
            if (next == '\n') {
                empty++;
            } else if (next != '\r') {
                empty = 0;
            }
        }
    }

    /** The least ClientHello that asks for a server name (RFC 8446 §4.1.2, RFC 6066 §3). */
    static byte[] hello(String serverName) {
        byte[] name = serverName.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer extension = ByteBuffer.allocate(9 + name.length);
        extension.putShort((short) 0).putShort((short) (5 + name.length));
        extension.putShort((short) (3 + name.length)).put((byte) 0);
        extension.putShort((short) name.length).put(name);
        ByteBuffer body = ByteBuffer.allocate(43 + extension.capacity());
        body.putShort((short) 0x0303).put(new byte[32]).put((byte) 0);
        body.putShort((short) 2).putShort((short) 0x1301).put((byte) 1).put((byte) 0);
        body.putShort((short) extension.capacity()).put(extension.array());
        ByteBuffer record = ByteBuffer.allocate(9 + body.capacity());
        record.put((byte) 22).putShort((short) 0x0301).putShort((short) (4 + body.capacity()));
        record.putInt(1 << 24 | body.capacity()).put(body.array());
        return record.array();
    }
}
