package proa.chaos.lab;

import org.jspecify.annotations.Nullable;

import proa.chaos.report.Json;
import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

/** What the address manager of one machine says of itself. */
public record VipdStatus(List<Group> groups, List<Peer> peers) {

    private static final int READ_BYTES = 16 << 10;

    public VipdStatus {
        groups = List.copyOf(groups);
        peers = List.copyOf(peers);
    }

    /** One traffic group: who owns it as far as this machine knows, and whether it could itself. */
    public record Group(String group, String owner, boolean ready) {}

    /** Another member, and whether there is a mesh connection to it. */
    public record Peer(String node, boolean mesh) {}

    /** Whether every group has an owner, this machine could be it, and it speaks with all peers. */
    public boolean settled() {
        return peers.stream().allMatch(Peer::mesh)
                && groups.stream().allMatch(group -> group.ready && !group.owner.isEmpty());
    }

    /** Asks; empty when nobody answers. */
    public static Optional<VipdStatus> of(Balancer balancer) {
        return LocalSocket.ask(balancer.runDirectory().resolve("vipd.sock"), VipdStatus::ask);
    }

    private static @Nullable VipdStatus ask(SocketChannel channel) throws IOException {
        channel.write(ByteBuffer.wrap(LinkCodec.encode(new LinkMessage.StatusRequest())));
        LinkCodec codec = new LinkCodec();
        ByteBuffer arrived = ByteBuffer.allocate(READ_BYTES);
        LinkMessage message = null;
        while (message == null && channel.read(arrived.clear()) >= 0) {
            codec.feed(arrived.flip());
            message = codec.next();
        }
        return message instanceof LinkMessage.Status status
                ? Json.read(status.json(), VipdStatus.class)
                : null;
    }
}
