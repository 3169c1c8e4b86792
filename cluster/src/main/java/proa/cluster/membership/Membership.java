package proa.cluster.membership;

import org.jspecify.annotations.Nullable;

import proa.config.ClusterConfig;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Turns what the group says about addresses in sight into members and a verdict. Not thread-safe.
 *
 * <p>Nothing here decides who owns an address; that is the address manager's alone.
 */
public final class Membership {

    private final ClusterConfig cluster;
    private final String self;
    private Sight sight;

    /**
     * Members in sight.
     *
     * @param number grows with every change
     * @param members node names, the group's coordinator first
     * @param quorum whether these are more than half of the configured members, or it is a pair
     */
    public record Sight(long number, List<String> members, boolean quorum) {
        public Sight {
            members = List.copyOf(members);
        }
    }

    /** Begins with this node alone. */
    public Membership(ClusterConfig cluster, String self) {
        this.cluster = cluster;
        this.self = self;
        this.sight = new Sight(0, List.of(self), quorum(1));
    }

    /** What was seen last. */
    public Sight sight() {
        return sight;
    }

    /**
     * Takes in a new view of the group.
     *
     * @param ids node ids, coordinator first. A node may be there twice for a moment, when its new
     *     life has joined and its old one is not yet found dead; ids that the file does not list
     *     are left out
     */
    public Sight view(List<Integer> ids) {
        LinkedHashSet<String> names =
                ids.stream()
                        .map(this::name)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        // A view without this node is one it has been thrown out of: it sees itself and nobody
        // else.
        List<String> members = names.contains(self) ? List.copyOf(names) : List.of(self);
        sight = new Sight(sight.number() + 1, members, quorum(members.size()));
        return sight;
    }

    /** Of two members neither is more than half, and both go on; of three it takes two. */
    private boolean quorum(int inSight) {
        return cluster.nodes().size() <= 2 || inSight * 2 > cluster.nodes().size();
    }

    private @Nullable String name(int id) {
        Optional<String> name =
                cluster.nodes().stream()
                        .filter(node -> node.id() == id)
                        .map(ClusterConfig.Node::name)
                        .findFirst();
        return name.orElse(null);
    }
}
