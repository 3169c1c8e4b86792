package proa.node.reload;

import proa.config.BackendConfig;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.BackendConfig.Sticky;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendConfig.Profile;
import proa.config.ProaConfig;
import proa.node.protocol.tcp.TcpProtocol;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/** What connections may have besides what every one of their mode has, and is warmed up apart. */
enum PathKind {
    /** Rules that look at requests and change fields, and clients that stick by a cookie. */
    RULES,

    /** An upgrade to a WebSocket, of which no configuration tells. */
    UPGRADE,

    /** A PROXY header, from clients or to servers. */
    PROXY_HEADER,

    /** TLS around a stream. */
    TLS_STREAM,

    /** The server name in a handshake that is passed on. */
    SERVER_NAME,

    /** Long streams inside the kernel. */
    BULK;

    /** Those that connections of a configuration may have. */
    static Set<PathKind> of(ProaConfig config) {
        Set<PathKind> kinds = EnumSet.noneOf(PathKind.class);
        for (PathKind kind : values()) {
            if (kind.isIn(config)) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    private boolean isIn(ProaConfig config) {
        return switch (this) {
            case RULES ->
                    any(config, Mode.HTTP, frontend -> !frontend.rules().isEmpty())
                            || config.backends().stream()
                                    .map(BackendConfig::sticky)
                                    .anyMatch(Sticky.Cookie.class::isInstance);
            case UPGRADE -> any(config, Mode.HTTP, _ -> true);
            case PROXY_HEADER ->
                    config.frontends().stream().anyMatch(each -> each.http().proxyProtocol())
                            || config.backends().stream()
                                    .anyMatch(each -> each.proxyProtocol() != ProxyProtocol.OFF);
            case TLS_STREAM -> any(config, Mode.TCP, frontend -> frontend.tls().isPresent());
            case SERVER_NAME ->
                    any(
                            config,
                            Mode.TCP,
                            frontend ->
                                    TcpProtocol.peeks(
                                            frontend, Assembly.byServerName(frontend, config)));
            case BULK -> any(config, Mode.TCP, frontend -> frontend.profile() == Profile.BULK);
        };
    }

    /** Whether the node itself carries such a frontend. */
    private static boolean any(ProaConfig config, Mode mode, Predicate<FrontendConfig> such) {
        return config.frontends().stream()
                .filter(frontend -> frontend.mode() == mode && !frontend.forwarding().byKernel())
                .anyMatch(such);
    }
}
