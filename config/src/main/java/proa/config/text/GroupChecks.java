package proa.config.text;

import proa.config.CarrierConfig;
import proa.config.GroupConfig;
import proa.config.TrackConfig;
import proa.config.VrrpConfig;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a group gets wrong within itself about VRRP and tracking. */
final class GroupChecks {

    private static final Duration REAL_TIME_BELOW = Duration.ofMillis(100);

    private GroupChecks() {}

    static void check(GroupConfig group, List<String> nodes, String where, Report report) {
        VrrpConfig vrrp = group.vrrp();
        routers(vrrp, nodes, where + ".vrrp", report);
        for (GroupConfig.Vip vip : group.vips()) {
            if (vip.address() instanceof Inet6Address six && six.isLinkLocalAddress()) {
                report.conflict(
                        where + ".vips." + vip.name(),
                        six.getHostAddress() + " is link-local: it cannot float",
                        "a global or unique local address such as fd00::100");
            }
        }
        tooMany(group, where + ".vips", report);
        boolean four = group.vips().stream().anyMatch(vip -> vip.address() instanceof Inet4Address);
        if (vrrp.version2() && !four) {
            report.warn(
                    where + ".vrrp.version-two",
                    "VRRP version 2 knows IPv4 only, and the group has no such address",
                    "leave it out");
        }
        if (group.carrier() instanceof CarrierConfig.Hook && vrrp.multicast()) {
            report.conflict(
                    where + ".vrrp.multicast",
                    "where a hook is needed the network carries no multicast either",
                    "leave it out: members and routers are told one by one");
        }
        if (group.carrier() instanceof CarrierConfig.VirtualMac) {
            virtualMac(group, where, report);
        }
        if (vrrp.interval().filter(time -> time.compareTo(REAL_TIME_BELOW) < 0).isPresent()) {
            report.warn(
                    where + ".vrrp.advert-interval",
                    "below 100 ms a busy host is taken for a dead one",
                    "only where vipd may use real-time scheduling (CAP_SYS_NICE)");
        }
        for (TrackConfig.Script script : group.track().scripts()) {
            if (script.timeout().compareTo(script.interval()) > 0) {
                report.warn(
                        where + ".track.scripts." + script.name(),
                        "`timeout` is longer than `every`: it runs less often than it says",
                        "a shorter timeout");
            }
        }
    }

    /** Those of a family are in one advertisement, which counts them in a byte. */
    private static void tooMany(GroupConfig group, String where, Report report) {
        long four =
                group.vips().stream().filter(vip -> vip.address() instanceof Inet4Address).count();
        long most = Math.max(four, group.vips().size() - four);
        if (most > GroupConfig.VIPS_MAX) {
            report.conflict(
                    where,
                    most + " addresses of one family",
                    "at most " + GroupConfig.VIPS_MAX + ": another group for the rest");
        }
    }

    private static void virtualMac(GroupConfig group, String where, Report report) {
        if (!group.behind().gateways().isEmpty()) {
            report.conflict(
                    where + ".gateway-vip",
                    "servers cannot route by an address with a virtual MAC address",
                    "leave `virtual-mac` out");
        }
    }

    private static void routers(VrrpConfig vrrp, List<String> nodes, String where, Report report) {
        Set<InetAddress> seen = new HashSet<>();
        for (VrrpConfig.Router router : vrrp.routers()) {
            String place = where + ".routers." + router.name();
            if (nodes.contains(router.name())) {
                report.conflict(
                        place,
                        router.name() + " is a node: it is known already",
                        "leave it out, or name the router otherwise");
            }
            for (InetAddress address : router.addresses()) {
                if (!seen.add(address)) {
                    report.conflict(
                            place, address.getHostAddress() + " is listed twice", "each once");
                }
            }
        }
    }
}
