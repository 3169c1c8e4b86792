package proa.vip.loop;

import proa.vip.packet.Decoded;
import proa.vip.packet.VrrpCodec;
import proa.vip.vrrp.AlarmLimit;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;

/**
 * Says which VRRP packets were dropped, from whom, and why: a forged or broken one as an alarm, at
 * most once a minute for each reason and sender; one of a router that is none of ours as a remark,
 * once an hour, since other routers may well share the wire. Used by the loop's thread.
 */
final class RefusedAdverts {

    private record Kind(Decoded.Reason reason, InetAddress source) {}

    private record Router(int vrid, InetAddress source) {}

    private final AlarmLimit<Kind> refused = new AlarmLimit<>(TimeUnit.MINUTES.toNanos(1));
    private final AlarmLimit<Router> others = new AlarmLimit<>(TimeUnit.HOURS.toNanos(1));
    private final Journal journal;
    private long untold;

    RefusedAdverts(Journal journal) {
        this.journal = journal;
    }

    /** A packet that is no valid advertisement of a group of this file. */
    void refused(Decoded.Reason reason, InetAddress source, int vrid, long nowNanos) {
        if (!refused.due(new Kind(reason, source), nowNanos)) {
            untold++;
            return;
        }
        String of = vrid == VrrpCodec.VRID_UNKNOWN ? "" : " of VRID " + vrid;
        String more = untold == 0 ? "" : " (and " + untold + " other packets since the last line)";
        untold = 0;
        journal.alarm(
                "refused an advertisement"
                        + of
                        + " from "
                        + source.getHostAddress()
                        + ": "
                        + reason.text()
                        + more);
    }

    /** An advertisement, valid or not, of a virtual router that no group of this file is. */
    void elsewhere(InetAddress source, int vrid, long nowNanos) {
        if (others.due(new Router(vrid, source), nowNanos)) {
            journal.info(
                    "ignored an advertisement of VRID "
                            + vrid
                            + " from "
                            + source.getHostAddress()
                            + ": no group of this file has that VRID");
        }
    }
}
