package proa.cluster.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.transport.Handshakes;
import proa.config.ClusterConfig;
import proa.config.tls.MemberTls;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * The running connections of the tunnels: each joins a socket on loopback with one to a peer, and
 * belongs to that peer. Safe from any thread.
 */
final class Links {

    private static final Logger LOG = LoggerFactory.getLogger(Links.class);

    /** A peer that does not answer within this is not there, in milliseconds. */
    private static final int CONNECT_MILLIS = 1_000;

    /** A peer that says nothing for this long in a handshake is not there, in milliseconds. */
    private static final int HANDSHAKE_MILLIS = 2_000;

    /** A stranger may hold a half-made connection for this long altogether. */
    private static final Duration HANDSHAKE_MAX = Duration.ofSeconds(2);

    /** Running connections, and such as this member's engine wants, at most; a handful is usual. */
    private static final int LINKS_MAX = 64;

    /** Half-made ones of whoever has connected; they take no place of those. */
    static final int STRANGERS_MAX = 64;

    private static final int BUFFER_BYTES = 64 << 10;

    private final ClusterConfig cluster;
    private final ClusterConfig.Node self;
    private final Optional<SSLContext> tls;
    private final Set<Link> running = new HashSet<>(); // guarded by this
    private Set<String> admitted = Set.of(); // guarded by this
    private int opening; // outwards; guarded by this
    private final Handshakes arriving = new Handshakes(STRANGERS_MAX, HANDSHAKE_MAX);

    Links(ClusterConfig cluster, ClusterConfig.Node self, Optional<SSLContext> tls) {
        this.cluster = cluster;
        this.self = self;
        this.tls = tls;
    }

    /**
     * A connection with a peer.
     *
     * @param plain beneath {@code stream} when that is secured, else the same
     */
    private record Far(Socket stream, Socket plain) {
        /** Whoever reads or writes fails at once. */
        void cut() {
            close(plain);
        }
    }

    /** Cutting never waits: closing a secured stream would, for a peer that reads no more. */
    private record Link(String peer, Socket near, Far far) {
        void cut() {
            close(near);
            far.cut();
        }
    }

    /** From now on only these members' connections run. */
    synchronized void admit(Set<String> members) {
        admitted = members;
        for (Iterator<Link> links = running.iterator(); links.hasNext(); ) {
            Link link = links.next();
            if (!members.contains(link.peer)) {
                links.remove();
                link.cut();
            }
        }
    }

    /** This member's engine wants to speak to the peer's. */
    void outward(Socket engine, ClusterConfig.Node peer) {
        begin(engine, () -> toPeer(peer), peer.name());
    }

    /** Somebody has connected to the gate. */
    void inward(Socket arrived) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                Known known = arriving.inTime(arrived, () -> known(arrived));
                                join(new Link(known.peer, toEngine(), known.far));
                            } catch (Handshakes.Displaced e) {
                                LOG.debug("sessions: {}", arrived.getRemoteSocketAddress(), e);
                            } catch (IOException e) {
                                LOG.warn(
                                        "sessions: refused {}: {}",
                                        arrived.getRemoteSocketAddress(),
                                        e.getMessage());
                                close(arrived);
                            }
                        });
    }

    /** Whose a connection is that somebody has made. */
    private record Known(String peer, Far far) {}

    private Known known(Socket arrived) throws IOException {
        if (tls.isEmpty()) {
            return new Known(nameByAddress(arrived), new Far(arrived, arrived));
        }
        SSLSocket secured = accepted(tls.get(), arrived);
        return new Known(name(secured), new Far(secured, arrived));
    }

    private interface Connect {
        Far open() throws IOException;
    }

    private void begin(Socket near, Connect far, String peer) {
        if (!mayOpen()) {
            close(near);
            return;
        }
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                join(new Link(peer, near, far.open()));
                            } catch (IOException e) {
                                LOG.debug("sessions: no tunnel to {}: {}", peer, e.getMessage());
                                close(near);
                            } finally {
                                opened();
                            }
                        });
    }

    private synchronized boolean mayOpen() {
        if (opening + running.size() >= LINKS_MAX) {
            return false;
        }
        opening++;
        return true;
    }

    private synchronized void opened() {
        opening--;
    }

    private void join(Link link) throws IOException {
        link.near.setTcpNoDelay(true);
        link.far.plain.setTcpNoDelay(true);
        synchronized (this) {
            if (!admitted.contains(link.peer)) {
                link.cut();
                throw new IOException(link.peer + " is not in view");
            }
            if (running.size() >= LINKS_MAX) {
                link.cut();
                throw new IOException("there are " + LINKS_MAX + " connections");
            }
            running.add(link);
        }
        Thread.ofVirtual().start(() -> pump(link, link.near, link.far.stream));
        Thread.ofVirtual().start(() -> pump(link, link.far.stream, link.near));
    }

    private void pump(Link link, Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            LOG.debug("sessions: tunnel with {}: {}", link.peer, e.getMessage());
        } finally {
            link.cut();
            synchronized (this) {
                running.remove(link);
            }
        }
    }

    private Socket toEngine() throws IOException {
        return connected(EngineConfig.address(cluster, self), EngineConfig.loopback(self));
    }

    private Far toPeer(ClusterConfig.Node peer) throws IOException {
        InetSocketAddress gate = new InetSocketAddress(peer.address(), cluster.ports().sessions());
        Socket plain = connected(gate, self.address());
        if (tls.isEmpty()) {
            return new Far(plain, plain);
        }
        SSLSocket secured = secured(tls.get(), plain, gate);
        String name = name(secured);
        if (!name.equals(peer.name())) {
            close(plain);
            throw new IOException("at " + gate + " answers " + name + ", not " + peer.name());
        }
        return new Far(secured, plain);
    }

    private static Socket connected(InetSocketAddress to, InetAddress from) throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(to, CONNECT_MILLIS);
            return socket;
        } catch (IOException e) {
            close(socket);
            throw e;
        }
    }

    private static SSLSocket secured(SSLContext tls, Socket plain, InetSocketAddress to)
            throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        tls.getSocketFactory()
                                .createSocket(
                                        plain,
                                        to.getAddress().getHostAddress(),
                                        to.getPort(),
                                        true);
        return shaken(socket, plain);
    }

    private static SSLSocket accepted(SSLContext tls, Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true);
        socket.setUseClientMode(false);
        return shaken(socket, plain);
    }

    private static SSLSocket shaken(SSLSocket socket, Socket plain) throws IOException {
        try {
            socket.setSSLParameters(MemberTls.parameters());
            socket.setSoTimeout(HANDSHAKE_MILLIS);
            socket.startHandshake();
            socket.setSoTimeout(0);
            return socket;
        } catch (IOException e) {
            close(plain);
            throw e;
        }
    }

    private static String name(SSLSocket socket) throws IOException {
        Certificate[] chain = socket.getSession().getPeerCertificates();
        return MemberTls.nodeName((X509Certificate) chain[0]);
    }

    private String nameByAddress(Socket arrived) throws IOException {
        return cluster.peersOf(self.name()).stream()
                .filter(peer -> peer.addresses().contains(arrived.getInetAddress()))
                .map(ClusterConfig.Node::name)
                .findFirst()
                .orElseThrow(() -> new IOException("not a member's address"));
    }

    static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("sessions: closing: {}", e.getMessage());
        }
    }
}
