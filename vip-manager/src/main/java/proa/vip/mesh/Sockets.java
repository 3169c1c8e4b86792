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

    /** Connects to a peer; the TLS handshake is done. */
    static Socket dial(MeshSettings.Peer peer, MeshSettings settings) throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(settings.address(), 0));
            socket.connect(settings.addressOf(peer), Mesh.HANDSHAKE_MILLIS);
            return secured(socket, settings.tls(), true);
        } catch (IOException | RuntimeException e) {
            closeQuietly(socket);
            throw e;
        }
    }

    /** Completes an accepted connection; the TLS handshake is done. */
    static Socket accept(Socket socket, MeshSettings settings) throws IOException {
        return secured(socket, settings.tls(), false);
    }

    private static Socket secured(Socket socket, Optional<SSLContext> context, boolean client)
            throws IOException {
        socket.setTcpNoDelay(true);
        // Until the greeting is read, silence ends the connection soon.
        socket.setSoTimeout(Mesh.HANDSHAKE_MILLIS);
        if (context.isEmpty()) {
            return socket;
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
        return secured;
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
