package proa.cluster.member;

import proa.cluster.replication.Outgoing;
import proa.config.ClusterConfig;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Messages of other protocols, by what they begin with. Safe from any thread. */
final class PostBox implements Post {

    private final ClusterConfig cluster;
    private final Executor teller;
    private final Consumer<List<Outgoing>> sender;
    private final Map<Integer, BiConsumer<String, byte[]>> listeners = new ConcurrentHashMap<>();

    /** Listeners are called by the teller. */
    PostBox(ClusterConfig cluster, Executor teller, Consumer<List<Outgoing>> sender) {
        this.cluster = cluster;
        this.teller = teller;
        this.sender = sender;
    }

    @Override
    public void send(String node, byte[] bytes) {
        cluster.node(node).ifPresent(to -> sender.accept(List.of(new Outgoing(to.id(), bytes))));
    }

    @Override
    public void listen(int magic, BiConsumer<String, byte[]> listener) {
        listeners.put(magic, listener);
    }

    /** Whether somebody listens to bytes that begin like these; if so, they are passed on. */
    boolean arrived(int from, byte[] bytes) {
        if (bytes.length < Integer.BYTES) {
            return false;
        }
        BiConsumer<String, byte[]> listener = listeners.get(ByteBuffer.wrap(bytes).getInt());
        if (listener == null) {
            return false;
        }
        teller.execute(() -> listener.accept(name(from), bytes));
        return true;
    }

    /** A node's name, as the configuration has it. */
    String name(int id) {
        return cluster.nodes().stream()
                .filter(other -> other.id() == id)
                .map(ClusterConfig.Node::name)
                .findFirst()
                .orElse("node " + id);
    }
}
