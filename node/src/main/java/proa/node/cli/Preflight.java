package proa.node.cli;

import proa.config.AdminConfig;
import proa.config.ClusterConfig;
import proa.config.EarlyNotice;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.tls.Expiry;
import proa.node.cli.ListeningSockets.Transport;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Configuration and machine → what would go wrong. Decides without looking anywhere itself. */
final class Preflight {

    private static final int CAP_NET_BIND_SERVICE = 10;
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;

    private final ProaConfig config;
    private final Optional<ClusterConfig.Node> self;
    private final Host host;
    private final List<Finding> findings = new ArrayList<>();

    private Preflight(ProaConfig config, Optional<ClusterConfig.Node> self, Host host) {
        this.config = config;
        this.self = self;
        this.host = host;
    }

    /**
     * One thing that would go wrong, or is merely doubtful.
     *
     * @param fatal whether something would not work at all
     * @param message what, one line
     * @param remedy what to do
     */
    record Finding(boolean fatal, String message, String remedy) {
        @Override
        public String toString() {
            return (fatal ? "host: " : "host: warning: ") + message + " (" + remedy + ")";
        }
    }

    static List<Finding> of(ProaConfig config, String node, Host host) {
        Preflight preflight = new Preflight(config, config.cluster().node(node), host);
        preflight.addresses();
        if (preflight.vipdNeedsTheKernel()) {
            preflight.rights();
            config.groups().forEach(group -> group.vips().forEach(preflight::vip));
            config.groups().forEach(group -> group.behind().gateways().forEach(preflight::gateway));
            preflight.kernel();
            preflight.directServers();
            preflight.routedServers();
        }
        preflight.ports();
        preflight.certificates();
        host.users()
                .forEach(wrong -> preflight.fatal(wrong, "`proa users add` writes such a file"));
        host.pages().forEach(wrong -> preflight.fatal(wrong, "a readable file, at most 64 KiB"));
        return List.copyOf(preflight.findings);
    }

    private void fatal(String message, String remedy) {
        findings.add(new Finding(true, message, remedy));
    }

    private void doubtful(String message, String remedy) {
        findings.add(new Finding(false, message, remedy));
    }

    private void addresses() {
        self.stream()
                .flatMap(node -> node.addresses().stream())
                .filter(
                        address ->
                                host.interfaces().stream().noneMatch(each -> owns(each, address)))
                .forEach(
                        address ->
                                fatal(
                                        "no interface has this node's address "
                                                + address.getHostAddress(),
                                        "is --node right? `ip address` lists what there is"));
    }

    /** Every address of 127.0.0.0/8 is the loopback interface's, though only one is listed. */
    private static boolean owns(Host.Interface each, InetAddress address) {
        return each.addresses().contains(address)
                || (address.isLoopbackAddress()
                        && each.addresses().stream().anyMatch(InetAddress::isLoopbackAddress));
    }

    private boolean may(int capability) {
        return (host.capabilities() >>> capability & 1) != 0;
    }

    private void rights() {
        List<String> missing = new ArrayList<>();
        if (!may(CAP_NET_ADMIN)) {
            missing.add("CAP_NET_ADMIN");
        }
        if (!may(CAP_NET_RAW)) {
            missing.add("CAP_NET_RAW");
        }
        if (!missing.isEmpty()) {
            fatal(
                    "vipd would lack "
                            + String.join(" and ", missing)
                            + " and could hold no address",
                    "run as root, or give the service these capabilities");
        }
    }

    private void gateway(GroupConfig.Vip gateway) {
        if (host.interfaces().stream().noneMatch(each -> each.reaches(gateway.address()))) {
            fatal(
                    "no interface has a network with gateway-vip "
                            + gateway.address().getHostAddress()
                            + " in it",
                    "give this host an address of its own on the servers' network");
        }
    }

    private void kernel() {
        VipHost vip = host.vip();
        if (!vip.tun()) {
            fatal("there is no /dev/net/tun to hold addresses on", "modprobe tun");
        }
        if (vip.managed()) {
            doubtful(
                    "systemd-networkd may manage vipd's devices",
                    "/etc/systemd/network/"
                            + VipHost.NETWORK_FILE
                            + " with [Match] Name=proa* and [Link] Unmanaged=yes, as the package"
                            + " has it");
        }
        vip.programs().forEach(each -> fatal(each + ", cannot be run", "chmod +x, or its path"));
        vip.lease()
                .ifPresent(
                        why ->
                                fatal(
                                        "the kernel cannot hold leases: " + why,
                                        "load nf_tables, nft_ct and nft_dup_ipv4; Linux 5.12 and"
                                                + " up"));
        vip.forwarding()
                .ifPresent(
                        why ->
                                fatal(
                                        "the kernel cannot forward: " + why,
                                        "install nftables 1.0; load nft_hash, nft_nat and"
                                                + " nft_chain_nat"));
    }

    /** A router between here and a server would bring the packet back to its address's owner. */
    private void directServers() {
        for (FrontendConfig frontend : config.frontends()) {
            if (frontend.forwarding() != FrontendConfig.Forwarding.DSR) {
                continue;
            }
            servers(frontend)
                    .filter(server -> host.interfaces().stream().noneMatch(i -> i.reaches(server)))
                    .forEach(
                            server ->
                                    fatal(
                                            "no interface has a network with server "
                                                    + server.getHostAddress()
                                                    + " of frontend "
                                                    + frontend.name(),
                                            "forwarding = dsr needs servers on a network of this"
                                                    + " host, or forwarding = nat"));
        }
    }

    private Stream<InetAddress> servers(FrontendConfig frontend) {
        return frontend.routes().stream()
                .flatMap(route -> config.backend(route.backend()).stream())
                .flatMap(backend -> backend.servers().stream())
                .map(server -> server.address().getAddress())
                .distinct();
    }

    /**
     * What a standby's checks are answered keeps its source by the owner, who knows nodes by the
     * gateway's network: not where clients may be on it as well.
     */
    private void routedServers() {
        for (FrontendConfig frontend : config.frontends()) {
            if (frontend.forwarding().returns()
                    && frontend.bind() instanceof Bind.Floating(String group, String name, _)) {
                GroupConfig found = config.group(group).orElseThrow();
                InetAddress vip = found.vip(name).orElseThrow().address();
                List<InetAddress> gateways =
                        found.behind().gateways().stream()
                                .map(GroupConfig.Vip::address)
                                .filter(gateway -> share(gateway, vip))
                                .toList();
                servers(frontend).forEach(server -> routed(frontend, server, gateways));
            }
        }
    }

    private void routed(FrontendConfig frontend, InetAddress server, List<InetAddress> gateways) {
        gateways.stream()
                .filter(gateway -> gateway.getClass() == server.getClass())
                .filter(gateway -> !share(gateway, server))
                .forEach(
                        gateway ->
                                doubtful(
                                        "server "
                                                + server.getHostAddress()
                                                + " of frontend "
                                                + frontend.name()
                                                + " is beyond the network of gateway-vip "
                                                + gateway.getHostAddress()
                                                + ", where its floating address is too",
                                        "what it answers to this host's own address there must"
                                                + " come back past the owner, or a standby's checks"
                                                + " fail; or give servers a network of their own"));
    }

    private boolean share(InetAddress one, InetAddress other) {
        return host.interfaces().stream()
                .flatMap(each -> each.networks().stream())
                .anyMatch(network -> network.contains(one) && network.contains(other));
    }

    private void vip(GroupConfig.Vip vip) {
        String shown = vip.address().getHostAddress();
        Optional<Host.Interface> carrier =
                vip.interfaceName()
                        .map(
                                name ->
                                        host.interfaces().stream()
                                                .filter(each -> each.name().equals(name))
                                                .findFirst())
                        .orElseGet(
                                () ->
                                        host.interfaces().stream()
                                                .filter(each -> each.reaches(vip.address()))
                                                .findFirst());
        if (carrier.isEmpty()) {
            fatal(
                    vip.interfaceName()
                            .map(name -> "interface " + name + " for " + shown + " is missing")
                            .orElse("no interface has a network with " + shown + " in it"),
                    "write vips { "
                            + vip.name()
                            + " { address = \""
                            + shown
                            + "\", interface = NAME } }");
            return;
        }
        Host.Interface found = carrier.get();
        if (!found.up()) {
            fatal(
                    "interface " + found.name() + " for " + shown + " is down",
                    "ip link set " + found.name() + " up");
        }
        if (host.arpIgnore().getOrDefault(found.name(), 0) != 0) {
            fatal(
                    "arp_ignore is on for "
                            + found.name()
                            + ": nobody would answer ARP for "
                            + shown,
                    "sysctl net.ipv4.conf.all.arp_ignore=0 net.ipv4.conf."
                            + found.name()
                            + ".arp_ignore=0");
        }
        if (found.addresses().contains(vip.address())) {
            doubtful(
                    shown + " is already an address of " + found.name(),
                    "right only while Proa runs; otherwise remove it from the machine's own"
                            + " settings");
        }
    }

    private void ports() {
        config.frontends().forEach(this::frontendPort);
        ClusterConfig.Ports ports = config.cluster().ports();
        Stream<Integer> own =
                Stream.of(
                        ports.members(),
                        ports.members() + ClusterConfig.Ports.DETECTION_OFFSET,
                        ports.sessions(),
                        ports.mesh());
        self.map(ClusterConfig.Node::address)
                .ifPresent(
                        address -> {
                            own.forEach(port -> free("cluster", Transport.TCP, address, port));
                            earlyNotice(address);
                        });
        config.admin()
                .map(AdminConfig::address)
                .filter(admin -> admin.getPort() != 0)
                .ifPresent(
                        admin ->
                                free(
                                        "the admin listener",
                                        Transport.TCP,
                                        admin.getAddress(),
                                        admin.getPort()));
    }

    private void earlyNotice(InetAddress own) {
        int port = EarlyNotice.port(config.cluster().ports());
        if (vipdNeedsTheKernel()
                && EarlyNotice.obstacle(config, own).isEmpty()
                && host.listening().stream()
                        .anyMatch(socket -> socket.collides(Transport.TCP, own, port))) {
            doubtful(
                    "port "
                            + port
                            + " (`cluster.ports.mesh` + 1) is in use by another process: others"
                            + " learn some 10 ms later that vipd was killed",
                    "`ss -ltnp 'sport = :" + port + "'` names it; or another `cluster.ports.mesh`");
        }
    }

    private boolean vipdNeedsTheKernel() {
        return !config.groups().isEmpty()
                && config.cluster().ownership() == ClusterConfig.Ownership.KERNEL;
    }

    /** What the kernel forwards has no socket: neither a right is needed nor a port. */
    private void frontendPort(FrontendConfig frontend) {
        if (frontend.forwarding().byKernel()) {
            return;
        }
        Transport transport =
                frontend.mode() == FrontendConfig.Mode.UDP ? Transport.UDP : Transport.TCP;
        int port = frontend.bind().port();
        String what = "frontend " + frontend.name();
        if (port < host.unprivilegedPortStart() && !may(CAP_NET_BIND_SERVICE)) {
            fatal(
                    what + " cannot listen on port " + port + " without CAP_NET_BIND_SERVICE",
                    "give the service that capability, or use a port from "
                            + host.unprivilegedPortStart());
        }
        switch (frontend.bind()) {
            case Bind.Fixed(InetAddress address, int fixed) ->
                    free(what, transport, address, fixed);
            case Bind.Floating(String group, String vip, int floating) ->
                    config.group(group)
                            .flatMap(found -> found.vip(vip))
                            .ifPresent(found -> free(what, transport, found.address(), floating));
        }
    }

    private void free(String what, Transport transport, InetAddress address, int port) {
        host.listening().stream()
                .filter(socket -> socket.collides(transport, address, port))
                .findFirst()
                .ifPresent(
                        socket ->
                                fatal(
                                        (transport == Transport.UDP ? "UDP port " : "port ")
                                                + port
                                                + " of "
                                                + what
                                                + " is in use by another process",
                                        (transport == Transport.UDP ? "`ss -lunp" : "`ss -ltnp")
                                                + " 'sport = :"
                                                + port
                                                + "'` names it"));
    }

    private void certificates() {
        host.broken()
                .ifPresent(
                        wrong ->
                                fatal(
                                        wrong,
                                        "`proa cert cluster -c FILE --out DIR` makes what is"
                                                + " missing"));
        for (Expiry expiry : host.certificates()) {
            String remedy = "`proa cert node --force` makes a new one";
            switch (expiry.state()) {
                case FINE -> {}
                case WARNING, URGENT -> doubtful(expiry.message().orElse(""), remedy);
                case EXPIRED, NOT_YET_VALID -> fatal(expiry.message().orElse(""), remedy);
            }
        }
    }
}
