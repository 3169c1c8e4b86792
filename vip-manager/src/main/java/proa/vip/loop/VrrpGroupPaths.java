package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.config.GroupConfig;
import proa.config.VrrpConfig;
import proa.vip.linux.KernelException;
import proa.vip.linux.VrrpSocket6;
import proa.vip.packet.ChecksumKind;
import proa.vip.packet.VrrpAdvert;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where one group's advertisements go: IPv4 from each of this node's addresses to those of the
 * members, IPv6 from the link-local address of each interface to those the members have named, and
 * both to listed routers and, if wanted, to everybody. Used by the loop's thread.
 *
 * <p>A member's link-local address is known once it has greeted over the mesh; until then its
 * advertisements over IPv6 go to ff02::12.
 */
final class VrrpGroupPaths {

    private final GroupConfig group;
    private final List<String> members;
    private final int intervalCentis;
    private final List<VrrpTarget> fixed = new ArrayList<>();
    private final List<VrrpTarget> everybody6 = new ArrayList<>();
    private final List<VrrpSocket6> sockets6;
    private final Map<String, List<VrrpTarget>> named = new HashMap<>();
    private @Nullable KernelException failure;
    private int sent;

    VrrpGroupPaths(
            GroupConfig group,
            List<String> members,
            int intervalCentis,
            List<VrrpSocket6> sockets6) {
        this.group = group;
        this.members = List.copyOf(members);
        this.intervalCentis = intervalCentis;
        this.sockets6 = List.copyOf(sockets6);
    }

    /** Advertisements of IPv4 addresses over this way, too. */
    void add(VrrpWay way, List<Inet4Address> destinations) {
        VrrpAdvert model = model(Inet4Address.class);
        if (model == null) {
            return;
        }
        ChecksumKind kind =
                switch (group.vrrp().checksum()) {
                    case RFC9568 -> ChecksumKind.RFC9568;
                    case PSEUDO_HEADER -> ChecksumKind.PSEUDO_HEADER;
                };
        for (Inet4Address to : destinations) {
            fixed.add(VrrpTarget.version3(way.socket(), way.own(), to, model, kind));
        }
    }

    /** The same in version 2. */
    void addVersion2(VrrpWay way, List<Inet4Address> destinations) {
        VrrpAdvert model = model(Inet4Address.class);
        if (model != null) {
            destinations.forEach(to -> fixed.add(VrrpTarget.version2(way.socket(), to, model)));
        }
    }

    /** Advertisements of IPv6 addresses to listed routers and to everybody. */
    void addSix() {
        VrrpAdvert model = model(Inet6Address.class);
        if (model == null) {
            return;
        }
        for (VrrpSocket6 socket : sockets6) {
            VrrpTarget everybody = VrrpTarget.version3(socket, VrrpSocket6.ALL_ROUTERS, model);
            (group.vrrp().multicast() ? fixed : everybody6).add(everybody);
            for (VrrpConfig.Router router : group.vrrp().routers()) {
                for (InetAddress address : router.addresses()) {
                    if (address instanceof Inet6Address six) {
                        fixed.add(VrrpTarget.version3(socket, six, model));
                    }
                }
            }
        }
    }

    /** A member has said where else it is. */
    void greeted(String node, List<InetAddress> sources) {
        VrrpAdvert model = model(Inet6Address.class);
        if (model == null || !members.contains(node)) {
            return;
        }
        List<VrrpTarget> targets = new ArrayList<>();
        for (InetAddress source : sources) {
            if (source instanceof Inet6Address six && six.isLinkLocalAddress()) {
                sockets6.forEach(socket -> targets.add(VrrpTarget.version3(socket, six, model)));
            }
        }
        if (!targets.isEmpty()) {
            named.put(node, targets);
        }
    }

    /** The advertisement of the group's addresses of one family; null if it has none. */
    private @Nullable VrrpAdvert model(Class<? extends InetAddress> family) {
        List<InetAddress> addresses =
                group.vips().stream()
                        .map(GroupConfig.Vip::address)
                        .filter(family::isInstance)
                        .toList();
        return addresses.isEmpty()
                ? null
                : new VrrpAdvert(group.vrid(), 1, intervalCentis, addresses);
    }

    /** Whether there is anybody it could reach. */
    boolean reachesNobody() {
        return fixed.isEmpty() && everybody6.isEmpty();
    }

    /**
     * Sends to every destination.
     *
     * @throws KernelException when not one could be sent; some are as good as lost on the wire
     */
    void send(int priority) throws KernelException {
        failure = null;
        sent = 0;
        sendAll(fixed, priority);
        for (List<VrrpTarget> targets : named.values()) {
            sendAll(targets, priority);
        }
        if (named.size() < members.size()) {
            sendAll(everybody6, priority);
        }
        if (sent == 0 && failure != null) {
            throw failure;
        }
    }

    private void sendAll(List<VrrpTarget> targets, int priority) {
        for (VrrpTarget target : targets) {
            try {
                target.send(priority);
                sent++;
            } catch (KernelException e) {
                failure = e;
            }
        }
    }
}
