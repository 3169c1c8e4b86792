package proa.vip.loop;

import proa.config.ClusterConfig;
import proa.config.ProaConfig;
import proa.vip.mesh.Mesh;
import proa.vip.vrrp.Candidate;
import proa.vip.vrrp.GroupMachine;
import proa.vip.vrrp.GroupView;
import proa.vip.vrrp.State;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** vipd's whole state as one JSON document, for {@code proa status} and the dashboard. */
final class Status {

    private final ProaConfig config;
    private final String node;
    private final Mesh mesh;
    private final Hands hands;
    private final Carrying carrying;

    Status(ProaConfig config, String node, Mesh mesh, Hands hands, Carrying carrying) {
        this.config = config;
        this.node = node;
        this.mesh = mesh;
        this.hands = hands;
        this.carrying = carrying;
    }

    String json(
            Map<String, GroupMachine> machines, Operator operator, History history, long nowNanos) {
        MaintenanceMarks maintenance = operator.maintenance();
        Json document = Json.object().put("node", node).put("maintenance", maintenance.isOut());
        if (maintenance.isOut()) {
            document.put("maintenanceBy", maintenance.text());
        }
        maintenance.until().ifPresent(end -> document.put("maintenanceUntil", end.toString()));
        return document.put(
                        "groups",
                        machines.entrySet().stream()
                                .map(
                                        entry ->
                                                group(
                                                        entry.getKey(),
                                                        entry.getValue(),
                                                        operator,
                                                        nowNanos))
                                .toList())
                .put(
                        "peers",
                        config.cluster().peersOf(node).stream()
                                .map(peer -> peer(peer, operator))
                                .toList())
                .raw("lease", hands.describe())
                .put("forwarding", carrying.json())
                .put("history", history.json())
                .toString();
    }

    private static Json group(String name, GroupMachine machine, Operator operator, long nowNanos) {
        GroupView view = machine.view();
        // The view counts monotonic time; the operator reads a clock.
        Instant since = Instant.now().minusNanos(nowNanos - view.sinceNanos());
        return Json.object()
                .put("group", name)
                .put("state", state(view.state()))
                .put("owner", view.owner())
                .put("term", view.term())
                .put("priority", view.priority())
                .put("since", since.toString())
                .put("why", view.why())
                .put("ready", view.ready())
                .put("gateway", view.gatewayAnswers())
                .put("pinned", view.pinned())
                .put("tracked", view.tracked())
                .put("conflicts", view.conflicts())
                .put("claimant", view.claimant())
                .put("candidates", candidates(machine.candidates(nowNanos), operator));
    }

    /** What a member that serves nothing has said of maintenance is told instead of a guess. */
    private static List<Json> candidates(List<Candidate> candidates, Operator operator) {
        return candidates.stream()
                .map(
                        each ->
                                Json.object()
                                        .put("node", each.node())
                                        .put("able", each.able())
                                        .put("ready", each.ready())
                                        .put(
                                                "why",
                                                !each.able() && operator.outOfService(each.node())
                                                        ? Candidate.MAINTENANCE
                                                        : each.why()))
                .toList();
    }

    private static String state(State state) {
        return switch (state) {
            case State.Initialize _ -> "INITIALIZE";
            case State.Backup _ -> "BACKUP";
            case State.Active _ -> "ACTIVE";
            case State.Lingering _ -> "LINGERING";
            case State.Fault _ -> "FAULT";
        };
    }

    private Json peer(ClusterConfig.Node peer, Operator operator) {
        return Json.object()
                .put("node", peer.name())
                .put("mesh", mesh.connected(peer.name()))
                .put("outOfService", operator.outOfService(peer.name()));
    }
}
