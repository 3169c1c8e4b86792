package proa.vip.loop;

import proa.config.CarrierConfig;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.Timing;
import proa.vip.forwarding.Exit;
import proa.vip.linux.Interfaces;
import proa.vip.linux.KernelException;
import proa.vip.linux.LeaseTables;
import proa.vip.linux.LeaseTables.Leased;
import proa.vip.linux.Routes;
import proa.vip.linux.Sysctl;
import proa.vip.packet.MacAddress;
import proa.vip.vrrp.Action;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The ground a group stands on here: the interface of each of its addresses, and its gateway.
 *
 * @param group as configured
 * @param places one for each address, in the order of the file
 * @param gateway what to probe, if anything
 */
record Ground(GroupConfig group, List<Place> places, Optional<InetAddress> gateway) {

    Ground {
        places = List.copyOf(places);
    }

    /**
     * One address and the interface that answers for it.
     *
     * @param address the floating address
     * @param device the interface
     * @param face what answers ARP or NDP on it: itself, or one with a virtual MAC address
     */
    record Place(InetAddress address, Interfaces.Interface device, Interfaces.Interface face) {
        Place(InetAddress address, Interfaces.Interface device) {
            this(address, device, device);
        }

        boolean sameFamily(InetAddress other) {
            return address.getClass() == other.getClass();
        }

        Leased leased() {
            return new Leased(address, face.index());
        }

        /** The address with the interface that packets to others on the wire leave by. */
        Leased based() {
            return new Leased(address, device.index());
        }
    }

    /** The same ground with other faces: for each place another interface that answers there. */
    Ground facing(Map<Place, Interfaces.Interface> faces) {
        List<Place> other =
                places.stream()
                        .map(
                                place ->
                                        new Place(
                                                place.address(),
                                                place.device(),
                                                faces.getOrDefault(place, place.face())))
                        .toList();
        return new Ground(group, other, gateway);
    }

    /** The places of one family, in the order of the file. */
    List<Place> places(Class<? extends InetAddress> family) {
        return places.stream().filter(place -> family.isInstance(place.address())).toList();
    }

    /** Where the gateway is asked for: the first place of its family, else the first. */
    Interfaces.Interface gatewayDevice() {
        return places.stream()
                .filter(place -> gateway.filter(place::sameFamily).isPresent())
                .findFirst()
                .orElse(places.getFirst())
                .device();
    }

    /** How servers reach their clients through this host. */
    List<Exit> exits() throws IOException {
        List<InetAddress> gateways =
                group.behind().gateways().stream().map(GroupConfig.Vip::address).toList();
        List<Exit> exits = new ArrayList<>();
        for (Place place : places) {
            if (gateways.contains(place.address())) {
                exits.add(exit(place));
            }
        }
        return exits;
    }

    private Exit exit(Place gateway) throws IOException {
        InetAddress from =
                group.vips().stream()
                        .map(GroupConfig.Vip::address)
                        .filter(gateway::sameFamily)
                        .findFirst()
                        .orElse(gateway.address());
        String device = gateway.device().name();
        return new Exit(
                group.name(),
                gateway.address(),
                device,
                Interfaces.networks(device, gateway.address()),
                group.behind().egress(),
                from);
    }

    /** The floating addresses, in the order of the file. */
    List<InetAddress> addresses() {
        return places.stream().map(Place::address).toList();
    }

    /** Of the interfaces themselves: a virtual MAC address is not this host's alone. */
    static Set<MacAddress> macs(Collection<Ground> grounds) {
        Set<MacAddress> macs = new HashSet<>();
        for (Ground ground : grounds) {
            for (Place place : ground.places()) {
                macs.add(MacAddress.of(place.device().mac()));
            }
        }
        return macs;
    }

    /** The kernel's numbers of the interfaces that answer for them. */
    Set<Integer> interfaces() {
        Set<Integer> indices = new LinkedHashSet<>();
        places.forEach(place -> indices.add(place.device().index()));
        return indices;
    }

    /**
     * Opens the leases of all groups, whose lengths are those of groups that advertise as
     * configured.
     *
     * @param more another length, in milliseconds
     */
    static LeaseTables openLeases(ProaConfig config, Collection<Ground> grounds, int more)
            throws KernelException {
        Timing timing = config.cluster().timing();
        List<Leased> leased = new ArrayList<>();
        Set<Integer> lengths = new HashSet<>(Set.of(more));
        for (Ground ground : grounds) {
            leased.addAll(ground.leased());
            long advert = ground.group().advertInterval(timing).toNanos();
            lengths.add((int) Action.RenewLease.millisOf(advert));
        }
        return LeaseTables.open(config.cluster().name(), leased, lengths);
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
        List<String> lacking = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        if (group.carrier() instanceof CarrierConfig.Hook hook
                && !Files.isExecutable(Path.of(hook.command().getFirst()))) {
            String program = hook.command().getFirst();
            reasons.add("group " + group.name() + ": the hook " + program + " cannot be run here");
        }
        for (GroupConfig.Vip vip : group.floating()) {
            String name = "group " + group.name() + ", " + vip.address().getHostAddress() + ": ";
            InetAddress address = vip.address();
            Optional<Interfaces.Interface> device = device(vip);
            if (device.isEmpty()) {
                lacking.add(name + missing(vip));
                continue;
            }
            if (address instanceof Inet4Address) {
                arpObjection(device.get()).ifPresent(reason -> reasons.add(name + reason));
            }
            places.add(new Place(address, device.get()));
        }
        Refusal.refuse(reasons, lacking);
        return new Ground(group, places, gateway(group, places.getFirst()));
    }

    private static Optional<Interfaces.Interface> device(GroupConfig.Vip vip) throws IOException {
        return vip.interfaceName().isPresent()
                ? Interfaces.byName(vip.interfaceName().get(), vip.address())
                : Interfaces.bySubnet(vip.address());
    }

    private static String missing(GroupConfig.Vip vip) {
        String family = vip.address() instanceof Inet4Address ? "IPv4" : "IPv6 link-local";
        return vip.interfaceName()
                .map(name -> "there is no Ethernet interface " + name + " with an " + family)
                .orElse("no interface has an " + family + " address and one in its subnet")
                .concat(" address (name one with interface = …)");
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

    private static Optional<InetAddress> gateway(GroupConfig group, Place first)
            throws IOException {
        Optional<InetAddress> named = group.gateway();
        return named.isPresent() ? named : defaultGateway(first);
    }

    private static Optional<InetAddress> defaultGateway(Place first) throws IOException {
        String device = first.device().name();
        return first.address() instanceof Inet4Address
                ? Routes.defaultGateway(device).map(address -> address)
                : Routes.defaultGateway6(device).map(address -> address);
    }

    /** Where the default route leads now, for a group whose file names no gateway. */
    Optional<InetAddress> routedGateway() throws IOException {
        return group.gateway().isPresent() ? Optional.empty() : defaultGateway(places.getFirst());
    }

    /** The same ground with another gateway. */
    Ground behind(InetAddress other) {
        return new Ground(group, places, Optional.of(other));
    }
}
