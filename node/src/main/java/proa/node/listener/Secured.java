package proa.node.listener;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/**
 * What is known of a client's connection before its first byte is passed on.
 *
 * @param serverName the name that was asked for, lower case; empty: none, or in clear
 * @param decrypted whether TLS ends here
 */
public record Secured(String serverName, boolean decrypted) {

    private static final AttributeKey<Secured> KEY = AttributeKey.valueOf(Secured.class, "noted");
    private static final Secured NOT = new Secured("", false);

    /** What was noted of a connection; nothing for one in clear. */
    public static Secured of(Channel channel) {
        Secured noted = channel.hasAttr(KEY) ? channel.attr(KEY).get() : null;
        return noted == null ? NOT : noted;
    }

    /** What the client speaks to us when that is HTTP. */
    public String scheme() {
        return decrypted ? "https" : "http";
    }

    /** Notes it at a connection. */
    public void noteAt(Channel channel) {
        channel.attr(KEY).set(this);
    }
}
