package proa.vip.command;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import proa.config.file.RunFolders;
import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The option that finds this host's vipd, and one question to it. */
final class VipdSocket {

    /** What the kernel says of a socket whose mode keeps one out. */
    private static final String NOT_ALLOWED = "Permission denied";

    private static final int READ_BYTES = 16 << 10;

    /** A process that is stuck must not keep the operator waiting. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            description = "Where vipd.sock is; default: the only one under /run/proa.")
    private @Nullable Path runDirectory;

    /**
     * Asks and waits for the answer, for as long as a vipd that lives may take.
     *
     * @throws IOException when no vipd answers
     */
    LinkMessage.FromVipd ask(LinkMessage.FromNode question)
            throws IOException, InterruptedException {
        Path path = directory().resolve("vipd.sock");
        CompletableFuture<LinkMessage.FromVipd> answer = new CompletableFuture<>();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            Thread.ofVirtual().start(() -> ask(channel, question, answer));
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            String stuck = " within " + PATIENCE.toSeconds() + " s: it is stuck";
            throw new IOException("vipd does not answer at " + path + stuck, e);
        } catch (ExecutionException e) {
            throw silent(path, e.getCause() == null ? e : e.getCause());
        } catch (IOException e) {
            throw silent(path, e);
        }
    }

    private static IOException silent(Path path, Throwable why) {
        if (why instanceof SocketException && NOT_ALLOWED.equals(why.getMessage())) {
            return new IOException(
                    System.getProperty("user.name")
                            + " may not: "
                            + path
                            + " is for its owner and group to look, for root and the users of"
                            + " node and vipd to order",
                    why);
        }
        return new IOException("vipd does not answer at " + path + ": " + why.getMessage(), why);
    }

    private static void ask(
            SocketChannel channel,
            LinkMessage.FromNode question,
            CompletableFuture<LinkMessage.FromVipd> answer) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(LinkCodec.encode(question));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            answer.complete(answer(channel));
        } catch (IOException | IllegalArgumentException e) {
            answer.completeExceptionally(e);
        }
    }

    private static LinkMessage.FromVipd answer(SocketChannel channel) throws IOException {
        LinkCodec codec = new LinkCodec();
        ByteBuffer arrived = ByteBuffer.allocate(READ_BYTES);
        while (channel.read(arrived.clear()) >= 0) {
            codec.feed(arrived.flip());
            LinkMessage message = codec.next();
            while (message != null) {
                if (message instanceof LinkMessage.FromVipd fromVipd) {
                    return fromVipd;
                }
                message = codec.next();
            }
        }
        throw new IOException("closed without a word");
    }

    private Path directory() throws IOException {
        if (runDirectory != null) {
            return runDirectory;
        }
        List<Path> found = RunFolders.below(RunFolders.ROOT);
        if (found.size() != 1) {
            throw new IOException(
                    found.isEmpty()
                            ? "no vipd runs under "
                                    + RunFolders.ROOT
                                    + "; name its directory with --run-dir"
                            : "several run here; name one with --run-dir: " + found);
        }
        return found.getFirst();
    }
}
