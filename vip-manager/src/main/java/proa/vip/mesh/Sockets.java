package proa.vip.mesh;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.Optional;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Plain and TLS sockets of the mesh. */
final class Sockets {

    private Sockets() {}

    /**
     * A connection of which the handshake is done.
     *
     * @param stream what to read and write
     * @param plain beneath {@code stream} when that is secured, else the same
     */
    record Wire(Socket stream, Socket plain) {
        /**
         * Ends it without a goodbye; whoever reads or writes fails at once. Never waits: closing
         * the secured stream would, for a peer that reads no more or says no more.
         */
        void cut() {
            closeQuietly(plain);
        }
    }

    /** Connects to a peer. */
    static Socket dial(MeshSettings.Peer peer, MeshSettings settings) throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(settings.address(), 0));
            socket.connect(settings.addressOf(peer), Mesh.HANDSHAKE_MILLIS);
            return socket;
        } catch (IOException | RuntimeException e) {
            closeQuietly(socket);
            throw e;
        }
    }

    /**
     * Shakes hands, on the side that dialled or on the one that accepted. Each read waits so long
     * at most; the caller limits the whole.
     */
    static Wire secured(Socket socket, MeshSettings settings, boolean client) throws IOException {
        socket.setTcpNoDelay(true);
        // Until the greeting is read, silence ends the connection soon.
        socket.setSoTimeout(Mesh.HANDSHAKE_MILLIS);
        Optional<SSLContext> context = settings.tls();
        if (context.isEmpty()) {
            return new Wire(socket, socket);
        }
        String host = socket.getInetAddress().getHostAddress();
        SSLSocket secured =
                (SSLSocket)
                        context.get()
                                .getSocketFactory()
                                .createSocket(socket, host, socket.getPort(), true);
        secured.setUseClientMode(client);
        if (!client) {
            secured.setNeedClientAuth(true);
        }
        secured.startHandshake();
        return new Wire(secured, socket);
    }

    /** The certificate the other side has shown, if this is TLS. */
    static Optional<X509Certificate> certificate(Socket socket) throws IOException {
        return socket instanceof SSLSocket tls
                ? Optional.of((X509Certificate) tls.getSession().getPeerCertificates()[0])
                : Optional.empty();
    }

    static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException _) {
            // It is of no use any more either way.
        }
    }
}
