package proa.cluster.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.transport.Group;
import proa.config.ClusterConfig;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import javax.net.ssl.SSLContext;

/**
 * The Raft engine's wire: a group of its own on the sessions' port, with mutual TLS as the members'
 * has. A member that takes nothing in holds up nobody: what is too much for it is dropped. Safe
 * from any thread.
 */
final class RaftLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RaftLink.class);

    /** Of messages that wait for one member. */
    private static final int WAITING_MAX = 4_096;

    /** After what should not happen. */
    private static final long FAILED_MILLIS = 100;

    private final Group group;
    private final Map<Integer, BlockingQueue<byte[]>> waiting = new HashMap<>();
    private final List<Thread> senders;
    private final LongAdder dropped = new LongAdder();

    private RaftLink(Group group, List<Integer> others) {
        this.group = group;
        others.forEach(other -> waiting.put(other, new ArrayBlockingQueue<>(WAITING_MAX)));
        senders =
                others.stream()
                        .map(
                                other ->
                                        Thread.ofPlatform()
                                                .name("session-raft-to-" + other)
                                                .daemon()
                                                .start(() -> sendTo(other)))
                        .toList();
    }

    /**
     * Joins the others' group, or begins alone. Blocks for seconds.
     *
     * @throws IOException when the port is taken
     */
    static RaftLink join(
            ClusterConfig cluster,
            ClusterConfig.Node self,
            Optional<SSLContext> tls,
            Group.Listener listener)
            throws IOException {
        ClusterConfig.Ports ports = cluster.ports();
        ClusterConfig own =
                new ClusterConfig(
                        cluster.name() + " sessions",
                        cluster.timing(),
                        cluster.nodes(),
                        cluster.tls(),
                        new ClusterConfig.Ports(
                                ports.sessions(), ports.sessions(), ports.engine(), ports.mesh()),
                        cluster.ownership());
        Group group = Group.join(own, self, System.currentTimeMillis(), tls, listener);
        return new RaftLink(
                group, cluster.peersOf(self.name()).stream().map(ClusterConfig.Node::id).toList());
    }

    /** Sends soon, or never. */
    void send(int to, byte[] bytes) {
        BlockingQueue<byte[]> queue = waiting.get(to);
        if (queue != null && !queue.offer(bytes)) {
            dropped.increment();
            LOG.debug("sessions: member {} takes nothing in", to);
        }
    }

    private void sendTo(int other) {
        BlockingQueue<byte[]> queue = waiting.get(other);
        try {
            while (queue != null) {
                byte[] bytes = queue.take();
                try {
                    group.sendTo(other, bytes);
                } catch (IOException e) {
                    dropped.increment();
                    LOG.debug("sessions: to member {}", other, e);
                } catch (RuntimeException | Error e) {
                    dropped.increment();
                    LOG.error("sessions: to member {}, going on", other, e);
                    TimeUnit.MILLISECONDS.sleep(FAILED_MILLIS);
                }
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    /** Messages that were not sent, since the start. */
    long dropped() {
        return dropped.sum() + group.dropped();
    }

    /** For tests that separate members. */
    Group group() {
        return group;
    }

    @Override
    public void close() {
        senders.forEach(Thread::interrupt);
        group.close();
    }
}
