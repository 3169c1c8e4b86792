package proa.vip.forwarding;

import proa.config.BackendConfig.Server;
import proa.config.GroupConfig.Egress;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The addresses that connections of servers' own get ({@code egress = snat}), in one family.
 *
 * <p>An interface with the gateway of one such group has that group's address, whoever owns it:
 * servers come to its owner. Where gateways of several groups stand on one interface it has to be
 * the address of a group that is here, for answers come to that one's owner. No packet says by
 * which gateway it came, but a server whose address is behind frontends of one group alone has to
 * route by that group's. For all others a map has the address of a group that is ours.
 *
 * <p>Where none is, they are dropped: what the kernel has once sent on untranslated, it goes on
 * sending so, though the server asks again when the group is here.
 *
 * @param six IPv6, else IPv4
 * @param exits of this family, in the order of the file
 * @param services of this family
 */
record Outward(boolean six, List<Exit> exits, List<Service> services) {

    Outward {
        exits = exits.stream().filter(exit -> exit.egress() == Egress.SNAT).toList();
        services = List.copyOf(services);
    }

    /** Whether there is the map. */
    boolean shared() {
        return byDevice().values().stream().anyMatch(Outward::shared);
    }

    private static boolean shared(List<Exit> exits) {
        return exits.stream().map(Exit::from).distinct().count() > 1;
    }

    private Map<String, List<Exit>> byDevice() {
        Map<String, List<Exit>> byDevice = new LinkedHashMap<>();
        exits.forEach(
                exit -> byDevice.computeIfAbsent(exit.device(), _ -> new ArrayList<>()).add(exit));
        return byDevice;
    }

    /** What the map is to hold: of each interface's groups that are ours the first one's. */
    Map<String, InetAddress> addresses(Set<String> ours) {
        Map<String, InetAddress> addresses = new LinkedHashMap<>();
        for (List<Exit> all : byDevice().values()) {
            if (shared(all)) {
                all.stream()
                        .filter(exit -> ours.contains(exit.group()))
                        .findFirst()
                        .ifPresent(exit -> addresses.put(exit.device(), exit.from()));
            }
        }
        return addresses;
    }

    /** The map without an element, as text; empty: there is none. */
    String map() {
        String type = six ? "ipv6_addr" : "ipv4_addr";
        return shared() ? "  map " + RuleSet.OUTWARD + " { type ifname : " + type + "; }\n" : "";
    }

    /** The rules for packets that leave. */
    List<String> rules() {
        List<String> rules = new ArrayList<>();
        byDevice().values().forEach(all -> rules(all, rules));
        return rules;
    }

    private void rules(List<Exit> all, List<String> rules) {
        Exit first = all.getFirst();
        if (!shared(all)) {
            rules.add(first.leaving() + first.translation());
            return;
        }
        for (Exit exit : all) {
            String servers = serversOf(exit.group());
            if (!servers.isEmpty()) {
                String source = (six ? " ip6" : " ip") + " saddr { " + servers + " }";
                rules.add(exit.leaving() + source + exit.translation());
            }
        }
        rules.add(first.leaving() + " snat to iifname map @" + RuleSet.OUTWARD);
        rules.add(first.leaving() + " drop");
    }

    /** Addresses whose answers to clients have to pass this group's owner, and no other's. */
    private String serversOf(String group) {
        Map<InetAddress, Set<String>> groups = new LinkedHashMap<>();
        for (Service service : services) {
            if (service.forwarding().returns()) {
                for (Server server : service.servers()) {
                    groups.computeIfAbsent(server.address().getAddress(), _ -> new HashSet<>())
                            .add(service.group());
                }
            }
        }
        return groups.entrySet().stream()
                .filter(entry -> entry.getValue().equals(Set.of(group)))
                .map(entry -> entry.getKey().getHostAddress())
                .collect(Collectors.joining(", "));
    }
}
