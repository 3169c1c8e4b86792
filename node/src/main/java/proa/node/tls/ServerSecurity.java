package proa.node.tls;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.BackendTls;
import proa.config.BackendTls.Verify;
import proa.config.FrontendTls.Identity;
import proa.config.tls.ServerIdentity;
import proa.node.exchange.Security;
import proa.node.listener.LastRead;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * How connections to the servers of one backend are secured, those of the traffic and those of
 * probes. Renewed while connections go on with what they began with. Safe from any thread but for
 * {@link #renew()}, which is for one.
 */
public final class ServerSecurity implements Security, Renewable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerSecurity.class);
    private static final String HTTPS = "HTTPS";

    /** Native for the traffic; the Java runtime's for blocking probes. */
    private record Contexts(SslContext traffic, JdkSslContext probes) {}

    private final String backend;
    private final BackendTls tls;
    private final List<String> alpn;
    private final Consumer<Runnable> afterTurn;
    private FileStamps seen;
    private volatile Contexts contexts;

    private ServerSecurity(
            String backend, BackendTls tls, List<String> alpn, Consumer<Runnable> afterTurn)
            throws IOException {
        this.backend = backend;
        this.alpn = List.copyOf(alpn);
        this.tls = tls;
        this.afterTurn = afterTurn;
        seen = FileStamps.of(files());
        contexts = read();
    }

    /**
     * Reads the files.
     *
     * @param afterTurn runs something once every event loop has finished what it does now
     * @throws IOException with a message for the operator
     */
    public static ServerSecurity open(String backend, BackendTls tls, Consumer<Runnable> afterTurn)
            throws IOException {
        return new ServerSecurity(backend, tls, List.of(), afterTurn);
    }

    /**
     * Like the other; traffic asks for the first of these protocols that the server knows.
     *
     * @throws IOException with a message for the operator
     */
    public static ServerSecurity open(
            String backend, BackendTls tls, List<String> alpn, Consumer<Runnable> afterTurn)
            throws IOException {
        return new ServerSecurity(backend, tls, alpn, afterTurn);
    }

    /** Whether it is what these settings ask for. */
    public boolean serves(BackendTls wanted, List<String> offered) {
        return tls.equals(wanted) && alpn.equals(offered);
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>(tls.authorities());
        tls.identity().ifPresent(identity -> files.add(identity.certificate()));
        tls.identity().ifPresent(identity -> files.add(identity.key()));
        return files;
    }

    private Contexts read() throws IOException {
        List<X509Certificate> authorities = TlsFiles.authorities(tls.authorities());
        Optional<Identity> files = tls.identity();
        Optional<ServerIdentity> identity =
                files.isEmpty() ? Optional.empty() : Optional.of(TlsFiles.identity(files.get()));
        try {
            JdkSslContext probes =
                    (JdkSslContext) builder(SslProvider.JDK, authorities, identity).build();
            SslContextBuilder traffic = builder(Provider.CHOSEN, authorities, identity);
            if (!alpn.isEmpty()) {
                traffic.applicationProtocolConfig(ClientContexts.offer(alpn));
            }
            return new Contexts(traffic.build(), probes);
        } catch (IOException | IllegalArgumentException wrong) {
            throw new IOException("backend " + backend + ": " + wrong.getMessage(), wrong);
        }
    }

    private SslContextBuilder builder(
            SslProvider provider,
            List<X509Certificate> authorities,
            Optional<ServerIdentity> identity) {
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .sslProvider(provider)
                        .protocols(ClientContexts.versions(tls.minVersion()))
                        .endpointIdentificationAlgorithm(
                                tls.verify() == Verify.NAME ? HTTPS : null);
        if (!tls.ciphers().isEmpty()) {
            builder.ciphers(ClientContexts.suites(tls.minVersion(), tls.ciphers()));
        }
        if (tls.verify() == Verify.NONE) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        } else if (!authorities.isEmpty()) {
            builder.trustManager(authorities);
        }
        if (identity.isPresent()) {
            PrivateKey key = identity.get().key();
            builder.keyManager(key, identity.get().chain().toArray(X509Certificate[]::new));
        }
        return builder;
    }

    /**
     * Adds what secures a connection that is about to be made; the protocol's handler comes when it
     * is.
     *
     * @param failed called on the loop instead, when the other side is not who it should be
     */
    public void secure(
            SocketChannel channel,
            InetSocketAddress server,
            ChannelHandler handler,
            Runnable failed) {
        SslHandler layer =
                contexts.traffic().newHandler(channel.alloc(), host(server), server.getPort());
        layer.setHandshakeTimeoutMillis(0); // the caller's deadline goes on
        channel.pipeline()
                .addLast(new LastRead(), layer, new ServerHandshake(channel, handler, failed));
    }

    /** A name is asked for (SNI) and verified; an address is only verified. */
    private String host(InetSocketAddress server) {
        return tls.serverName().orElse(server.getAddress().getHostAddress());
    }

    /**
     * A probe's connection, secured; blocks for the handshake.
     *
     * @param connected to the server; closed with what is returned
     * @param protocols of which the server has to agree on one (ALPN); empty: it is not asked
     * @throws IOException when the server is not who it should be
     */
    public Socket secure(Socket connected, InetSocketAddress server, List<String> protocols)
            throws IOException {
        SSLSocket secured =
                (SSLSocket)
                        contexts.probes()
                                .context()
                                .getSocketFactory()
                                .createSocket(connected, host(server), server.getPort(), true);
        SSLParameters parameters = secured.getSSLParameters();
        tls.serverName()
                .ifPresent(name -> parameters.setServerNames(List.of(new SNIHostName(name))));
        parameters.setProtocols(ClientContexts.versions(tls.minVersion()).toArray(String[]::new));
        if (!tls.ciphers().isEmpty()) {
            List<String> possible = List.of(secured.getSupportedCipherSuites());
            parameters.setCipherSuites(
                    ClientContexts.suites(tls.minVersion(), tls.ciphers()).stream()
                            .filter(possible::contains)
                            .toArray(String[]::new));
        }
        if (tls.verify() == Verify.NAME) {
            parameters.setEndpointIdentificationAlgorithm(HTTPS);
        }
        parameters.setApplicationProtocols(protocols.toArray(String[]::new));
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        if (!protocols.isEmpty() && !protocols.contains(secured.getApplicationProtocol())) {
            throw new SSLException("the server does not agree on " + String.join(", ", protocols));
        }
        return secured;
    }

    @Override
    public void renew() {
        FileStamps now = FileStamps.of(files());
        if (now.equals(seen)) {
            return;
        }
        seen = now; // what cannot be used is tried again when it changes again
        try {
            Contexts made = read();
            Contexts old = contexts;
            contexts = made;
            afterTurn.accept(() -> ReferenceCountUtil.release(old.traffic()));
            LOG.info("backend {}: certificates read again", backend);
        } catch (IOException wrong) {
            LOG.error("backend {} keeps what it had: {}", backend, wrong.getMessage());
        }
    }

    @Override
    public void release() {
        ReferenceCountUtil.release(contexts.traffic());
    }
}
