package proa.config.change;

import proa.config.BackendConfig;
import proa.config.ClusterConfig;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Route;
import proa.config.GroupConfig;
import proa.config.NotifyConfig;
import proa.config.TableConfig;

import java.util.List;
import java.util.function.Function;

/** What a record of the configuration consists of, each part with the key it is written under. */
final class Parts {

    static final List<Part<ClusterConfig>> CLUSTER =
            List.of(
                    new Part<>("name", ClusterConfig::name),
                    new Part<>("timing", ClusterConfig::timing),
                    new Part<>("nodes", ClusterConfig::nodes),
                    new Part<>("tls", ClusterConfig::tls),
                    new Part<>("ports", ClusterConfig::ports),
                    new Part<>("ownership", ClusterConfig::ownership),
                    new Part<>("max-lag", ClusterConfig::maxLag));

    static final List<Part<ClusterConfig.Node>> NODE =
            List.of(
                    new Part<>("name", ClusterConfig.Node::name),
                    new Part<>("id", ClusterConfig.Node::id),
                    new Part<>("addresses", ClusterConfig.Node::addresses));

    static final List<Part<ClusterConfig.Ports>> PORTS =
            List.of(
                    new Part<>("members", ClusterConfig.Ports::members),
                    new Part<>("sessions", ClusterConfig.Ports::sessions),
                    new Part<>("engine", ClusterConfig.Ports::engine),
                    new Part<>("mesh", ClusterConfig.Ports::mesh));

    static final List<Part<GroupConfig>> GROUP =
            List.of(
                    new Part<>("name", GroupConfig::name),
                    new Part<>("vrid", GroupConfig::vrid),
                    new Part<>("prefer", GroupConfig::prefer),
                    new Part<>("failback", GroupConfig::failback),
                    new Part<>("vips", GroupConfig::vips),
                    new Part<>("track.gateway", GroupConfig::gateway),
                    new Part<>("track", GroupConfig::track),
                    new Part<>("vrrp", GroupConfig::vrrp),
                    new Part<>("gateway-vip or egress", GroupConfig::behind),
                    new Part<>("hook", GroupConfig::carrier));

    static final List<Part<TableConfig>> TABLE =
            List.of(
                    new Part<>("name", TableConfig::name),
                    new Part<>("key", TableConfig::key),
                    new Part<>("expire", TableConfig::expire),
                    new Part<>("entries", TableConfig::entries),
                    new Part<>("ipv4-prefix, ipv6-prefix", TableConfig::prefix),
                    new Part<>("count", TableConfig::counters),
                    new Part<>("tags", TableConfig::tags));

    static final List<Part<FrontendConfig>> FRONTEND =
            List.of(
                    new Part<>("name", FrontendConfig::name),
                    new Part<>("bind", FrontendConfig::bind),
                    new Part<>("mode", FrontendConfig::mode),
                    new Part<>("rules", FrontendConfig::rules),
                    new Part<>("routes", FrontendConfig::routes),
                    new Part<>("allow", FrontendConfig::allow),
                    new Part<>("users", FrontendConfig::users),
                    new Part<>("timeouts", FrontendConfig::timeouts),
                    new Part<>("limits", FrontendConfig::limits),
                    new Part<>(
                            "trusted, forwarded, error-pages, proxy-protocol or protocols",
                            FrontendConfig::http),
                    new Part<>("tls", FrontendConfig::tls),
                    new Part<>("udp", FrontendConfig::udp),
                    new Part<>("forwarding", FrontendConfig::forwarding),
                    new Part<>("syn-proxy or replicate-connections", FrontendConfig::nat),
                    new Part<>("profile", FrontendConfig::profile),
                    new Part<>("log or request-id", FrontendConfig::records));

    static final List<Part<BackendConfig>> BACKEND =
            List.of(
                    new Part<>("name", BackendConfig::name),
                    new Part<>("balance", BackendConfig::balance),
                    new Part<>("sticky", BackendConfig::sticky),
                    new Part<>("check", BackendConfig::check),
                    new Part<>("timeouts", BackendConfig::timeouts),
                    new Part<>("retries", BackendConfig::retries),
                    new Part<>("idle-connections", BackendConfig::idleConnectionsMax),
                    new Part<>("spreading", BackendConfig::spreading),
                    new Part<>("health", BackendConfig::health),
                    new Part<>("proxy-protocol", BackendConfig::proxyProtocol),
                    new Part<>("tls", BackendConfig::tls),
                    new Part<>("protocol", BackendConfig::protocol),
                    new Part<>("source", BackendConfig::sources));

    static final List<Part<BackendConfig.Server>> SERVER =
            List.of(
                    new Part<>("name", BackendConfig.Server::name),
                    new Part<>("address", BackendConfig.Server::address),
                    new Part<>("weight", BackendConfig.Server::weight),
                    new Part<>("backup", BackendConfig.Server::backup),
                    new Part<>("tier", BackendConfig.Server::tier),
                    new Part<>("connections", BackendConfig.Server::connectionsMax),
                    new Part<>("rate", BackendConfig.Server::rate));

    /** Of a frontend that the kernel carries: what vipd reads at its start. */
    static final List<Part<FrontendConfig>> CARRIED_FRONTEND =
            List.of(
                    new Part<>("bind", FrontendConfig::bind),
                    new Part<>("mode", FrontendConfig::mode),
                    new Part<>("forwarding", FrontendConfig::forwarding),
                    new Part<>("allow", FrontendConfig::allow),
                    new Part<>("syn-proxy or replicate-connections", FrontendConfig::nat),
                    new Part<>("backend", Parts::firstRoute));

    /** Likewise, of its backend. */
    static final List<Part<BackendConfig>> CARRIED_BACKEND =
            List.of(
                    new Part<>("hash", backend -> backend.spreading().hash().isPresent()),
                    new Part<>("active-min", backend -> backend.spreading().activeMin()),
                    new Part<>("servers", Parts::namesOfServers));

    /** Likewise, of a server there. */
    static final List<Part<BackendConfig.Server>> CARRIED_SERVER =
            List.of(
                    new Part<>("address", BackendConfig.Server::address),
                    new Part<>("weight", BackendConfig.Server::weight),
                    new Part<>("backup", BackendConfig.Server::backup),
                    new Part<>("tier", BackendConfig.Server::tier));

    static final List<Part<NotifyConfig>> NOTIFY =
            List.of(
                    new Part<>("program, webhook or token", NotifyConfig::target),
                    new Part<>("on", NotifyConfig::on),
                    new Part<>("timeout", NotifyConfig::timeout),
                    new Part<>("retries", NotifyConfig::retries));

    private Parts() {}

    private static List<String> firstRoute(FrontendConfig frontend) {
        return frontend.routes().stream().limit(1).map(Route::backend).toList();
    }

    private static List<String> namesOfServers(BackendConfig backend) {
        return backend.servers().stream().map(BackendConfig.Server::name).toList();
    }

    /** One part. */
    record Part<T>(String key, Function<T, Object> of) {
        private boolean differs(T before, T after) {
            return !of.apply(before).equals(of.apply(after));
        }
    }

    /** The keys of the parts that differ. */
    static <T> List<String> differing(List<Part<T>> parts, T before, T after) {
        return parts.stream().filter(part -> part.differs(before, after)).map(Part::key).toList();
    }
}
