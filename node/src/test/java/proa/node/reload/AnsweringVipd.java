package proa.node.reload;

import org.jspecify.annotations.Nullable;

import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;
import proa.config.link.LinkMessage.Done;
import proa.config.link.LinkMessage.Ownership;
import proa.config.link.LinkMessage.State;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A vipd that says who owns a group and passes every order on to nobody. */
final class AnsweringVipd implements AutoCloseable {

    /** What was ordered. */
    final Queue<LinkMessage> orders = new ConcurrentLinkedQueue<>();

    private final ServerSocketChannel server;
    private volatile @Nullable SocketChannel node;

    AnsweringVipd(Path socket) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::acceptAll);
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        LinkCodec codec = new LinkCodec();
        ByteBuffer arrived = ByteBuffer.allocate(4 << 10);
        try (client) {
            while (client.read(arrived.clear()) >= 0) {
                codec.feed(arrived.flip());
                for (LinkMessage said = codec.next(); said != null; said = codec.next()) {
                    take(client, said);
                }
            }
        } catch (IOException gone) {
            return; // the node is
        }
    }

    private void take(SocketChannel client, LinkMessage said) throws IOException {
        switch (said) {
            case LinkMessage.Hello(_, _, _, boolean early) when !early -> {
                node = client;
                send(client, new Ownership("web", State.ACTIVE, "lb1", 3, "nobody else is ready"));
            }
            case LinkMessage.Leaving _ -> send(client, new LinkMessage.MayLeave());
            case LinkMessage.Move(String group, String node, _) -> {
                orders.add(said);
                send(
                        client,
                        node.equals("lb2")
                                ? new Done(false, "lb2 is not ready for " + group)
                                : new Done(true, "passed on"));
            }
            case LinkMessage.Maintenance _ -> {
                orders.add(said);
                send(client, new Done(true, "passed on"));
            }
            default -> {}
        }
    }

    /** Says this to the node that is connected. */
    void say(LinkMessage message) throws IOException {
        send(Objects.requireNonNull(node), message);
    }

    private static void send(SocketChannel client, LinkMessage message) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(LinkCodec.encode(message));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
