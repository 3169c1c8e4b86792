package proa.cluster.agreement;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who is in sight, and how far they are. Not thread-safe. */
final class Neighbours {

    private final String self;
    private final List<String> nodes;
    private final Map<String, Stand> others = new TreeMap<>();
    private Set<String> sight;
    private boolean quorum;

    /** Nobody is in sight yet. */
    Neighbours(String self, List<String> nodes) {
        this.self = self;
        this.nodes = List.copyOf(nodes);
        sight = Set.of(self);
        quorum = nodes.size() <= 2;
    }

    void see(List<String> members, boolean enough) {
        sight = new TreeSet<>(members);
        quorum = enough;
        others.keySet().retainAll(sight);
    }

    Set<String> sight() {
        return sight;
    }

    boolean quorum() {
        return quorum;
    }

    boolean sees(String node) {
        return sight.contains(node);
    }

    /** Whether there are others in sight, and all of them have said how far they are. */
    boolean haveAllSaid() {
        return sight.size() > 1
                && sight.stream().allMatch(node -> node.equals(self) || others.containsKey(node));
    }

    /** Whether that node has said how far it is since it came into sight. */
    boolean hasSaid(String node) {
        return others.containsKey(node);
    }

    /** A node says how far it is; whether that is new and, of the same version, something else. */
    boolean differs(String node, Stand said, Stand own) {
        boolean fresh = !said.equals(others.put(node, said));
        return fresh && said.number() == own.number() && !said.hash().equals(own.hash());
    }

    /** The largest number that anybody has. */
    long numberMax(long own) {
        return others.values().stream().mapToLong(Stand::number).reduce(own, Math::max);
    }

    /** A node that has a later version. */
    Optional<String> ahead(long own) {
        return others.entrySet().stream()
                .filter(other -> other.getValue().number() > own)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** How far those in sight are. */
    Map<String, Stand> stands(Stand own) {
        Map<String, Stand> stands = new LinkedHashMap<>();
        for (String node : nodes) {
            Stand of = node.equals(self) ? own : others.get(node);
            if (of != null && sees(node)) {
                stands.put(node, of);
            }
        }
        return stands;
    }
}
