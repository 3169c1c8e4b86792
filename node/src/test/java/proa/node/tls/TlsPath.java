package proa.node.tls;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.config.FrontendTls;
import proa.config.tls.TicketSecrets;
import proa.node.listener.EventLoops;
import proa.node.listener.Listener;
import proa.node.listener.Listeners;
import proa.node.listener.Protocol;
import proa.node.listener.Transport;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.http2.NegotiatedHttp;
import proa.node.protocol.tcp.TcpProtocol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** The data path behind TLS, on loopback, with a clock that the test sets. */
public final class TlsPath implements AutoCloseable {

    public final EventLoops loops;
    public final Listeners listeners;
    public final Listener listener;
    public final FixedTraffic traffic;
    public final FrontendSecurity security;
    public final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

    private TlsPath(Transport transport, FrontendConfig frontend, BackendConfig backend)
            throws IOException {
        loops = EventLoops.start(transport, 1);
        listeners = new Listeners(loops);
        traffic = new FixedTraffic(backend);
        InstantSource time = now::get;
        security =
                FrontendSecurity.open(
                        frontend.name(),
                        frontend.tls().orElseThrow(),
                        time,
                        loops::afterTurn,
                        TicketSecrets.random(new SecureRandom(), Instant.now()));
        Protocol inner =
                frontend.mode() == FrontendConfig.Mode.TCP
                        ? new TcpProtocol(frontend, () -> traffic)
                        : new NegotiatedHttp(
                                new HttpProtocol(frontend, () -> traffic), frontend.http());
        listener =
                listeners.open(
                        frontend,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new TlsProtocol(security, inner));
    }

    public static TlsPath of(FrontendConfig.Mode mode, FrontendTls tls, ScriptedServer... servers)
            throws IOException {
        return of(Transport.best(), mode, tls, servers);
    }

    public static TlsPath of(
            Transport transport,
            FrontendConfig.Mode mode,
            FrontendTls tls,
            ScriptedServer... servers)
            throws IOException {
        return new TlsPath(
                transport,
                TestConfigs.frontend(mode).with(tls),
                TestConfigs.backend(Stream.of(servers).map(ScriptedServer::address).toList()));
    }

    /** Behind a frontend that has TLS and anything else. */
    public static TlsPath of(FrontendConfig frontend, ScriptedServer server) throws IOException {
        return new TlsPath(
                Transport.best(), frontend, TestConfigs.backend(List.of(server.address())));
    }

    public InetSocketAddress address() {
        return listener.address();
    }

    /** A JDK client after its handshake. */
    public SSLSocket connect(SSLContext client, String serverName) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        client.getSocketFactory()
                                .createSocket(address().getAddress(), address().getPort());
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        SSLParameters parameters = socket.getSSLParameters();
        if (!serverName.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    @Override
    public void close() {
        listeners.close();
        loops.close();
        security.release();
    }
}
