package proa.cluster.member;

import proa.cluster.replication.ServerHint;
import proa.config.ProaConfig;

import java.util.List;
import java.util.function.Consumer;

/**
 * This node's membership in the cluster: the shared tables and who else is there. Safe from any
 * thread.
 */
public interface Member extends AutoCloseable {

    /**
     * Makes tables that a later configuration, which may still be refused, has besides; nothing
     * changes about those that are there. Waits until it is done.
     */
    void make(ProaConfig config);

    /**
     * Changes settings of the tables, which all have been made, to those of a configuration that is
     * in use now; entries stay, as far as there is room. Waits until it is done.
     */
    void follow(ProaConfig config);

    /** Forgets tables that a configuration does not have any more. */
    void retain(ProaConfig config);

    /** The table of that name; the configuration has it. */
    SharedTable table(String name);

    /** What keeps a limit; the configuration has its table and counter. */
    Limiter limiter(Limit limit);

    /** Who is there, now. */
    View view();

    /** Calls back on every view change, and once at once, on a thread of the cluster's own. */
    void onView(Consumer<View> listener);

    /**
     * Whether the tables have arrived from the members in sight; for a moment not, whenever one
     * comes into sight.
     */
    boolean synchronised();

    /** How far this node is behind the others in sight, as of about now, in nanoseconds. */
    long lagNanos();

    /**
     * Whether it has been behind by more than {@code max-lag} for longer than a moment; never while
     * no other member is in sight.
     */
    boolean behind();

    /**
     * Tells the others that this node has found a server down, soon and once, and perhaps in vain.
     * Who is alone tells nobody. Any thread; does not block.
     */
    default void hint(ServerHint hint) {}

    /** Calls back with each hint of the others, on a thread of the cluster's own. */
    default void onHint(Consumer<ServerHint> listener) {}

    /** Other things that members tell each other. */
    default Post post() {
        return Post.NOBODY;
    }

    /** Counters for {@code proa status}, as one JSON object. */
    String statusJson();

    /** Leaves, after sending what has not been sent. */
    @Override
    void close();

    /**
     * Members in sight.
     *
     * @param number grows with every change
     * @param members node names, coordinator first
     * @param quorum whether these are more than half of the configured members (in a pair: always)
     */
    record View(long number, List<String> members, boolean quorum) {
        public View {
            members = List.copyOf(members);
        }
    }
}
