package proa.node.protocol.udp;

import org.jspecify.annotations.Nullable;

import proa.config.FrontendConfig;
import proa.node.exchange.Facts;
import proa.node.exchange.Traffic;
import proa.node.exchange.Traffic.Decision;
import proa.node.listener.DatagramClient;
import proa.node.listener.DatagramProtocol;
import proa.node.listener.DatagramSession;
import proa.node.listener.Loop;
import proa.node.listener.Secured;
import proa.node.protocol.tcp.SourceFacts;

import java.util.function.Supplier;

/** The {@code udp} mode: one server for each client, whatever its datagrams are. */
public final class UdpProtocol implements DatagramProtocol {

    private final FrontendConfig frontend;
    private final Supplier<Traffic> traffic;
    private final ServerSockets sockets;

    /**
     * A protocol for the sessions of one frontend.
     *
     * @param traffic the rules of the moment; asked once for each session, and when it needs
     *     another server
     */
    public UdpProtocol(FrontendConfig frontend, Supplier<Traffic> traffic) {
        this(frontend, traffic, ServerSockets.real(frontend.udp().datagramBytesMax()));
    }

    UdpProtocol(FrontendConfig frontend, Supplier<Traffic> traffic, ServerSockets sockets) {
        this.frontend = frontend;
        this.traffic = traffic;
        this.sockets = sockets;
    }

    @Override
    public int datagramBytesMax() {
        return frontend.udp().datagramBytesMax();
    }

    @Override
    public @Nullable DatagramSession session(Loop loop, DatagramClient client) {
        return decide(client) instanceof Decision.Forward forward
                ? new UdpSession(loop, client, this, forward.destination())
                : null;
    }

    /** What happens to a session from now on. */
    Decision decide(DatagramClient client) {
        Facts facts =
                new SourceFacts(client.address().getAddress(), client.local(), Secured.NOTHING);
        return traffic.get().decide(facts);
    }

    FrontendConfig frontend() {
        return frontend;
    }

    ServerSockets sockets() {
        return sockets;
    }
}
