package proa.vip.loop;

import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.link.LinkMessage;
import proa.config.link.LinkMessage.Done;
import proa.vip.mesh.Mesh;
import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Event;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What operators want: a group moved, a node kept out of service. Wishes about another node go to
 * it over the mesh. Maintenance of this node outlives the process, and a boot too unless the wish
 * says otherwise, until it is taken back or its time is over; what a boot ends stands beside what
 * it does not. Used by the loop's thread.
 */
final class Operator implements NodeDesk.Orders {

    private final ProaConfig config;
    private final String node;
    private final Mesh mesh;
    private final NodeDesk.Machines machines;
    private final Journal journal;
    private final MaintenanceMemory memory;
    private final Set<String> outOfService = new HashSet<>();
    private MaintenanceMarks marks = MaintenanceMarks.NONE;

    /**
     * @param node this node
     * @param memory where maintenance of this node is remembered
     */
    Operator(
            ProaConfig config,
            String node,
            Mesh mesh,
            NodeDesk.Machines machines,
            Journal journal,
            MaintenanceMemory memory) {
        this.config = config;
        this.node = node;
        this.mesh = mesh;
        this.machines = machines;
        this.journal = journal;
        this.memory = memory;
    }

    @Override
    public MaintenanceMarks maintenance() {
        return marks;
    }

    /** Whether that member is connected and has said that it is kept out of service. */
    boolean outOfService(String peer) {
        return outOfService.contains(peer);
    }

    /** A member is connected: it hears how this node stands. */
    void connected(String peer) {
        if (marks.isOut()) {
            mesh.say(peer, new MeshMessage.Standing(true));
        }
    }

    /** A member is not connected any more. */
    void ended(String peer) {
        outOfService.remove(peer);
    }

    /** A member says how it stands. */
    void stands(String peer, boolean isOutOfService) {
        boolean changed = isOutOfService ? outOfService.add(peer) : outOfService.remove(peer);
        if (changed) {
            journal.info("peer " + peer + (isOutOfService ? ": out of service" : ": in service"));
        }
    }

    /** Goes on with the maintenance that an earlier process had been told. */
    void resume() {
        marks = memory.read();
        if (marks.isOut()) {
            journal.info("still out of service: " + marks.text());
            tell();
        }
        tick();
    }

    /** Ends what has an end; at least every second. */
    void tick() {
        if (!marks.isOut()) {
            return;
        }
        Instant now = Instant.now();
        MaintenanceMarks before = marks;
        MaintenanceMarks after = before.at(now);
        if (!after.equals(before)) {
            before.over(now).forEach(each -> over(each, after));
            become(after);
        }
    }

    private void over(Maintenance ended, MaintenanceMarks left) {
        String why = "the time that " + ended.by() + " gave is over";
        journal.info(left.isOut() ? why : "back in service: " + why);
    }

    @Override
    public Done move(String groupName, String to, String by) {
        Optional<GroupConfig> group = config.group(groupName);
        if (group.isEmpty()) {
            return new Done(false, "no group is named " + groupName);
        }
        if (!to.isEmpty() && group.get().priorityOf(to) == 0) {
            return new Done(false, to + " may not own " + groupName + ": " + group.get().prefer());
        }
        machines.one(groupName, new Event.MoveRequested(to, by));
        return new Done(true, "asked the owner");
    }

    @Override
    public Done maintenance(LinkMessage.Maintenance order) {
        String name = order.node();
        if (name.equals(node)) {
            return new Done(true, maintain(order));
        }
        if (config.cluster().node(name).isEmpty()) {
            return new Done(false, "the file lists no node " + name);
        }
        if (!mesh.connected(name)) {
            return new Done(false, name + " is not connected: run it there");
        }
        mesh.say(
                name,
                new MeshMessage.Maintenance(
                        order.on(), order.by(), order.untilBoot(), order.seconds()));
        return new Done(true, "told " + name);
    }

    /** A member passes on what an operator wants of this node. */
    void ordered(MeshMessage.Maintenance order) {
        String _ =
                maintain(
                        new LinkMessage.Maintenance(
                                node, order.on(), order.by(), order.untilBoot(), order.seconds()));
    }

    /** Does it; how this node stands then, in words. */
    private String maintain(LinkMessage.Maintenance order) {
        MaintenanceMarks before = marks;
        if (!order.on()) {
            MaintenanceMarks left =
                    order.untilBoot() ? before.withoutPassing() : MaintenanceMarks.NONE;
            if (before.isOut() && !left.isOut()) {
                journal.info("back in service: " + order.by());
            }
            become(left);
            return left.isOut() ? "still in maintenance: " + left.text() : "in service";
        }
        Maintenance wanted =
                Maintenance.begin(order.by(), order.untilBoot(), order.seconds(), Instant.now());
        MaintenanceMarks after = before.with(wanted);
        journal.info("out of service: " + after.text());
        become(after);
        return before.isOut() ? "in maintenance: " + after.text() : "in maintenance";
    }

    private void become(MaintenanceMarks wanted) {
        marks = wanted;
        memory.keep(wanted);
        tell();
    }

    private void tell() {
        mesh.say("", new MeshMessage.Standing(marks.isOut()));
        machines.stands(marks);
    }
}
