package proa.config.link;

import java.util.List;

/** One message between a node and the vipd of its host. */
public sealed interface LinkMessage {

    /** Sent by the node. */
    sealed interface FromNode extends LinkMessage {}

    /** Sent by vipd. */
    sealed interface FromVipd extends LinkMessage {}

    /**
     * First message on each connection.
     *
     * @param node node name
     * @param incarnation larger than that of every earlier process of this node
     * @param pid process id, to tell a stopped process from a stuck one
     * @param early whether this is the connection of the early-notice thread, which never says
     *     anything more: its end means the process is dying
     */
    record Hello(String node, long incarnation, long pid, boolean early) implements FromNode {}

    /**
     * The node is alive and serves; sent every {@link #HEARTBEAT_MILLIS}.
     *
     * @param oldestTickMillis age of the oldest last tick of all event loops
     * @param servedMillis age of the last own request answered through a real listener
     */
    record Heartbeat(long oldestTickMillis, long servedMillis) implements FromNode {}

    /**
     * Whether this node could serve a group.
     *
     * @param group group name
     * @param ready listeners bound, tables synchronised, first health round done
     * @param why what is missing, for the operator; empty when ready
     */
    record Readiness(String group, boolean ready, String why) implements FromNode {}

    /** The node is about to stop on purpose: hand every group over. */
    record Leaving() implements FromNode {}

    /**
     * In the tail of a planned move: no connection of the group is left here.
     *
     * @param group group name
     */
    record Drained(String group) implements FromNode {}

    /** Asks for one {@link Status}; any local process may. */
    record StatusRequest() implements FromNode {}

    /**
     * An operator wants a group on that node; any local process that may open the socket may ask.
     *
     * @param group group name
     * @param node node name; empty: where the file prefers it
     * @param by who wants it, for the log
     */
    record Move(String group, String node, String by) implements FromNode {}

    /**
     * An operator takes a node out of service for all groups, or gives it back.
     *
     * @param node node name
     * @param on whether it is to own nothing
     * @param by who wants it, for the log
     * @param untilBoot whether a boot of the node ends it; of a node that is given back: only what
     *     a boot would end is over
     * @param seconds after which it ends by itself; 0: never; at most {@link #SECONDS_MAX}
     */
    record Maintenance(String node, boolean on, String by, boolean untilBoot, long seconds)
            implements FromNode {

        /** Thirty days. */
        public static final long SECONDS_MAX = 30 * 86_400;

        public Maintenance {
            if (seconds < 0 || seconds > SECONDS_MAX) {
                throw new IllegalArgumentException("maintenance for " + seconds + " s");
            }
        }

        /** Until an operator takes it back. */
        public Maintenance(String node, boolean on, String by) {
            this(node, on, by, false, 0);
        }
    }

    /**
     * The share of servers that are up behind a group's frontends, as this node's checks see it;
     * said on every change.
     *
     * @param group group name
     * @param up servers that take traffic
     * @param total servers there are
     */
    record Servers(String group, int up, int total) implements FromNode {}

    /**
     * Which servers of a frontend that the kernel carries take new connections, as this node's
     * checks and its operator have it; said on every change. Where a server is, vipd knows from its
     * own file.
     *
     * @param frontend frontend name
     * @param servers names of servers, at most {@link #SERVERS_MAX}
     * @param down names of those whose checks fail, at most as many: unlike others that take no new
     *     connections, they do not keep what they have
     */
    record Usable(String frontend, List<String> servers, List<String> down) implements FromNode {
        public Usable {
            servers = List.copyOf(servers);
            down = List.copyOf(down);
        }

        /** No server is down. */
        public Usable(String frontend, List<String> servers) {
            this(frontend, servers, List.of());
        }
    }

    /**
     * The answer to {@link Move} and {@link Maintenance}: passed on, or why not. The deed itself
     * shows in {@link Status}.
     */
    record Done(boolean ok, String text) implements FromVipd {}

    /**
     * Who owns a group as this vipd sees it; sent on every change and once for each group after
     * {@link Hello}.
     *
     * @param group group name
     * @param state this node's own state
     * @param owner the owner's node name, or empty when unknown
     * @param term the ownership term
     * @param why one line for the operator
     * @param tail a planned move has taken the group elsewhere and the connections that are here go
     *     on until they end; to be answered by {@link Drained}
     */
    record Ownership(String group, State state, String owner, long term, String why, boolean tail)
            implements FromVipd {
        /** Without a tail. */
        public Ownership(String group, State state, String owner, long term, String why) {
            this(group, state, owner, term, why, false);
        }
    }

    /** vipd's whole state as one JSON document. */
    record Status(String json) implements FromVipd {}

    /**
     * Whether operators keep this node out of service; said on every change and once after {@link
     * Hello}. A node that does not know it goes on without.
     *
     * @param out whether it is to own nothing
     * @param why who wants it and until when, for the operator; empty when in service
     */
    record Standing(boolean out, String why) implements FromVipd {}

    /**
     * Something an operator must see, as it stands in vipd's log; what was said while no node was
     * connected follows {@link Hello}. A node that does not know it goes on without.
     *
     * @param text one line
     */
    record Alarm(String text) implements FromVipd {}

    /** All groups have been handed over (or nobody could take them): the node may stop. */
    record MayLeave() implements FromVipd {}

    /** State of one group on one node. */
    enum State {
        /** Not taking part: the interface is down, or rights or configuration are missing. */
        FAULT,
        /** Another node owns it, or nobody does yet. */
        BACKUP,
        /** This node owns it. */
        ACTIVE
    }

    /** More servers than this in {@link Usable} are ignored. */
    int SERVERS_MAX = 256;

    /** Interval of heartbeats in milliseconds. */
    long HEARTBEAT_MILLIS = 25;
}
