package proa.vip.loop;

import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.link.LinkMessage.Done;
import proa.vip.mesh.Mesh;
import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Event;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What operators want: a group moved, a node kept out of service. Wishes about another node go to
 * it over the mesh. Maintenance of this node outlives the process as a file of the run directory,
 * which is in memory, and ends with the next boot. Used by the loop's thread.
 */
final class Operator {

    private final ProaConfig config;
    private final String node;
    private final Mesh mesh;
    private final NodeDesk.Machines machines;
    private final Journal journal;
    private final Path marker;
    private final Set<String> outOfService = new HashSet<>();
    private boolean maintenance;

    /**
     * @param node this node
     * @param runDirectory where the mark of maintenance is kept
     */
    Operator(
            ProaConfig config,
            String node,
            Mesh mesh,
            NodeDesk.Machines machines,
            Journal journal,
            Path runDirectory) {
        this.config = config;
        this.node = node;
        this.mesh = mesh;
        this.machines = machines;
        this.journal = journal;
        this.marker = runDirectory.resolve("maintenance");
    }

    /** Whether this node is kept out of service. */
    boolean maintenance() {
        return maintenance;
    }

    /** Whether that member is connected and has said that it is kept out of service. */
    boolean outOfService(String peer) {
        return outOfService.contains(peer);
    }

    /** A member is connected: it hears how this node stands. */
    void connected(String peer) {
        if (maintenance) {
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
        if (Files.exists(marker)) {
            maintain(true, "maintenance of before the restart");
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
    Done maintenance(String name, boolean on, String by) {
        if (name.equals(node)) {
            maintain(on, by);
            return new Done(true, on ? "in maintenance" : "in service");
        }
        if (config.cluster().node(name).isEmpty()) {
            return new Done(false, "the file lists no node " + name);
        }
        if (!mesh.connected(name)) {
            return new Done(false, name + " is not connected: run it there");
        }
        mesh.say(name, new MeshMessage.Maintenance(on, by));
        return new Done(true, "told " + name);
    }

    /** A member passes on what an operator wants of this node. */
    void ordered(MeshMessage.Maintenance order) {
        maintain(order.on(), order.by());
    }

    private void maintain(boolean on, String by) {
        if (on != maintenance) {
            journal.info(by + (on ? ": out of service" : ": back in service"));
        }
        maintenance = on;
        mesh.say("", new MeshMessage.Standing(on));
        machines.all(new Event.Drain(on));
        try {
            if (on) {
                Files.writeString(marker, by + "\n");
            } else {
                Files.deleteIfExists(marker);
            }
        } catch (IOException e) {
            journal.warn("a restart will not remember it: " + e);
        }
    }
}
