package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.config.link.LinkMessage;
import proa.vip.linux.ProcessState;
import proa.vip.vrrp.AlarmLimit;
import proa.vip.vrrp.Event;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The node process of this host as vipd knows it: which connections are its own, and what it has
 * been told. A process is known by its incarnation; what an older one still says is ignored. Used
 * by the loop's thread.
 */
final class NodeDesk {

    /** The machines of all groups, or of one. */
    interface Machines {
        void all(Event event);

        void one(String group, Event event);

        /** So many servers of a group's frontends are up. */
        void servers(String group, int up, int total);

        /** Operators keep this node out of service, or no longer. */
        void stands(MaintenanceMarks marks);

        /** These servers of a frontend take new connections. */
        void usable(LinkMessage.Usable usable);
    }

    /** What a local process may ask of this host. */
    interface Orders {
        /** A group is to be elsewhere. */
        LinkMessage.Done move(String group, String to, String by);

        /** A node is to own nothing, or may again. */
        LinkMessage.Done maintenance(LinkMessage.Maintenance order);

        /** Why this node is kept out of service, if it is. */
        MaintenanceMarks maintenance();
    }

    private final String node;
    private final Set<String> groups;
    private final Machines machines;
    private final Orders orders;
    private final Supplier<String> status;
    private final Journal journal;
    private final Map<String, LinkMessage.Ownership> told = new LinkedHashMap<>();
    private final Set<String> mayLeave = new HashSet<>();
    private final KeptAlarms kept = new KeptAlarms();
    private final AlarmLimit<String> alarms = new AlarmLimit<>(TimeUnit.MINUTES.toNanos(1));
    private @Nullable Session session;

    /** One process. */
    private static final class Session {
        final long incarnation;
        final long pid;
        @Nullable NodeLink ordinary;
        @Nullable NodeLink early;

        Session(LinkMessage.Hello hello) {
            incarnation = hello.incarnation();
            pid = hello.pid();
        }

        boolean owns(NodeLink link) {
            return link == ordinary || link == early;
        }

        void close() {
            if (ordinary != null) {
                ordinary.close();
            }
            if (early != null) {
                early.close();
            }
        }
    }

    NodeDesk(
            String node,
            Set<String> groups,
            Machines machines,
            Orders orders,
            Supplier<String> status,
            Journal journal) {
        this.node = node;
        this.groups = Set.copyOf(groups);
        this.machines = machines;
        this.orders = orders;
        this.status = status;
        this.journal = journal;
    }

    /** A local process has said something. */
    void said(NodeLink link, LinkMessage.FromNode message) {
        switch (message) {
            case LinkMessage.StatusRequest _ -> link.send(new LinkMessage.Status(status.get()));
            case LinkMessage.Move(String group, String to, String by) ->
                    link.send(orders.move(group, to, by));
            case LinkMessage.Maintenance order -> link.send(orders.maintenance(order));
            case LinkMessage.Servers servers -> {
                if (isNode(link)) {
                    machines.servers(servers.group(), servers.up(), servers.total());
                }
            }
            case LinkMessage.Usable usable -> {
                if (isNode(link)) {
                    machines.usable(usable);
                }
            }
            case LinkMessage.Hello hello -> greeted(link, hello);
            case LinkMessage.Heartbeat beat -> {
                if (isNode(link)) {
                    machines.all(
                            new Event.NodeHeartbeat(beat.oldestTickMillis(), beat.servedMillis()));
                }
            }
            case LinkMessage.Readiness readiness -> {
                if (isNode(link)) {
                    Event event = new Event.NodeReadiness(readiness.ready(), readiness.why());
                    machines.one(readiness.group(), event);
                }
            }
            case LinkMessage.Drained(String group) -> {
                if (isNode(link)) {
                    machines.one(group, new Event.NodeDrained());
                }
            }
            case LinkMessage.Leaving _ -> {
                if (isNode(link)) {
                    mayLeave.clear();
                    machines.all(new Event.NodeLeaving());
                }
            }
        }
    }

    private boolean isNode(NodeLink link) {
        return session != null && link == session.ordinary;
    }

    private void greeted(NodeLink link, LinkMessage.Hello hello) {
        Session current = session;
        if (!hello.node().equals(node)) {
            journal.warn("a process calls itself " + hello.node() + " here: cut off");
            link.close();
            return;
        }
        if (current != null && current.incarnation > hello.incarnation()) {
            journal.warn("an older node process has connected: cut off");
            link.close();
            return;
        }
        if (current != null && current.incarnation < hello.incarnation()) {
            gone(current);
            current = null;
        }
        Session greeted = current == null ? new Session(hello) : current;
        session = greeted;
        if (hello.early()) {
            greeted.early = link;
        } else {
            greeted.ordinary = link;
            journal.info("the node process has connected, pid " + hello.pid());
            machines.all(new Event.NodeConnected());
            told.values().forEach(link::send);
            link.send(standing(orders.maintenance()));
            kept.next(System.nanoTime()).forEach(text -> link.send(new LinkMessage.Alarm(text)));
        }
    }

    /** A connection has ended; the first of a process counts. */
    void ended(NodeLink link) {
        Session current = session;
        if (current != null && current.owns(link)) {
            gone(current);
        }
    }

    private void gone(Session ended) {
        session = null;
        kept.gone(System.nanoTime());
        machines.all(new Event.NodeGone());
        journal.info("the node process is gone, pid " + ended.pid);
        ended.close();
    }

    /** Whether the process is stopped or gone, as the kernel sees it now. */
    boolean stopped() {
        Session current = session;
        return current == null || ProcessState.of(current.pid) != ProcessState.ALIVE;
    }

    /** Tells the node who owns a group, now and whenever it connects. */
    void tell(LinkMessage.Ownership ownership) {
        told.put(ownership.group(), ownership);
        if (session != null && session.ordinary != null) {
            session.ordinary.send(ownership);
        }
    }

    /** Tells the node whether operators keep it out of service; one that connects hears it, too. */
    void tell(MaintenanceMarks marks) {
        if (session != null && session.ordinary != null) {
            session.ordinary.send(standing(marks));
        }
    }

    /**
     * Tells the node, or with its time the next one that connects, what an operator must see: the
     * same once a minute, however often the log has it. One that ends soon after it was told may
     * not have read it, and the next one is told, too.
     */
    void alarm(String text) {
        long nowNanos = System.nanoTime();
        if (!alarms.due(text, nowNanos)) {
            return;
        }
        if (session != null && session.ordinary != null) {
            session.ordinary.send(new LinkMessage.Alarm(text));
            kept.told(text, Instant.now(), nowNanos);
        } else {
            kept.untold(text, Instant.now());
        }
    }

    private static LinkMessage.Standing standing(MaintenanceMarks marks) {
        return new LinkMessage.Standing(marks.isOut(), marks.text());
    }

    /** One group no longer needs the leaving process; when none does, it is told so. */
    void letLeave(String group) {
        mayLeave.add(group);
        if (mayLeave.containsAll(groups) && session != null && session.ordinary != null) {
            session.ordinary.send(new LinkMessage.MayLeave());
        }
    }

    /** Whether the node process is connected. */
    boolean connected() {
        return session != null && session.ordinary != null;
    }
}
