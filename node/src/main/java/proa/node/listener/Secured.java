package proa.node.listener;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Handshake;

/**
 * What is known of a client's connection before its first byte is passed on.
 *
 * @param serverName the name that was asked for, lower case; empty: none, or in clear
 * @param handshake what TLS has told; null: in clear, or TLS does not end here
 */
public record Secured(String serverName, @Nullable Handshake handshake) {

    private static final AttributeKey<Secured> KEY = AttributeKey.valueOf(Secured.class, "noted");

    /** In clear, with nothing asked for. */
    public static final Secured NOTHING = new Secured("", null);

    /** What was noted of a connection; nothing for one in clear. */
    public static Secured of(Channel channel) {
        Secured noted = channel.hasAttr(KEY) ? channel.attr(KEY).get() : null;
        return noted == null ? NOTHING : noted;
    }

    /** What the client speaks to us when that is HTTP. */
    public String scheme() {
        return handshake != null ? "https" : "http";
    }

    /** Notes it at a connection. */
    public void noteAt(Channel channel) {
        channel.attr(KEY).set(this);
    }
}
