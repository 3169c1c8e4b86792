package proa.node.reload;

import proa.config.BackendConfig;
import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.Http2Options;
import proa.config.HttpOptions;
import proa.config.HttpOptions.Version;
import proa.node.balance.Pool;
import proa.node.exchange.Traffic;
import proa.node.exchange.Traffic.Decision;
import proa.node.listener.ListenException;
import proa.node.listener.Listener;
import proa.node.listener.Listeners;
import proa.node.listener.Protocol;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.http2.NegotiatedHttp;
import proa.node.protocol.tcp.TcpProtocol;
import proa.node.protocol.udp.UdpProtocol;
import proa.node.rules.Counters;
import proa.node.rules.FrontendTraffic;
import proa.node.rules.Surroundings;
import proa.node.tls.FrontendSecurity;
import proa.node.tls.TlsProtocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Listeners on the loopback interface for requests of the node's own: one that answers, which
 * proves that the node serves, and for the warm-up proxies in front of it that are like the
 * configured ones.
 */
final class OwnTraffic {

    /** Not a name that a configuration can have. */
    static final String NAME = "(self)";

    /** What keys of our own begin with; nobody writes such. */
    static final String KEYS = NAME + "-";

    private static final int OK = 200;

    private final Listeners listeners;
    private final Listener answering;

    private OwnTraffic(Listeners listeners, Listener answering) {
        this.listeners = listeners;
        this.answering = answering;
    }

    /** Starts to answer. */
    static OwnTraffic open(Listeners listeners) throws ListenException {
        return new OwnTraffic(listeners, answering(listeners, protocol -> protocol));
    }

    private static Listener answering(Listeners listeners, Function<HttpProtocol, Protocol> around)
            throws ListenException {
        Traffic alive = _ -> new Decision.Reply(OK, "alive");
        FrontendConfig frontend = frontend(Mode.HTTP);
        return listeners.openOwn(
                frontend, anyPort(), around.apply(new HttpProtocol(frontend, () -> alive)));
    }

    /** Another that answers, in TLS. */
    Listener secured(FrontendSecurity security) throws ListenException {
        return answering(listeners, protocol -> new TlsProtocol(security, protocol));
    }

    /** Another that answers, in HTTP/2 and in clear. */
    Listener ofHttp2() throws ListenException {
        HttpOptions options =
                new HttpOptions(
                        List.of(),
                        false,
                        List.of(),
                        List.of(),
                        List.of(Version.HTTP_2),
                        Http2Options.DEFAULTS);
        return answering(listeners, protocol -> new NegotiatedHttp(protocol, options));
    }

    /** One that sends datagrams back. */
    Listener echo() throws ListenException {
        return listeners.openOwn(frontend(Mode.UDP), anyPort(), new DatagramEcho());
    }

    /** One that speaks as a frontend of sessions does. */
    Listener ofSessions(OwnPaths.Speaking sessions) throws ListenException, StartException {
        FrontendConfig frontend = frontend(Mode.SESSIONS);
        return listeners.openOwn(frontend, anyPort(), sessions.as(frontend));
    }

    /** Where it answers 200 to every request. */
    InetSocketAddress address() {
        return answering.address();
    }

    /** The answering listener as a backend. */
    BackendConfig backend() {
        return backend(address(), BackendConfig.IDLE_CONNECTIONS_DEFAULT);
    }

    /** A listener of ours as a backend that keeps so many idle connections. */
    static BackendConfig backend(InetSocketAddress address, int idleConnectionsMax) {
        return new BackendConfig(
                NAME,
                BackendConfig.Balance.ROUND_ROBIN,
                new BackendConfig.Sticky.Off(),
                Optional.empty(),
                List.of(new BackendConfig.Server(NAME, address, 1, false)),
                BackendConfig.Timeouts.DEFAULTS,
                BackendConfig.RETRIES_DEFAULT,
                idleConnectionsMax);
    }

    /** A proxy in front of a listener that answers. */
    Listener proxy(Mode mode, Pool backend) throws ListenException {
        FrontendConfig frontend = frontend(mode);
        Counters none =
                table -> {
                    throw new IllegalStateException("no table " + table);
                };
        Surroundings nothing = new Surroundings(InstantSource.system(), _ -> 0);
        Traffic traffic = new FrontendTraffic(frontend, none, _ -> backend::destination, nothing);
        Protocol protocol =
                switch (mode) {
                    case HTTP -> new HttpProtocol(frontend, () -> traffic);
                    case TCP -> new TcpProtocol(frontend, () -> traffic);
                    case UDP -> new UdpProtocol(frontend, () -> traffic);
                    case SESSIONS -> throw new IllegalArgumentException("there is no server");
                };
        return listeners.openOwn(frontend, anyPort(), protocol);
    }

    /** It is not needed any more: its connections end. */
    void end(Listener listener) {
        listener.stop();
        listeners.forget(listener);
    }

    private static FrontendConfig frontend(Mode mode) {
        return new FrontendConfig(
                NAME,
                new FrontendConfig.Bind.Fixed(InetAddress.getLoopbackAddress(), 1),
                mode,
                List.of(),
                List.of(new FrontendConfig.Route(new Condition.Always(), NAME)),
                List.of(),
                Optional.empty(),
                FrontendConfig.Timeouts.DEFAULTS,
                FrontendConfig.Limits.DEFAULTS);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
