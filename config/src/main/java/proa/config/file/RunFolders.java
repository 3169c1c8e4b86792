package proa.config.file;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folders {@code CLUSTER/NODE} that have the sockets of a node and of its vipd. One stays when
 * both have ended, and when cluster or node are called otherwise afterwards. Any thread.
 */
public final class RunFolders {

    /** Where they are unless somebody says otherwise. */
    public static final Path ROOT = Path.of("/run/proa");

    private static final List<String> SOCKETS = List.of("node.sock", "vipd.sock");

    private RunFolders() {}

    /**
     * Those below a folder; of several, the ones where a node or a vipd runs.
     *
     * @throws IOException when this user may not look
     */
    public static List<Path> below(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path cluster : folders(root)) {
            found.addAll(folders(cluster));
        }
        boolean clear = found.size() == 1;
        return found.stream().filter(folder -> clear || isLive(folder)).toList();
    }

    private static List<Path> folders(Path parent) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(parent)) {
            try (DirectoryStream<Path> entries =
                    Files.newDirectoryStream(parent, Files::isDirectory)) {
                entries.forEach(found::add);
            }
        }
        return found;
    }

    private static boolean isLive(Path folder) {
        return SOCKETS.stream()
                .map(folder::resolve)
                .anyMatch(socket -> Files.exists(socket) && isTaken(socket));
    }

    /** Whether somebody listens, who may be stuck, or not be for this user. */
    private static boolean isTaken(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false); // nobody accepts for one that is stuck
            channel.connect(UnixDomainSocketAddress.of(socket));
            return true;
        } catch (ConnectException _) {
            return false;
        } catch (IOException _) {
            return Files.exists(socket);
        }
    }
}
