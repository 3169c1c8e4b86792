package proa.config;

import java.net.InetAddress;
import java.util.List;

/**
 * The addresses that connections to the servers of a backend come from, those of traffic and those
 * of probes: in turn, each server from the ones of its own family.
 *
 * @param everywhere those of every node; empty: the kernel chooses, but on the nodes below
 * @param ofNodes those of single nodes, sorted by name
 */
public record Sources(List<InetAddress> everywhere, List<OfNode> ofNodes) {

    /** The kernel chooses. */
    public static final Sources NONE = new Sources(List.of(), List.of());

    public Sources {
        everywhere = List.copyOf(everywhere);
        ofNodes = List.copyOf(ofNodes);
    }

    /** The same addresses on every node. */
    public Sources(List<InetAddress> everywhere) {
        this(everywhere, List.of());
    }

    /** What one node connects from. */
    public record OfNode(String node, List<InetAddress> addresses) {
        public OfNode {
            addresses = List.copyOf(addresses);
        }
    }

    /** What that node connects from. */
    public Sources on(String node) {
        return ofNodes.stream()
                .filter(each -> each.node().equals(node))
                .findFirst()
                .map(each -> new Sources(each.addresses()))
                .orElseGet(() -> ofNodes.isEmpty() ? this : new Sources(everywhere));
    }

    /** The addresses of that family. */
    public List<InetAddress> towards(InetAddress server) {
        return everywhere.stream().filter(each -> each.getClass() == server.getClass()).toList();
    }
}
