package proa.node.protocol.tcp;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;

import proa.config.FrontendConfig;
import proa.node.exchange.Traffic;
import proa.node.listener.Loop;
import proa.node.listener.Protocol;

import java.util.function.Supplier;

/** The {@code tcp} mode: one server for each client connection, whatever the bytes are. */
public final class TcpProtocol implements Protocol {

    private final FrontendConfig frontend;
    private final Supplier<Traffic> traffic;

    /**
     * A protocol for the connections of one frontend.
     *
     * @param traffic the rules of the moment; asked once for each connection
     */
    public TcpProtocol(FrontendConfig frontend, Supplier<Traffic> traffic) {
        this.frontend = frontend;
        this.traffic = traffic;
    }

    @Override
    public ChannelHandler handler(Loop loop, SocketChannel accepted) {
        accepted.config().setAutoRead(false);
        accepted.config().setAllowHalfClosure(true);
        return new TcpClient(loop, accepted, frontend, traffic.get());
    }
}
