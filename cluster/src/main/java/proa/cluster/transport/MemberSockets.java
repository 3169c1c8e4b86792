package proa.cluster.transport;

import org.jgroups.util.DefaultSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.tls.MemberTls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * The sockets of the group: mutual TLS 1.3 and nothing else, and only with listed members, whose
 * certificate carries their name.
 */
final class MemberSockets extends DefaultSocketFactory {

    private static final Logger log = LoggerFactory.getLogger(MemberSockets.class);

    /** A starting member that shares its processors takes some hundred milliseconds. */
    private static final int HANDSHAKE_MILLIS = 1_000;

    private final SSLContext context;
    private final Set<String> members;

    /** Open connections and whose they are. */
    private final Map<SSLSocket, String> open = new ConcurrentHashMap<>();

    private volatile boolean ended;

    /**
     * @param context with this node's certificate, trusting the cluster's authorities
     * @param members names of the nodes the file lists
     */
    MemberSockets(SSLContext context, Set<String> members) {
        super(context);
        this.context = context;
        this.members = Set.copyOf(members);
    }

    @Override
    public Socket createSocket(String service) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        socket.setSSLParameters(MemberTls.parameters());
        // A hung member's kernel still accepts, but nobody answers.
        socket.setSoTimeout(HANDSHAKE_MILLIS);
        socket.addHandshakeCompletedListener(
                event -> {
                    refuseStranger(socket, event.getSession());
                    waitForever(socket);
                });
        return socket;
    }

    /** Ends every connection with this member at once, without a word to it. Never blocks. */
    void cut(String member) {
        open.forEach(
                (socket, name) -> {
                    if (name.equals(member)) {
                        open.remove(socket);
                        close(socket);
                    }
                });
    }

    /**
     * Ends every connection, also those whose handshake ends later: one that nobody closes would
     * still be this node to the other member, which then takes no newer one. Never blocks.
     */
    void end() {
        ended = true;
        open.keySet().forEach(MemberSockets::close);
        open.clear();
    }

    /** A goodbye that somebody else's blocked write holds up is not waited for. */
    private void opened(SSLSocket socket, String name) throws IOException {
        socket.setSoLinger(true, 0);
        open.keySet().removeIf(Socket::isClosed);
        open.put(socket, name);
        if (ended) {
            open.remove(socket);
            close(socket);
            throw new SocketException("this node has left the members");
        }
    }

    private static void close(SSLSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("cutting a connection", e);
        }
    }

    @Override
    public ServerSocket createServerSocket(String service) throws IOException {
        return new MemberServerSocket(this);
    }

    @Override
    public ServerSocket createServerSocket(String service, int port) throws IOException {
        return bound(new InetSocketAddress(port), 0);
    }

    @Override
    public ServerSocket createServerSocket(String service, int port, int backlog)
            throws IOException {
        return bound(new InetSocketAddress(port), backlog);
    }

    @Override
    public ServerSocket createServerSocket(
            String service, int port, int backlog, InetAddress address) throws IOException {
        return bound(new InetSocketAddress(address, port), backlog);
    }

    /** Makes an accepted connection a TLS one; blocks for the handshake. */
    SSLSocket secure(Socket accepted, Handshakes handshakes) throws IOException {
        SSLSocket socket = handshakes.inTime(accepted, () -> shaken(accepted));
        String name = peerName(socket.getSession());
        if (!members.contains(name)) {
            throw new SSLPeerUnverifiedException("\"" + name + "\" is not a member");
        }
        opened(socket, name);
        return socket;
    }

    private SSLSocket shaken(Socket accepted) throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(accepted, null, true);
        socket.setUseClientMode(false);
        socket.setSSLParameters(MemberTls.parameters());
        socket.startHandshake();
        return socket;
    }

    private ServerSocket bound(InetSocketAddress address, int backlog) throws IOException {
        ServerSocket socket = new MemberServerSocket(this);
        socket.bind(address, backlog);
        return socket;
    }

    private static void waitForever(SSLSocket socket) {
        try {
            socket.setSoTimeout(0);
        } catch (IOException e) {
            log.debug("the connection has ended already", e);
        }
    }

    private void refuseStranger(SSLSocket socket, SSLSession session) {
        try {
            String name = peerName(session);
            if (!members.contains(name)) {
                log.warn(
                        "{} says it is \"{}\", which is not a member: closed",
                        socket.getRemoteSocketAddress(),
                        name);
                socket.close();
                return;
            }
            opened(socket, name);
        } catch (IOException e) {
            log.debug("closing a connection to a stranger", e);
        }
    }

    private static String peerName(SSLSession session) throws SSLPeerUnverifiedException {
        return MemberTls.nodeName((X509Certificate) session.getPeerCertificates()[0]);
    }
}
