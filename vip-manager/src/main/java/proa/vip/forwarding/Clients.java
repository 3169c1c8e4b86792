package proa.vip.forwarding;

import proa.config.Network;

import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which clients a service takes: those of its list, if it has one, and none on its servers' own
 * network, because a server would answer such a client directly, past the balancer, and the client
 * takes no answer from an address it has not asked. What is not taken finds no rule; without one it
 * is a packet to this host.
 *
 * <p>So whatever a server sends into that network is no client's: it is another node's, whose check
 * is answered by way of the gateway, and has to keep its source. That holds for servers behind a
 * further router too, which is why the network that they are reached by counts as theirs, unless
 * the floating address itself is in it: there may be clients, of which the gateway cannot tell
 * nodes.
 *
 * @param service what it carries
 * @param near the networks of its servers here; empty: answers find their way from anywhere
 * @param six IPv6, else IPv4
 */
record Clients(Service service, List<Network> near, boolean six) {

    Clients {
        // The host lists its addresses in any order, and another text is another table.
        near = near.stream().sorted(Comparator.comparing(Network::toString)).toList();
    }

    /**
     * Those of a service.
     *
     * @param exits of all groups: a server may route by any of them
     */
    static Clients of(Service service, List<Exit> exits, boolean six) {
        if (!service.forwarding().returns()) {
            return new Clients(service, List.of(), six);
        }
        List<Network> behind =
                exits.stream().flatMap(exit -> exit.networks().stream()).distinct().toList();
        boolean routed =
                service.servers().stream()
                        .map(server -> server.address().getAddress())
                        .anyMatch(
                                server -> behind.stream().noneMatch(each -> each.contains(server)));
        return new Clients(
                service,
                behind.stream()
                        .filter(
                                network ->
                                        holdsServer(network, service)
                                                || routed
                                                        && !network.contains(
                                                                service.address().getAddress()))
                        .toList(),
                six);
    }

    private static boolean holdsServer(Network network, Service service) {
        return service.servers().stream()
                .anyMatch(server -> network.contains(server.address().getAddress()));
    }

    /** The sets that the rules name. */
    String sets() {
        List<Network> allow =
                service.allow().stream()
                        .filter(network -> network.address().getAddress().length == bytes())
                        .toList();
        return (service.allow().isEmpty() ? "" : set("_allow", "", allow))
                + (near.isEmpty() ? "" : set("_near", "counter; ", near));
    }

    private int bytes() {
        return six ? 16 : 4;
    }

    private String set(String name, String counting, List<Network> networks) {
        String all = networks.stream().map(Network::toString).collect(Collectors.joining(", "));
        String elements = all.isEmpty() ? "" : "elements = { " + all + " }\n";
        return "  set "
                + RuleSet.name(service)
                + name
                + " { type "
                + (six ? "ipv6_addr" : "ipv4_addr")
                + "; flags interval; auto-merge; "
                + counting
                + elements
                + "  }\n";
    }

    /** A packet of a client that is taken. */
    String taken() {
        return (service.allow().isEmpty() ? "" : from("_allow"))
                + (near.isEmpty() ? "" : from(" != ", "_near"))
                + target();
    }

    /** Refuses who comes from the servers' network; its set, which is looked at last, counts. */
    String refused() {
        String how = service.udp() ? "reject" : "reject with tcp reset";
        return target() + " " + from("_near") + how;
    }

    /** A packet to somewhere else than the servers' network; everything, if there is none. */
    String beyond() {
        return near.isEmpty() ? "" : ip() + " daddr != @" + RuleSet.name(service) + "_near ";
    }

    private String from(String set) {
        return from(" ", set);
    }

    private String from(String how, String set) {
        return ip() + " saddr" + how + "@" + RuleSet.name(service) + set + " ";
    }

    private String target() {
        InetSocketAddress address = service.address();
        return ip()
                + " daddr "
                + address.getAddress().getHostAddress()
                + (service.udp() ? " udp" : " tcp")
                + " dport "
                + address.getPort();
    }

    private String ip() {
        return six ? "ip6" : "ip";
    }
}
