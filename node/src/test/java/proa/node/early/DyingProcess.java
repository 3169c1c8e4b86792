package proa.node.early;

import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A process with an early and an ordinary connection to the socket it is given. To be killed. */
final class DyingProcess {

    private DyingProcess() {}

    static void main(String[] arguments) throws Exception {
        Path socket = Path.of(arguments[0]);
        EarlyNotice early = EarlyNotice.start(socket, new byte[] {'e'});
        try (SocketChannel ordinary = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ordinary.write(ByteBuffer.wrap(new byte[] {'o'}));
            ordinary.read(ByteBuffer.allocate(1)); // until killed
        } finally {
            early.close();
        }
    }
}
