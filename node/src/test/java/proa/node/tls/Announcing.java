package proa.node.tls;

import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A proxy that says in front of each connection whose it is, and passes bytes on. */
final class Announcing implements AutoCloseable {

    private final ScriptedServer server;

    Announcing(InetSocketAddress to, String client) throws IOException {
        server =
                new ScriptedServer(
                        peer -> {
                            try (Socket next = new Socket(to.getAddress(), to.getPort())) {
                                next.getOutputStream()
                                        .write(
                                                Wire.bytes(
                                                        "PROXY TCP4 "
                                                                + client
                                                                + " 192.0.2.1 5000 443\r\n"));
                                Thread back =
                                        Thread.ofVirtual().start(() -> transfer(next, peer.socket));
                                peer.in.transferTo(next.getOutputStream());
                                next.shutdownOutput();
                                back.join();
                            }
                        });
    }

    private static void transfer(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException _) {
            // One of them has left.
        }
    }

    InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
