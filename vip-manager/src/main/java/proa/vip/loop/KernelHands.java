package proa.vip.loop;

import proa.config.CarrierConfig;
import proa.config.ClusterConfig;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.vip.forwarding.Counters;
import proa.vip.forwarding.Service;
import proa.vip.forwarding.Strays.Counted;
import proa.vip.linux.ChangedSettings;
import proa.vip.linux.Descriptor;
import proa.vip.linux.Descriptors;
import proa.vip.linux.Interfaces;
import proa.vip.linux.KernelException;
import proa.vip.linux.LeaseTables;
import proa.vip.linux.LeaseTables.Leased;
import proa.vip.linux.LinkEvents;
import proa.vip.linux.Sysctl;
import proa.vip.linux.TunDevice;
import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Action;
import proa.vip.vrrp.Event;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Addresses on a TUN device of this process, answered for under an nftables lease, announced by
 * gratuitous ARP and unsolicited neighbour advertisements, their ownership told by VRRP. Used by
 * the loop's thread.
 */
final class KernelHands implements Hands {

    /** The dummy address of RFC 7600 §4.8: nobody has it, nobody routes it. */
    private static final byte[] DUMMY = {(byte) 192, 0, 0, 8};

    /** Enough for every call site of a takeover to be linked and its caches to be warm. */
    private static final int WARM_ROUNDS = 30;

    private static final int WARM_LEASE_MILLIS = 100;

    /** How long a foreign hand may have removed the lease before it is made again. */
    private static final long TABLES_EVERY_NANOS = 500_000_000;

    private final Map<String, Ground> grounds;
    private final Faces faces;
    private final LeaseTables leases;
    private final TailDesk tails;
    private final ForwardingDesk forwarding;
    private final TunDevice device;
    private final VrrpPaths paths;
    private final ArpDesk arp;
    private final NeighbourDesk neighbours;
    private final GatewayProbes probes;
    private final LinkEvents links;
    private final EarlyPort early;
    private final CarrierWatch carriers;
    private final Footing footing;
    private final DefaultRoutes routes;
    private final Journal journal;
    private long tablesNanos = System.nanoTime() + TABLES_EVERY_NANOS;

    private KernelHands(
            Map<String, Ground> grounds,
            Faces faces,
            LeaseTables leases,
            TailDesk tails,
            ForwardingDesk forwarding,
            TunDevice device,
            VrrpPaths paths,
            ArpDesk arp,
            NeighbourDesk neighbours,
            GatewayProbes probes,
            LinkEvents links,
            EarlyPort early,
            Journal journal) {
        this.grounds = grounds;
        this.faces = faces;
        this.leases = leases;
        this.tails = tails;
        this.forwarding = forwarding;
        this.device = device;
        this.paths = paths;
        this.arp = arp;
        this.neighbours = neighbours;
        this.probes = probes;
        this.links = links;
        this.early = early;
        Map<String, Set<Integer>> interfaces = new LinkedHashMap<>();
        grounds.forEach((group, ground) -> interfaces.put(group, ground.interfaces()));
        this.carriers = new CarrierWatch(interfaces, Interfaces::running);
        this.footing = new Footing(grounds.values());
        this.routes = new DefaultRoutes(grounds, journal::warn);
        this.journal = journal;
    }

    /** Opens what is not the hands' own. */
    interface BeforeDevice {
        void open() throws IOException;
    }

    /**
     * Looks at the host, removes what an earlier life left, and opens everything, in the order in
     * which it must end: the kernel closes the descriptors of a dying process from the last opened
     * to the first, and the lease must outlive the addresses.
     *
     * @param before opens what ends after the addresses, but has no time to wait for the rest
     * @throws Refusal with every reason why it cannot work here
     * @throws IOException for the first thing the kernel does not grant
     */
    static KernelHands open(
            ProaConfig config,
            ClusterConfig.Node own,
            ChangedSettings changed,
            Journal journal,
            BeforeDevice before)
            throws IOException {
        Map<String, Ground> grounds = FirstLook.at(config, own, journal::warn);
        Opened opened = new Opened();
        Faces faces = new Faces();
        opened.add(faces::close);
        try {
            faces.open(grounds);
            LeaseTables leases = Ground.openLeases(config, grounds.values(), WARM_LEASE_MILLIS);
            opened.add(leases::close);
            TailDesk tails = TailDesk.open(config.cluster().name(), Service.of(config));
            opened.add(tails::close);
            // An address without rules would refuse every connection it is sent.
            ForwardingDesk forwarding =
                    ForwardingDesk.open(config, grounds.values(), changed, journal);
            opened.add(forwarding::close);
            VrrpPaths paths = VrrpPaths.open(config.cluster(), own, grounds, journal);
            opened.add(paths::close);
            GatewayProbes probes = new GatewayProbes(grounds);
            ArpDesk arp = ArpDesk.open(grounds, probes);
            opened.add(arp::close);
            NeighbourDesk neighbours = NeighbourDesk.open(grounds, probes);
            opened.add(neighbours::close);
            LinkEvents links = LinkEvents.open();
            opened.add(links::close);
            // Last of the kernel's descriptors, because a killed process closes the last-opened
            // first: a packet socket takes the kernel tens of milliseconds to close, and the
            // address would answer meanwhile. Other threads open and close files now.
            Descriptors.fillHoles();
            before.open();
            EarlyPort early = new EarlyPort(config, own.address());
            TunDevice device = early.open(journal);
            opened.add(device::close);
            clean(grounds, device, changed, journal);
            if (!leases.owned()) {
                journal.warn("this kernel lets others remove the lease tables (owner flag: 5.12)");
            }
            return new KernelHands(
                    grounds,
                    faces,
                    leases,
                    tails,
                    forwarding,
                    device,
                    paths,
                    arp,
                    neighbours,
                    probes,
                    links,
                    early,
                    journal);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** Where this process's death is told at once; 0: nowhere. */
    int earlyPort() {
        return early.port();
    }

    /** An address that is somewhere already would be answered for whatever the rules decide. */
    private static void clean(
            Map<String, Ground> grounds, TunDevice device, ChangedSettings changed, Journal journal)
            throws IOException {
        Set<InetAddress> ours = new HashSet<>();
        grounds.values().forEach(ground -> ours.addAll(ground.addresses()));
        for (Interfaces.Stale stale : Interfaces.holding(ours)) {
            journal.warn(
                    "removing "
                            + stale.address().getHostAddress()
                            + " from "
                            + stale.interfaceName()
                            + ": floating addresses belong to vipd");
            device.removeStale(stale);
        }
        Set<String> announcing = new LinkedHashSet<>();
        for (Ground ground : grounds.values()) {
            ground.places(Inet4Address.class)
                    .forEach(place -> announcing.add(place.device().name()));
        }
        for (String each : announcing) {
            Sysctl.announceBestAddress(each, changed);
        }
    }

    private Ground ground(GroupConfig group) {
        Ground ground = grounds.get(group.name());
        if (ground == null) {
            throw new IllegalStateException("no group " + group.name());
        }
        return ground;
    }

    @Override
    public void sendAdvert(GroupConfig group, int priority) throws IOException {
        paths.send(group, priority);
    }

    @Override
    public void renewLease(GroupConfig group, long millis) throws IOException {
        // From before: no later than the kernel, however long this waits.
        long until = System.nanoTime() + millis * 1_000_000;
        leases.renew(ground(group).leased(), millis);
        neighbours.answerUntil(group.name(), until);
    }

    @Override
    public void stopAnswering(GroupConfig group, long acceptMillis) throws IOException {
        neighbours.fallSilent(group.name());
        leases.quieten(ground(group).leased(), acceptMillis);
    }

    @Override
    public void dropLease(GroupConfig group) throws IOException {
        neighbours.fallSilent(group.name());
        leases.withdraw(ground(group).leased());
    }

    @Override
    public List<InetAddress> tail(GroupConfig group) {
        return ground(group).places().stream().map(place -> place.device().own()).toList();
    }

    @Override
    public void passTail(GroupConfig group, List<InetAddress> to) throws IOException {
        tails.pass(ground(group), to);
    }

    @Override
    public void endTail(GroupConfig group) throws IOException {
        tails.end(group.name());
    }

    @Override
    public void addAddress(GroupConfig group) throws IOException {
        device.add(ground(group).addresses());
    }

    @Override
    public void removeAddress(GroupConfig group) throws IOException {
        device.remove(ground(group).addresses());
    }

    @Override
    public void announce(GroupConfig group) throws IOException {
        if (speaksForItself(group)) {
            arp.announce(ground(group), System.nanoTime());
            neighbours.announce(ground(group), System.nanoTime());
        }
    }

    /** Where a hook says who has an address, the network answers for it itself. */
    private static boolean speaksForItself(GroupConfig group) {
        return !(group.carrier() instanceof CarrierConfig.Hook);
    }

    @Override
    public void probeAddresses(GroupConfig group) throws IOException {
        if (speaksForItself(group)) {
            arp.probe(ground(group));
            neighbours.probe(ground(group));
        }
    }

    @Override
    public void probeGateway(GroupConfig group, long nowNanos) {
        probes.start(ground(group), nowNanos);
    }

    @Override
    public boolean tracksGateway(GroupConfig group) {
        return true; // one that is not there yet has never answered, which is held against nobody
    }

    @Override
    public List<InetAddress> advertSources() {
        return paths.sources();
    }

    @Override
    public void greeted(String node, List<InetAddress> advertSources) {
        paths.greeted(node, advertSources);
    }

    @Override
    public Optional<InetAddress> linkLocal(GroupConfig group) {
        return ground(group).places(Inet6Address.class).stream()
                .map(place -> place.device().own())
                .findFirst();
    }

    @Override
    public boolean linkUp(GroupConfig group) {
        return carriers.up(group.name());
    }

    @Override
    public List<Descriptor> descriptors() {
        List<Descriptor> all = new ArrayList<>(paths.descriptors());
        all.addAll(arp.descriptors());
        all.addAll(neighbours.descriptors());
        all.add(links.descriptor());
        return all;
    }

    @Override
    public void receive(Arrivals arrivals) throws IOException {
        links.drain(device.index());
        if (links.addressLost()) {
            restoreAddresses(arrivals);
        }
        if (links.links()) {
            carriers.look(arrivals);
            footing.look(journal);
        }
        paths.receive(arrivals);
        arp.receive(arrivals, System.nanoTime());
        neighbours.receive(arrivals, System.nanoTime());
    }

    /** Network managers take off what their files do not name, when those name the device. */
    private void restoreAddresses(Arrivals arrivals) {
        TunDevice.Restored restored = device.restore();
        if (!restored.back().isEmpty()) {
            String back = "somebody took " + restored.back() + " off " + device.name();
            journal.alarm(back + ": put back");
        }
        for (Ground ground : List.copyOf(grounds.values())) {
            ground.addresses().stream()
                    .filter(restored.refused()::containsKey)
                    .findFirst()
                    .map(restored.refused()::get)
                    .ifPresent(why -> arrivals.group(ground.group().name(), lost(why)));
        }
    }

    /** To its group it is as an address that could not be added. */
    private static Event lost(String why) {
        return new Event.ActionFailed(new Action.AddAddress(), why);
    }

    @Override
    public void tick(Arrivals arrivals, long nowNanos) throws IOException {
        if (device.lost()) {
            throw new IllegalStateException("the thread that holds " + device.name() + " is gone");
        }
        probes.tick(arrivals, this::ask, nowNanos);
        if (nowNanos - tablesNanos >= 0) {
            tablesNanos = nowNanos + TABLES_EVERY_NANOS;
            lookAtTables();
            carriers.lookIfUnsure(arrivals);
            footing.moved().ifPresent(arrivals::moved);
            routes.follow(grounds, journal::warn);
        }
    }

    private void ask(Ground ground, InetAddress gateway) throws KernelException {
        switch (gateway) {
            case Inet4Address four -> arp.ask(ground, four);
            case Inet6Address six -> neighbours.ask(ground, six);
            default -> throw new IllegalStateException("no address family of " + gateway);
        }
    }

    /**
     * A lease that somebody removed would let every node answer. The owner flag forbids it; older
     * kernels do not know the flag.
     */
    private void lookAtTables() throws KernelException {
        if (leases.restoreIfMissing()) {
            journal.alarm("somebody removed the lease tables: made again");
        }
        leases.news().ifPresent(journal::warn);
    }

    @Override
    public long deadlineNanos() {
        long probe = probes.deadlineNanos();
        return probe == Long.MAX_VALUE || tablesNanos - probe < 0 ? tablesNanos : probe;
    }

    @Override
    public void warmUp() throws IOException {
        Ground first = grounds.values().iterator().next();
        List<InetAddress> dummy = List.of(Inet4Address.getByAddress(DUMMY));
        List<Leased> lease =
                List.of(new Leased(dummy.getFirst(), first.interfaces().iterator().next()));
        for (int round = 0; round < WARM_ROUNDS; round++) {
            leases.renew(lease, WARM_LEASE_MILLIS);
            leases.renew(lease, WARM_LEASE_MILLIS + 1); // by a transaction
            device.add(dummy);
            leases.quieten(lease, WARM_LEASE_MILLIS);
            leases.withdraw(lease);
            device.remove(dummy);
        }
        for (Ground ground : grounds.values()) {
            if (speaksForItself(ground.group()) && carriers.up(ground.group().name())) {
                arp.announceOwn(ground);
                neighbours.announceOwn(ground);
            }
        }
    }

    @Override
    public void forward(Service service, Set<String> servers) {
        forwarding.forward(service, servers);
    }

    @Override
    public void down(String frontend, Set<String> servers) {
        forwarding.down(frontend, servers);
    }

    @Override
    public void forget(String group) {
        forwarding.forget(group);
    }

    @Override
    public void owned(String group, boolean ours, long term) {
        forwarding.owned(group, ours, term);
    }

    @Override
    public void connected() {
        forwarding.connected();
    }

    @Override
    public void speakBy(Consumer<MeshMessage> say) {
        forwarding.speakBy(say);
    }

    @Override
    public void heard(MeshMessage.Connections said) {
        forwarding.heard(said);
    }

    @Override
    public Map<String, Counted> replicated() {
        return forwarding.replicated();
    }

    @Override
    public List<Counters.Traffic> traffic() {
        return forwarding.traffic();
    }

    @Override
    public String describe() {
        return Json.object()
                .put("kind", "kernel")
                .put("owned", leases.owned())
                .put("device", device.name())
                .toString();
    }

    @Override
    public void close() {
        // The addresses first: a packet socket takes the kernel tens of milliseconds to close.
        device.close();
        links.close();
        neighbours.close();
        arp.close();
        paths.close();
        tails.close();
        forwarding.close();
        leases.close();
        faces.close();
    }
}
