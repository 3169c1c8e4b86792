package proa.node.tls;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;

import proa.node.listener.Loop;
import proa.node.listener.Protocol;

/** Another protocol inside TLS. */
public final class TlsProtocol implements Protocol {

    private final FrontendSecurity security;
    private final Protocol inner;

    /**
     * TLS around a protocol.
     *
     * @param inner its handler comes to a connection whose handshake is done
     */
    public TlsProtocol(FrontendSecurity security, Protocol inner) {
        this.security = security;
        this.inner = inner;
    }

    @Override
    public ChannelHandler handler(Loop loop, SocketChannel accepted) {
        return new ClientHandshake(loop, accepted, security, inner);
    }
}
