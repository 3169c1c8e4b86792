package proa.cluster.member;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.membership.Absences;
import proa.config.ClusterConfig;

import java.util.List;

/** Says which members cannot be reached, and where they should be. Used by one thread. */
final class AbsenceLog {

    private static final Logger log = LoggerFactory.getLogger(AbsenceLog.class);

    private final ClusterConfig cluster;
    private final Absences absences;

    AbsenceLog(ClusterConfig cluster, String self, long nowNanos) {
        this.cluster = cluster;
        List<String> peers = cluster.peersOf(self).stream().map(ClusterConfig.Node::name).toList();
        this.absences = new Absences(peers, nowNanos);
    }

    /**
     * Tells of every absence once.
     *
     * @param inSight names of the members in sight
     */
    void look(List<String> inSight, long nowNanos) {
        for (String name : absences.look(inSight, nowNanos)) {
            cluster.node(name).ifPresent(this::warn);
        }
    }

    private void warn(ClusterConfig.Node peer) {
        log.warn(
                "{} is not reached at {}:{}: is it started, is the way open, do both know one"
                        + " authority?",
                peer.name(),
                peer.address().getHostAddress(),
                cluster.ports().members());
    }
}
