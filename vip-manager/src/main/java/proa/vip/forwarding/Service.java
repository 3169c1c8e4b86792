package proa.vip.forwarding;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.FrontendConfig.Forwarding;
import proa.config.FrontendConfig.Mode;
import proa.config.GroupConfig;
import proa.config.NatOptions;
import proa.config.Network;
import proa.config.ProaConfig;
import proa.config.SynProxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One frontend that the kernel carries, with the servers behind it.
 *
 * @param frontend its name
 * @param group the traffic group of its address
 * @param forwarding anything but {@code PROXY}
 * @param udp datagrams instead of TCP
 * @param address the floating address and port
 * @param allow networks that may connect; empty: everybody
 * @param bySource whether all connections of one client address go to one server
 * @param activeMin usable servers below which the next tier is used too
 * @param nat what it does beyond translating
 * @param servers all that are configured, each of the address's family
 */
public record Service(
        String frontend,
        String group,
        Forwarding forwarding,
        boolean udp,
        InetSocketAddress address,
        List<Network> allow,
        boolean bySource,
        int activeMin,
        NatOptions nat,
        List<Server> servers) {

    public Service {
        allow = List.copyOf(allow);
        servers = List.copyOf(servers);
    }

    /** All that the kernel carries, in the order of the file. */
    public static List<Service> of(ProaConfig config) {
        return config.frontends().stream()
                .filter(frontend -> frontend.forwarding().byKernel())
                .map(frontend -> of(frontend, config))
                .toList();
    }

    private static Service of(FrontendConfig frontend, ProaConfig config) {
        if (!(frontend.bind() instanceof Bind.Floating(String group, String name, int port))) {
            throw new IllegalArgumentException(frontend.name() + " has no floating address");
        }
        InetAddress vip =
                config.group(group)
                        .flatMap(found -> found.vip(name))
                        .map(GroupConfig.Vip::address)
                        .orElseThrow(
                                () -> new IllegalArgumentException("no " + group + "/" + name));
        String to = frontend.routes().getFirst().backend();
        BackendConfig backend =
                config.backend(to).orElseThrow(() -> new IllegalArgumentException("no " + to));
        return new Service(
                frontend.name(),
                group,
                frontend.forwarding(),
                frontend.mode() == Mode.UDP,
                new InetSocketAddress(vip, port),
                frontend.allow(),
                backend.spreading().hash().isPresent(),
                backend.spreading().activeMin(),
                frontend.nat(),
                backend.servers());
    }

    /** Whether the kernel answers beginnings of connections itself, and how. */
    public Optional<SynProxy> synProxy() {
        return nat.synProxy();
    }

    /** Whether the kernel keeps who sends datagrams at one server for as long as they come. */
    public boolean remembersDatagrams() {
        return udp && forwarding == Forwarding.NAT;
    }

    /** The names of all servers. */
    public List<String> names() {
        return servers.stream().map(Server::name).toList();
    }

    /**
     * Those that new connections go to: usable and with a weight, tier by tier until there are
     * enough; backup servers when there is no other.
     */
    List<Server> taking(Set<String> usable) {
        List<Server> able =
                servers.stream()
                        .filter(server -> server.weight() > 0 && usable.contains(server.name()))
                        .toList();
        List<Server> first = able.stream().filter(server -> !server.backup()).toList();
        if (first.isEmpty()) {
            return able;
        }
        List<Server> taking = List.of();
        for (int tier = 1; tier <= TIERS && taking.size() < activeMin; tier++) {
            int upTo = tier;
            taking = first.stream().filter(server -> server.tier() <= upTo).toList();
        }
        return taking;
    }

    /** As many tiers as a file may have. */
    private static final int TIERS = 16;
}
