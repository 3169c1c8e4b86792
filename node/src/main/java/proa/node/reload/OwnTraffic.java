package proa.node.reload;

import proa.config.BackendConfig;
import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.node.balance.Pool;
import proa.node.exchange.Traffic;
import proa.node.exchange.Traffic.Decision;
import proa.node.listener.ListenException;
import proa.node.listener.Listener;
import proa.node.listener.Listeners;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.tcp.TcpProtocol;
import proa.node.rules.Counters;
import proa.node.rules.FrontendTraffic;
import proa.node.rules.Surroundings;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Listeners on the loopback interface for requests of the node's own: one that answers, which
 * proves that the node serves, and for the warm-up proxies in front of it that are like the
 * configured ones.
 */
final class OwnTraffic {

    /** Not a name that a configuration can have. */
    static final String NAME = "(self)";

    private static final int OK = 200;

    private final Listeners listeners;
    private final Listener answering;

    private OwnTraffic(Listeners listeners, Listener answering) {
        this.listeners = listeners;
        this.answering = answering;
    }

    /** Starts to answer. */
    static OwnTraffic open(Listeners listeners) throws ListenException {
        Traffic alive = _ -> new Decision.Reply(OK, "alive");
        FrontendConfig frontend = frontend(Mode.HTTP);
        return new OwnTraffic(
                listeners,
                listeners.openOwn(frontend, anyPort(), new HttpProtocol(frontend, () -> alive)));
    }

    /** Where it answers 200 to every request. */
    InetSocketAddress address() {
        return answering.address();
    }

    /** The answering listener as a backend. */
    BackendConfig backend() {
        return new BackendConfig(
                NAME,
                BackendConfig.Balance.ROUND_ROBIN,
                new BackendConfig.Sticky.Off(),
                Optional.empty(),
                List.of(new BackendConfig.Server(NAME, address(), 1, false)),
                BackendConfig.Timeouts.DEFAULTS,
                BackendConfig.RETRIES_DEFAULT,
                BackendConfig.IDLE_CONNECTIONS_DEFAULT);
    }

    /** A proxy in front of the answering listener. */
    Listener proxy(Mode mode, Pool backend) throws ListenException {
        FrontendConfig frontend = frontend(mode);
        Counters none =
                table -> {
                    throw new IllegalStateException("no table " + table);
                };
        Surroundings nothing = new Surroundings(InstantSource.system(), _ -> 0);
        Traffic traffic = new FrontendTraffic(frontend, none, _ -> backend::destination, nothing);
        return listeners.openOwn(
                frontend,
                anyPort(),
                mode == Mode.TCP
                        ? new TcpProtocol(frontend, () -> traffic)
                        : new HttpProtocol(frontend, () -> traffic));
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
