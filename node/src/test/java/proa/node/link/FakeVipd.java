package proa.node.link;

import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The other end of the link: keeps what nodes say, and says what it is told to. */
public final class FakeVipd implements AutoCloseable {

    private final ServerSocketChannel server;
    private final List<SocketChannel> connections = new CopyOnWriteArrayList<>();
    private final BlockingQueue<LinkMessage> received = new LinkedBlockingQueue<>();

    /** Listens; a file left by another is replaced. */
    public FakeVipd(Path socket) throws IOException {
        Files.deleteIfExists(socket);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().start(this::accept);
    }

    /** The next message of that kind. */
    public <T extends LinkMessage> T expect(Class<T> kind) throws InterruptedException {
        while (true) {
            LinkMessage message = received.poll(30, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no " + kind.getSimpleName() + " within 30 s");
            }
            if (kind.isInstance(message)) {
                return kind.cast(message);
            }
        }
    }

    /** The next readiness of a group that says ready or not. */
    public LinkMessage.Readiness expectReadiness(boolean ready) throws InterruptedException {
        LinkMessage.Readiness readiness = expect(LinkMessage.Readiness.class);
        while (readiness.ready() != ready) {
            readiness = expect(LinkMessage.Readiness.class);
        }
        return readiness;
    }

    /** Says this to every connection. */
    public void say(LinkMessage.FromVipd message) throws IOException {
        for (SocketChannel connection : connections) {
            if (connection.isOpen()) {
                connection.write(ByteBuffer.wrap(LinkCodec.encode(message)));
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel connection : connections) {
            connection.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                connections.add(connection);
                Thread.ofPlatform().daemon().start(() -> read(connection));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void read(SocketChannel connection) {
        LinkCodec codec = new LinkCodec();
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        try {
            while (connection.read(bytes.clear()) >= 0) {
                codec.feed(bytes.flip());
                for (LinkMessage next = codec.next(); next != null; next = codec.next()) {
                    received.add(next);
                }
            }
        } catch (IOException _) {
            // the node is gone
        }
    }
}
