package proa.node.protocol.http2;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;

import proa.config.HttpOptions;
import proa.config.HttpOptions.Version;
import proa.node.listener.Loop;
import proa.node.listener.Protocol;
import proa.node.protocol.http1.HttpLoop;
import proa.node.protocol.http1.HttpProtocol;

/**
 * The {@code http} mode: HTTP/2 or HTTP/1.1, as client and configuration agree. Inside TLS the
 * handshake says which (ALPN, RFC 7301); in clear the client's first bytes do (RFC 9113 §3.3).
 */
public final class NegotiatedHttp implements Protocol {

    private static final String H2 = "h2";

    private final HttpProtocol first;
    private final HttpOptions options;
    private final boolean both;
    private final boolean second;

    /** Both versions as far as they are configured; {@code first} is the other one. */
    public NegotiatedHttp(HttpProtocol first, HttpOptions options) {
        this.first = first;
        this.options = options;
        this.second = options.versions().contains(Version.HTTP_2);
        this.both = second && options.versions().contains(Version.HTTP_1_1);
    }

    @Override
    public ChannelHandler handler(Loop loop, SocketChannel accepted) {
        SslHandler tls = second ? accepted.pipeline().get(SslHandler.class) : null;
        boolean agreed = tls != null && H2.equals(tls.applicationProtocol());
        if (!second || tls != null && !agreed && both) {
            return first.handler(loop, accepted);
        }
        accepted.config().setAllowHalfClosure(true);
        HttpLoop shared = HttpLoop.of(loop);
        return new PrefaceReader(
                shared,
                accepted,
                () -> new Http2ClientConnection(shared, accepted, first, options.http2()),
                both && !agreed ? () -> first.handler(loop, accepted) : null,
                first.requestNanos());
    }
}
