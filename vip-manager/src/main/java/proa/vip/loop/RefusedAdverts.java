package proa.vip.loop;

import proa.vip.packet.Decoded;
import proa.vip.packet.VrrpCodec;
import proa.vip.vrrp.AlarmLimit;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Says which VRRP packets were dropped, from whom, and why: a forged or broken one as an alarm, at
 * most once a minute for each reason and sender, with what comes in the name of listed routers
 * apart from what strangers send; one of a router that is none of ours as a remark, once an hour,
 * since other routers may well share the wire. Used by the loop's thread.
 */
final class RefusedAdverts {

    private record Kind(Decoded.Reason reason, InetAddress source) {}

    private record Router(int vrid, InetAddress source) {}

    private final AlarmLimit<Kind> refused = new AlarmLimit<>(TimeUnit.MINUTES.toNanos(1));
    private final AlarmLimit<Kind> strangers = new AlarmLimit<>(TimeUnit.MINUTES.toNanos(1));
    private final AlarmLimit<Router> others = new AlarmLimit<>(TimeUnit.HOURS.toNanos(1));
    private final Consumer<String> alarms;
    private final Consumer<String> remarks;
    private final Set<InetAddress> listed;

    /** Where members advertise from beyond their listed addresses, by member. */
    private final Map<String, Set<InetAddress>> named = new HashMap<>();

    /**
     * @param alarms told of refused packets, a line each
     * @param remarks told of other virtual routers, a line each
     * @param listed members and routers of the file
     */
    RefusedAdverts(Consumer<String> alarms, Consumer<String> remarks, Set<InetAddress> listed) {
        this.alarms = alarms;
        this.remarks = remarks;
        this.listed = Set.copyOf(listed);
    }

    /**
     * A member has said where else it is, its link-local addresses above all, which no file lists:
     * what comes in its name is no stranger's from now on.
     */
    void greeted(String node, List<InetAddress> advertSources) {
        named.put(node, Set.copyOf(advertSources));
    }

    private boolean known(InetAddress source) {
        return listed.contains(source)
                || named.values().stream().anyMatch(sources -> sources.contains(source));
    }

    /** A packet that is no valid advertisement of a group of this file. */
    void refused(Decoded.Reason reason, InetAddress source, int vrid, long nowNanos) {
        AlarmLimit<Kind> limit = known(source) ? refused : strangers;
        if (!limit.due(new Kind(reason, source), nowNanos)) {
            return;
        }
        String of = vrid == VrrpCodec.VRID_UNKNOWN ? "" : " of VRID " + vrid;
        alarms.accept(
                "refused an advertisement"
                        + of
                        + " from "
                        + source.getHostAddress()
                        + ": "
                        + reason.text()
                        + limit.more());
    }

    /** An advertisement, valid or not, of a virtual router that no group of this file is. */
    void elsewhere(InetAddress source, int vrid, long nowNanos) {
        if (others.due(new Router(vrid, source), nowNanos)) {
            remarks.accept(
                    "ignored an advertisement of VRID "
                            + vrid
                            + " from "
                            + source.getHostAddress()
                            + ": no group of this file has that VRID"
                            + others.more());
        }
    }
}
