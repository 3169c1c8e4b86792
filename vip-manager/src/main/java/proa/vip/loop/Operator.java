package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.link.LinkMessage;
import proa.config.link.LinkMessage.Done;
import proa.vip.mesh.Mesh;
import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Event;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What operators want: a group moved, a node kept out of service. Wishes about another node go to
 * it over the mesh. Maintenance of this node outlives the process, and a boot too unless the wish
 * says otherwise, until it is taken back or its time is over. Used by the loop's thread.
 */
final class Operator {

    private final ProaConfig config;
    private final String node;
    private final Mesh mesh;
    private final NodeDesk.Machines machines;
    private final Journal journal;
    private final MaintenanceFiles files;
    private final Set<String> outOfService = new HashSet<>();
    private @Nullable Maintenance maintenance;

    /**
     * @param node this node
     * @param files where maintenance of this node is remembered
     */
    Operator(
            ProaConfig config,
            String node,
            Mesh mesh,
            NodeDesk.Machines machines,
            Journal journal,
            MaintenanceFiles files) {
        this.config = config;
        this.node = node;
        this.mesh = mesh;
        this.machines = machines;
        this.journal = journal;
        this.files = files;
    }

    /** Whether this node is kept out of service. */
    boolean isInMaintenance() {
        return maintenance != null;
    }

    /** Why this node is kept out of service, if it is. */
    Optional<Maintenance> maintenance() {
        return Optional.ofNullable(maintenance);
    }

    /** Whether that member is connected and has said that it is kept out of service. */
    boolean outOfService(String peer) {
        return outOfService.contains(peer);
    }

    /** A member is connected: it hears how this node stands. */
    void connected(String peer) {
        if (maintenance != null) {
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
        files.read().ifPresent(before -> begin(before, "still out of service: "));
        tick();
    }

    /** Ends what has an end; at least every second. */
    void tick() {
        Maintenance now = maintenance;
        if (now != null && now.isOver(Instant.now())) {
            end("the time that " + now.by() + " gave is over");
        }
    }

    /** A group is to be elsewhere. */
    Done move(String groupName, String to, String by) {
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

    /** A node is to own nothing, or may again. */
    Done maintenance(LinkMessage.Maintenance order) {
        String name = order.node();
        if (name.equals(node)) {
            return maintain(order.on(), order.by(), order.untilBoot(), order.seconds());
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
        maintain(order.on(), order.by(), order.untilBoot(), order.seconds());
    }

    private Done maintain(boolean on, String by, boolean untilBoot, long seconds) {
        if (!on) {
            end(by);
            return new Done(true, "in service");
        }
        Maintenance before = maintenance;
        if (before != null && untilBoot && !before.untilBoot()) {
            return new Done(true, "in maintenance, which outlives a boot: " + before.text());
        }
        Maintenance wanted = Maintenance.begin(by, untilBoot, seconds, Instant.now());
        begin(wanted, "out of service: ");
        try {
            files.write(wanted);
        } catch (IOException e) {
            journal.warn("a restart will not remember it: " + e);
            return new Done(true, "in maintenance, which a restart will not remember: " + e);
        }
        return new Done(true, "in maintenance");
    }

    private void begin(Maintenance wanted, String words) {
        journal.info(words + wanted.text());
        maintenance = wanted;
        tell(true);
    }

    private void end(String why) {
        if (maintenance != null) {
            journal.info("back in service: " + why);
        }
        maintenance = null;
        tell(false);
        try {
            files.remove();
        } catch (IOException e) {
            journal.warn("a restart will not remember that it is back in service: " + e);
        }
    }

    private void tell(boolean out) {
        mesh.say("", new MeshMessage.Standing(out));
        machines.all(new Event.Drain(out));
    }
}
