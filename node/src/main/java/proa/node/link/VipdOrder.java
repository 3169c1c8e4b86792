package proa.node.link;

import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** One question to the vipd of this host, on a connection of its own. Blocks. */
public final class VipdOrder {

    /** vipd answers within a turn of its loop. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int READ_BYTES = 4 << 10;

    private VipdOrder() {}

    /**
     * Asks, and waits for the answer.
     *
     * @param socket vipd's socket
     * @throws IOException when no vipd answers, in an operator's words
     */
    public static LinkMessage.Done give(Path socket, LinkMessage.FromNode order)
            throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            Thread watch = Thread.ofVirtual().name("vipd-order").start(() -> end(channel));
            try {
                ByteBuffer bytes = ByteBuffer.wrap(LinkCodec.encode(order));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                return answer(channel);
            } finally {
                watch.interrupt();
            }
        } catch (IOException e) {
            throw new IOException("vipd does not answer at " + socket + ": " + e.getMessage(), e);
        }
    }

    private static void end(SocketChannel channel) {
        try {
            Thread.sleep(PATIENCE);
            channel.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // it has answered
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static LinkMessage.Done answer(SocketChannel channel) throws IOException {
        LinkCodec codec = new LinkCodec();
        ByteBuffer arrived = ByteBuffer.allocate(READ_BYTES);
        while (channel.read(arrived.clear()) >= 0) {
            codec.feed(arrived.flip());
            for (LinkMessage message = codec.next(); message != null; message = codec.next()) {
                if (message instanceof LinkMessage.Done done) {
                    return done;
                }
            }
        }
        throw new IOException("closed without a word");
    }
}
