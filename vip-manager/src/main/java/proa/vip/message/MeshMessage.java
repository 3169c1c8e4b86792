package proa.vip.message;

import java.net.InetAddress;
import java.util.List;

/** One message between the vipds of two members. */
public sealed interface MeshMessage {

    /** A message about one traffic group; goes to that group's machine. */
    sealed interface AboutGroup extends MeshMessage {
        /** Group name. */
        String group();

        /** Ownership term the message speaks of, 0 or more. */
        long term();
    }

    /**
     * First message on each connection, both ways.
     *
     * @param node the sender's node name; must be the name in its certificate
     * @param id the sender's {@code id} from the file
     * @param cluster cluster name; another cluster's connection is closed
     * @param advertSources addresses the sender's advertisements come from beyond those in the
     *     file, such as IPv6 link-local ones
     * @param earlyPort where the sender's kernel refuses connections as soon as its vipd is killed,
     *     1 to 65535; 0: nowhere
     */
    record Hello(
            String node, int id, String cluster, List<InetAddress> advertSources, int earlyPort)
            implements MeshMessage {
        public Hello {
            advertSources = List.copyOf(advertSources);
        }

        /** Of one whose end is not told early. */
        public Hello(String node, int id, String cluster, List<InetAddress> advertSources) {
            this(node, id, cluster, advertSources, 0);
        }
    }

    /**
     * The sender's vipd is about to end on purpose: what follows on this connection is no crash.
     */
    record Leaving() implements MeshMessage {}

    /**
     * How the sender sees the group and itself; said on every change, after {@link Hello}, and each
     * second.
     *
     * @param state the sender's own state
     * @param priority its effective VRRP priority, 0 when it cannot serve at all
     * @param ready whether it would take the group voluntarily now
     * @param gatewayKept for an owner: whether its gateway has answered ever since it took the
     *     group; for others: whether it answers now
     */
    record GroupState(
            String group, long term, State state, int priority, boolean ready, boolean gatewayKept)
            implements AboutGroup {}

    /**
     * The owner gives the group up.
     *
     * @param term the term it owned
     * @param successor node that takes over at once, or empty: whoever is first
     * @param why one line for the operator
     * @param pinned an operator put it there: the successor keeps it from nodes the file prefers
     * @param tail the sender's own address beside each of the group's, in the order of the file,
     *     where the connections it has go on; empty: they end
     */
    record Release(
            String group,
            long term,
            String successor,
            String why,
            boolean pinned,
            List<InetAddress> tail)
            implements AboutGroup {
        public Release {
            tail = List.copyOf(tail);
        }

        /** A release whose connections end. */
        public Release(String group, long term, String successor, String why, boolean pinned) {
            this(group, term, successor, why, pinned, List.of());
        }

        /** The same, that no operator asked for. */
        public Release(String group, long term, String successor, String why) {
            this(group, term, successor, why, false);
        }
    }

    /** The sender, an earlier owner, has no connection of the group any more. */
    record TailOver(String group, long term) implements AboutGroup {}

    /**
     * An operator wants the group on that node; passed on to the owner of this term.
     *
     * @param node node name; empty: where the file prefers it
     * @param by who wants it
     */
    record Move(String group, long term, String node, String by) implements AboutGroup {}

    /**
     * An operator takes the receiver out of service, or gives it back.
     *
     * @param on whether it is to own nothing
     * @param by who wants it
     * @param untilBoot whether a boot of the receiver ends it; of a receiver that is given back:
     *     only what a boot would end is over
     * @param seconds after which it ends by itself; 0: never
     */
    record Maintenance(boolean on, String by, boolean untilBoot, long seconds)
            implements MeshMessage {}

    /**
     * Whether the sender is kept out of service; said on every change, and after {@link Hello} when
     * it is.
     */
    record Standing(boolean outOfService) implements MeshMessage {}

    /** A ready node asks the owner of this term to hand the group over to it. */
    record Request(String group, long term, String why) implements AboutGroup {}

    /** "I no longer hear your advertisements for this term: do you keep the group?" */
    record Ask(String group, long term) implements AboutGroup {}

    /** The answer to {@link Ask}. */
    record Answer(String group, long term, boolean keep) implements AboutGroup {}

    /**
     * The owner is alive: a VRRP advertisement for members that hold addresses by binding them and
     * so have no right to raw sockets.
     *
     * @param vrid virtual router, 1 to 255
     * @param priority 0 gives the router up
     * @param intervalCentis the sender's advertisement interval, 1 to 4095 centiseconds
     */
    record Advert(int vrid, int priority, int intervalCentis) implements MeshMessage {}

    /**
     * Which servers of a frontend that the kernel carries take new connections; a later one holds
     * on every node.
     *
     * @param frontend frontend name
     * @param term of the ownership under which it was said, 0 or more
     * @param version counts the changes, 0 or more
     * @param servers names of servers
     */
    record Assigned(String frontend, long term, long version, List<String> servers)
            implements MeshMessage {
        public Assigned {
            servers = List.copyOf(servers);
        }
    }

    /**
     * The owner's connections of a frontend that its table of servers does not lead to; those of
     * one server in one state. A round begins with all of them and goes on with changes.
     *
     * @param frontend frontend name
     * @param term of the sender's ownership, 0 or more
     * @param round a later one replaces what was said in an earlier one, 0 or more
     * @param step what it says of them
     * @param server name of the server they are at; empty with {@code ALL}
     * @param state of TCP as the kernel counts it, 3 to 5; 0: of UDP
     * @param clients the clients' ends, {@link #CLIENTS_MAX} at most; none with {@code ALL}
     */
    record Connections(
            String frontend,
            long term,
            long round,
            Step step,
            String server,
            int state,
            List<Endpoint> clients)
            implements MeshMessage {

        /** So many fit into a frame, of either family. */
        public static final int CLIENTS_MAX = 256;

        public Connections {
            clients = List.copyOf(clients);
        }

        /** What is said of connections. */
        public enum Step {
            /** They are there. */
            HERE,
            /** They have ended, or the table leads to them again. */
            GONE,
            /** Those said to be here in this round are all there are. */
            ALL
        }
    }

    /**
     * State of one group on one node, RFC 9568 §6.3 and a state for a node that cannot take part.
     */
    enum State {
        INITIALIZE,
        BACKUP,
        ACTIVE,
        FAULT
    }
}
