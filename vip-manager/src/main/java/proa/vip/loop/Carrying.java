package proa.vip.loop;

import proa.config.ProaConfig;
import proa.config.link.LinkMessage;
import proa.vip.forwarding.Assignment;
import proa.vip.forwarding.Assignments;
import proa.vip.forwarding.Assignments.Effect;
import proa.vip.forwarding.Counters;
import proa.vip.forwarding.Forgetting;
import proa.vip.forwarding.Service;
import proa.vip.forwarding.Strays.Counted;
import proa.vip.mesh.Mesh;
import proa.vip.message.MeshMessage;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which servers the kernel forwards to: what the node and the peers say goes to the rules, and what
 * they make of it to the kernel and the peers. Used by the loop's thread.
 */
final class Carrying {

    private final Assignments assignments;
    private final Hands hands;
    private final Mesh mesh;
    private final Forgetting forgetting = new Forgetting();

    Carrying(ProaConfig config, Hands hands, Mesh mesh) {
        this.assignments = new Assignments(Service.of(config));
        this.hands = hands;
        this.mesh = mesh;
        hands.speakBy(message -> mesh.say("", message));
    }

    /** The node says which servers of a frontend take new connections, and which are down. */
    void usable(LinkMessage.Usable usable) {
        heed(assignments.usable(usable.frontend(), usable.servers(), System.nanoTime()));
        hands.down(usable.frontend(), Set.copyOf(usable.down()));
    }

    /** Somebody owns a group, this node or another. */
    void owned(LinkMessage.Ownership ownership) {
        boolean ours = ownership.state() == LinkMessage.State.ACTIVE;
        long now = System.nanoTime();
        forgetting.owner(ownership.group(), ours, now);
        hands.owned(ownership.group(), ours, ownership.term());
        heed(assignments.owner(ownership.group(), ours, ownership.term(), now));
    }

    /** A peer says what holds. */
    void said(String peer, MeshMessage.Assigned assigned) {
        Assignment assignment =
                new Assignment(assigned.term(), assigned.version(), Set.copyOf(assigned.servers()));
        heed(assignments.said(peer, assigned.frontend(), assignment, System.nanoTime()));
    }

    /** A peer's mesh is there. */
    void connected(String peer) {
        heed(assignments.connected(peer));
        hands.connected();
    }

    /** What is due by time alone. */
    void tick(long nowNanos) {
        long deadline = assignments.deadlineNanos();
        if (deadline != Long.MAX_VALUE && nowNanos - deadline >= 0) {
            heed(assignments.tick(nowNanos));
        }
        forgetting.due(nowNanos).forEach(hands::forget);
    }

    /** When {@link #tick} is due; {@link Long#MAX_VALUE}: never. */
    long deadlineNanos() {
        long assigned = assignments.deadlineNanos();
        long forgotten = forgetting.deadlineNanos();
        boolean later = assigned == Long.MAX_VALUE || forgotten - assigned < 0;
        return forgotten != Long.MAX_VALUE && later ? forgotten : assigned;
    }

    private void heed(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Install(Service service, Assignment assignment) ->
                        hands.forward(service, assignment.servers());
                case Effect.Tell(String peer, Service service, Assignment assignment) ->
                        mesh.say(peer, message(service, assignment));
            }
        }
    }

    private static MeshMessage message(Service service, Assignment assignment) {
        return new MeshMessage.Assigned(
                service.frontend(),
                assignment.term(),
                assignment.version(),
                List.copyOf(assignment.sorted()));
    }

    /** What is carried, and what the kernel has counted of it. */
    List<Json> json() {
        List<Counters.Traffic> traffic = hands.traffic();
        Map<String, Counted> replicated = hands.replicated();
        return assignments.current().entrySet().stream()
                .map(entry -> json(entry, traffic, replicated))
                .toList();
    }

    private static Json json(
            Map.Entry<Service, Assignment> entry,
            List<Counters.Traffic> traffic,
            Map<String, Counted> replicated) {
        Service service = entry.getKey();
        Assignment assignment = entry.getValue();
        Json json =
                Json.object()
                        .put("frontend", service.frontend())
                        .put("group", service.group())
                        .put("forwarding", service.forwarding().name())
                        .put("term", assignment.term())
                        .put("version", assignment.version())
                        .put(
                                "servers",
                                service.names().stream()
                                        .map(name -> json(service, name, assignment, traffic))
                                        .toList());
        Counted strays = replicated.get(service.frontend());
        return strays == null
                ? json
                : json.put("replicated", strays.connections()).put("dropped", strays.dropped());
    }

    private static Json json(
            Service service, String name, Assignment assignment, List<Counters.Traffic> traffic) {
        Json json =
                Json.object()
                        .put("server", name)
                        .put("usable", assignment.servers().contains(name));
        traffic.stream()
                .filter(each -> each.frontend().equals(service.frontend()))
                .filter(each -> each.server().equals(name))
                .findFirst()
                .ifPresent(
                        counted ->
                                json.put("connections", counted.connections())
                                        .put("packetsIn", counted.in().packets())
                                        .put("bytesIn", counted.in().bytes())
                                        .put("packetsOut", counted.out().packets())
                                        .put("bytesOut", counted.out().bytes()));
        return json;
    }
}
