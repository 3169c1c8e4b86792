package proa.cluster.transport;

import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.util.MessageBatch;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;

import proa.config.ClusterConfig;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

/**
 * This node's place in the group of members: who is in sight, and bytes to and from them. Safe from
 * any thread.
 *
 * <p>A member's address in the group holds its node id and incarnation, so that a new life of a
 * node is another member and nobody's name has to be looked up.
 */
public final class Group implements AutoCloseable {

    /** Upper half of every member's address, above the node id. */
    private static final long ADDRESS_MARK = 0x50524f41L << 32;

    private static final long NODE_MASK = 0xff;

    private final JChannel channel;
    private final Beats beats;

    /** Node ids, coordinator first, and what arrives. Called on the group's own threads. */
    public interface Listener {

        /** The members in sight have changed; also after members have met again. */
        void view(List<Integer> ids);

        /** Bytes from a member, possibly of an old view; they are the listener's. */
        void received(int id, byte[] bytes);
    }

    /**
     * Binds, looks for the others and joins them, or begins alone. Blocks up to a few seconds; the
     * first view comes before it returns.
     *
     * @param tls mutual TLS; empty only where the operator says {@code insecure}
     */
    public static Group join(
            ClusterConfig cluster,
            ClusterConfig.Node self,
            long incarnation,
            Optional<SSLContext> tls,
            Listener listener)
            throws IOException {
        JChannel channel = null;
        try {
            channel = new JChannel(Stack.of(cluster, self, tls));
            channel.setName(self.name());
            channel.setDiscardOwnMessages(true);
            channel.addAddressGenerator(() -> new UUID(ADDRESS_MARK | self.id(), incarnation));
            Beats beats = new Beats(channel, self.id(), incarnation, Pace.of(cluster.timing()));
            channel.setReceiver(new Ears(listener, beats));
            channel.connect(cluster.name());
            beats.start();
            return new Group(channel, beats);
        } catch (Exception e) {
            if (channel != null) {
                channel.close();
            }
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("joining the members: " + cause.getMessage(), e);
        }
    }

    private Group(JChannel channel, Beats beats) {
        this.channel = channel;
        this.beats = beats;
    }

    /** Sends to every other member in sight. Blocks while a member takes in nothing. */
    public void sendToAll(byte[] bytes) throws IOException {
        send(null, bytes);
    }

    /** Sends to one member; into the void if it is not in sight. */
    public void sendTo(int id, byte[] bytes) throws IOException {
        View view = channel.getView();
        Address to = view == null ? null : latest(view, id);
        if (to != null) {
            send(to, bytes);
        }
    }

    /** Addresses the group listens on, for tests and status. */
    public InetSocketAddress address() {
        return Stack.address(channel);
    }

    /**
     * Messages, the group's own among them, that were dropped since the start because a member was
     * not reached; it is sent those again that it misses.
     */
    public long dropped() {
        MemberTransport transport = channel.getProtocolStack().findProtocol(MemberTransport.class);
        return transport == null ? 0 : transport.dropped();
    }

    /** Leaves: the others know at once. */
    @Override
    public void close() {
        beats.close();
        channel.close();
    }

    /** For tests that separate members. */
    JChannel channel() {
        return channel;
    }

    private void send(@Nullable Address to, byte[] bytes) throws IOException {
        try {
            channel.send(new BytesMessage(to, bytes));
        } catch (Exception e) {
            throw new IOException("sending to members: " + e.getMessage(), e);
        }
    }

    /**
     * A node whose old life is still in the view is spoken to in its new one, which joined later.
     */
    static @Nullable Address latest(View view, int id) {
        Address latest = null;
        for (Address member : view.getMembersRaw()) {
            if (id(member) == id) {
                latest = member;
            }
        }
        return latest;
    }

    /** The node id in a member's address; 0: no member's address. */
    static int id(Address address) {
        return address instanceof UUID uuid ? (int) (uuid.getMostSignificantBits() & NODE_MASK) : 0;
    }

    private record Ears(Listener listener, Beats beats) implements Receiver {

        @Override
        public void viewAccepted(View view) {
            listener.view(view.getMembers().stream().map(Group::id).collect(Collectors.toList()));
        }

        @Override
        public void receive(Message message) {
            int id = id(message.getSrc());
            if (message.hasArray()) {
                byte[] bytes = new byte[message.getLength()];
                System.arraycopy(message.getArray(), message.getOffset(), bytes, 0, bytes.length);
                if (!beats.received(id, bytes)) {
                    listener.received(id, bytes);
                }
            }
        }

        @Override
        public void receive(MessageBatch batch) {
            List<Message> messages = new ArrayList<>();
            batch.forEach(messages::add);
            messages.forEach(this::receive);
        }
    }
}
