package proa.node.reload;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Sticky;
import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendConfig.Profile;
import proa.config.FrontendConfig.Rule;
import proa.config.FrontendConfig.Side;
import proa.config.HeaderEdit;
import proa.config.Http2Options;
import proa.config.HttpOptions;
import proa.config.HttpOptions.Version;
import proa.config.Network;
import proa.config.Template;
import proa.config.Template.Part;
import proa.config.Template.Variable;
import proa.config.UdpOptions;
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
    private static final int FORBIDDEN = 403;

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
        return answering(listeners, frontend(Mode.HTTP), around);
    }

    private static Listener answering(
            Listeners listeners, FrontendConfig frontend, Function<HttpProtocol, Protocol> around)
            throws ListenException {
        Traffic alive = _ -> new Decision.Reply(OK, "alive");
        return listeners.openOwn(
                frontend, anyPort(), around.apply(new HttpProtocol(frontend, () -> alive)));
    }

    /** Another that answers, in TLS. */
    Listener secured(FrontendSecurity security) throws ListenException {
        return answering(listeners, protocol -> new TlsProtocol(security, protocol));
    }

    /** A stream in TLS, passed on to one that answers. */
    Listener securedStream(FrontendSecurity security, Pool backend) throws ListenException {
        FrontendConfig frontend = frontend(Mode.TCP);
        Traffic traffic = traffic(frontend, backend);
        return listeners.openOwn(
                frontend,
                anyPort(),
                new TlsProtocol(security, new TcpProtocol(frontend, () -> traffic)));
    }

    /** Another that answers, after a PROXY header. */
    Listener announced() throws ListenException {
        HttpOptions options = new HttpOptions(List.of(loopback()), true, List.of(), List.of());
        return answering(listeners, frontend(Mode.HTTP, List.of(), options), protocol -> protocol);
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

    /** One that sends bytes back. */
    Listener echo(StreamEcho echo) throws ListenException {
        return listeners.openOwn(frontend(Mode.TCP), anyPort(), echo);
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
        return backend(address, idleConnectionsMax, new Sticky.Off());
    }

    /** Likewise, whose clients stick. */
    static BackendConfig backend(InetSocketAddress address, int idleConnectionsMax, Sticky sticky) {
        return new BackendConfig(
                NAME,
                BackendConfig.Balance.ROUND_ROBIN,
                sticky,
                Optional.empty(),
                List.of(new BackendConfig.Server(NAME, address, 1, false)),
                BackendConfig.Timeouts.DEFAULTS,
                BackendConfig.RETRIES_DEFAULT,
                idleConnectionsMax);
    }

    /** A proxy in front of a listener that answers. */
    Listener proxy(Mode mode, Pool backend) throws ListenException {
        FrontendConfig frontend = frontend(mode);
        Traffic traffic = traffic(frontend, backend);
        Protocol protocol =
                switch (mode) {
                    case HTTP -> new HttpProtocol(frontend, () -> traffic);
                    case TCP -> new TcpProtocol(frontend, () -> traffic);
                    case UDP -> new UdpProtocol(frontend, () -> traffic);
                    case SESSIONS -> throw new IllegalArgumentException("there is no server");
                };
        return listeners.openOwn(frontend, anyPort(), protocol);
    }

    /** The same with rules, of the kinds that most frontends have. */
    Listener ruled(Pool backend) throws ListenException {
        FrontendConfig frontend = frontend(Mode.HTTP, rules(), HttpOptions.DEFAULTS);
        Traffic traffic = traffic(frontend, backend);
        return listeners.openOwn(frontend, anyPort(), new HttpProtocol(frontend, () -> traffic));
    }

    /** A proxy that passes on streams in the kernel. */
    Listener bulk(Pool backend) throws ListenException {
        FrontendConfig frontend = frontend(Mode.TCP).with(Profile.BULK);
        Traffic traffic = traffic(frontend, backend);
        return listeners.openOwn(frontend, anyPort(), new TcpProtocol(frontend, () -> traffic));
    }

    /** A proxy that looks for a server name. */
    Listener peeking(Pool backend) throws ListenException {
        FrontendConfig frontend = frontend(Mode.TCP);
        Traffic traffic = traffic(frontend, backend);
        return listeners.openOwn(
                frontend, anyPort(), new TcpProtocol(frontend, () -> traffic, true));
    }

    private static Traffic traffic(FrontendConfig frontend, Pool backend) {
        Counters none =
                table -> {
                    throw new IllegalStateException("no table " + table);
                };
        Surroundings nothing = new Surroundings(InstantSource.system(), _ -> 0);
        return new FrontendTraffic(frontend, none, _ -> backend::destination, nothing);
    }

    /** Conditions on the parts of a request that most are on, and fields set both ways. */
    private static List<Rule> rules() {
        Condition ours =
                new Condition.All(
                        List.of(
                                new Condition.PathPrefix("/warm"),
                                new Condition.HostSuffix(".example"),
                                new Condition.Header("X-Version", Optional.of("1")),
                                new Condition.Cookie("a", Optional.empty()),
                                new Condition.Source(List.of(loopback()))));
        Template source = new Template(List.of(new Part.Value(Variable.SRC, "")));
        return List.of(
                new Rule.Deny(new Condition.Method("TRACE"), FORBIDDEN),
                new Rule.Edit(
                        ours,
                        Side.REQUEST,
                        List.of(
                                new HeaderEdit.Set("X-Real-IP", source),
                                new HeaderEdit.Remove("X-Version"))),
                new Rule.Edit(
                        new Condition.Always(),
                        Side.RESPONSE,
                        List.of(new HeaderEdit.Set("X-Warm", Template.of("up")))));
    }

    private static Network loopback() {
        InetAddress address = InetAddress.getLoopbackAddress();
        return new Network(address, address.getAddress().length * Byte.SIZE);
    }

    /** It is not needed any more: its connections end. */
    void end(Listener listener) {
        listener.stop();
        listeners.forget(listener);
    }

    private static FrontendConfig frontend(Mode mode) {
        return frontend(mode, List.of(), HttpOptions.DEFAULTS);
    }

    private static FrontendConfig frontend(Mode mode, List<Rule> rules, HttpOptions options) {
        return new FrontendConfig(
                NAME,
                new FrontendConfig.Bind.Fixed(InetAddress.getLoopbackAddress(), 1),
                mode,
                rules,
                List.of(new FrontendConfig.Route(new Condition.Always(), NAME)),
                List.of(),
                Optional.empty(),
                FrontendConfig.Timeouts.DEFAULTS,
                FrontendConfig.Limits.DEFAULTS,
                options,
                Optional.empty(),
                UdpOptions.DEFAULTS);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
