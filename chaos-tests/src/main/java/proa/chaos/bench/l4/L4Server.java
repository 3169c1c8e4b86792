package proa.chaos.bench.l4;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The server of every way. What the first byte of a connection is says what it does: {@code G}: an
 * HTTP request, answered with a few bytes or, for {@code /bulk}, with {@link #BULK_BYTES}, again
 * and again; {@code E}: every number comes back; {@code P}: numbers in a row, two a second; {@code
 * B}: ten numbers each second. One virtual thread a connection.
 */
final class L4Server {

    /** Of one long answer. */
    static final int BULK_BYTES = 16 << 20;

    private static final int CHUNK_BYTES = 256 << 10;
    private static final int REQUEST_BYTES_MAX = 4 << 10;
    private static final int BACKLOG = 4_096;
    private static final int BURST = 10;
    private static final byte[] END = {'\r', '\n', '\r', '\n'};
    private static final byte[] BULK_PATH = "GET /bulk".getBytes(StandardCharsets.US_ASCII);

    private L4Server() {}

    /**
     * Listens on every address of this host, until the process ends.
     *
     * @param port 0: any
     * @return the port
     */
    static int listen(int port) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(port), BACKLOG);
        Thread.ofPlatform().daemon().name("accept-" + port).start(() -> accept(listener));
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private static void accept(ServerSocketChannel listener) {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            System.err.println("server: " + e);
        }
    }

    private static void serve(SocketChannel client) {
        try (client) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer read = ByteBuffer.allocate(REQUEST_BYTES_MAX);
            if (client.read(read) < 0) {
                return;
            }
            switch (read.get(0)) {
                case 'G' -> requests(client, read);
                case 'E' -> echo(client, read);
                case 'P' -> count(client, 1, 500);
                case 'B' -> count(client, BURST, 1_000);
                default -> {}
            }
        } catch (IOException _) {
            // The client has ended it.
        }
    }

    private static void requests(SocketChannel client, ByteBuffer read) throws IOException {
        ByteBuffer head = head("2");
        ByteBuffer bulkHead = head("" + BULK_BYTES);
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        do {
            if (ends(read)) {
                boolean bulk = isBulk(read);
                write(client, (bulk ? bulkHead : head).rewind());
                if (bulk) {
                    for (int sent = 0; sent < BULK_BYTES; sent += CHUNK_BYTES) {
                        write(client, chunk.clear());
                    }
                } else {
                    write(client, ByteBuffer.wrap(END, 0, 2));
                }
                read.clear();
            }
        } while (client.read(read) > 0);
    }

    private static ByteBuffer head(String length) {
        return ByteBuffer.wrap(
                ("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean ends(ByteBuffer read) {
        int start = read.position() - END.length;
        return start >= 0 && read.slice(start, END.length).equals(ByteBuffer.wrap(END));
    }

    private static boolean isBulk(ByteBuffer read) {
        return read.position() >= BULK_PATH.length
                && read.slice(0, BULK_PATH.length).equals(ByteBuffer.wrap(BULK_PATH));
    }

    private static void write(SocketChannel client, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    /** Whatever follows the first byte. */
    private static void echo(SocketChannel client, ByteBuffer read) throws IOException {
        write(client, read.flip().position(1));
        while (client.read(read.clear()) > 0) {
            write(client, read.flip());
        }
    }

    private static void count(SocketChannel client, int atOnce, long pauseMillis)
            throws IOException {
        ByteBuffer numbers = ByteBuffer.allocate(atOnce * Long.BYTES);
        for (long next = 1; true; ) {
            numbers.clear();
            while (numbers.hasRemaining()) {
                numbers.putLong(next++);
            }
            write(client, numbers.flip());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
        }
    }
}
