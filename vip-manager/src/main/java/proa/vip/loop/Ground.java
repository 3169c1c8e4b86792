package proa.vip.loop;

import proa.config.GroupConfig;
import proa.vip.linux.Interfaces;
import proa.vip.linux.LeaseTables.Leased;
import proa.vip.linux.Routes;
import proa.vip.linux.Sysctl;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ground a group stands on here: the interface of each of its addresses, and its gateway.
 *
 * @param group as configured
 * @param places one for each address, in the order of the file
 * @param gateway what to probe, if anything
 */
record Ground(GroupConfig group, List<Place> places, Optional<Inet4Address> gateway) {

    Ground {
        places = List.copyOf(places);
    }

    /**
     * One address and the interface that answers for it.
     *
     * @param address the floating address
     * @param device the interface
     */
    record Place(Inet4Address address, Interfaces.Interface device) {
        Leased leased() {
            return new Leased(address, device.index());
        }
    }

    List<Leased> leased() {
        return places.stream().map(Place::leased).toList();
    }

    /**
     * Looks at this host.
     *
     * @throws Refusal with every reason why the group cannot stand here
     */
    static Ground of(GroupConfig group) throws IOException {
        List<String> reasons = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        for (GroupConfig.Vip vip : group.vips()) {
            String name = "group " + group.name() + ", " + vip.address().getHostAddress() + ": ";
            if (!(vip.address() instanceof Inet4Address address)) {
                reasons.add(name + "IPv6 addresses are not supported yet");
                continue;
            }
            Optional<Interfaces.Interface> device = device(vip);
            if (device.isEmpty()) {
                reasons.add(name + missing(vip));
                continue;
            }
            arpObjection(device.get()).ifPresent(reason -> reasons.add(name + reason));
            places.add(new Place(address, device.get()));
        }
        if (!reasons.isEmpty()) {
            throw new Refusal(reasons);
        }
        return new Ground(group, places, gateway(group, places.getFirst()));
    }

    private static Optional<Interfaces.Interface> device(GroupConfig.Vip vip) throws IOException {
        return vip.interfaceName().isPresent()
                ? Interfaces.byName(vip.interfaceName().get(), vip.address())
                : Interfaces.bySubnet(vip.address());
    }

    private static String missing(GroupConfig.Vip vip) {
        return vip.interfaceName()
                .map(name -> "there is no Ethernet interface " + name + " with an IPv4 address")
                .orElse("no interface has an address in its subnet (name one with interface = …)");
    }

    private static Optional<String> arpObjection(Interfaces.Interface device) throws IOException {
        int ignore = Sysctl.arpIgnore(device.name());
        return ignore == 0
                ? Optional.empty()
                : Optional.of(
                        "arp_ignore is "
                                + ignore
                                + " on "
                                + device.name()
                                + ", so it would not answer for an address held by vipd (sysctl -w"
                                + " net.ipv4.conf.all.arp_ignore=0 net.ipv4.conf."
                                + device.name()
                                + ".arp_ignore=0)");
    }

    private static Optional<Inet4Address> gateway(GroupConfig group, Place first)
            throws IOException {
        Optional<InetAddress> named = group.gateway();
        return named.isPresent()
                ? named.filter(Inet4Address.class::isInstance).map(Inet4Address.class::cast)
                : Routes.defaultGateway(first.device().name());
    }
}
