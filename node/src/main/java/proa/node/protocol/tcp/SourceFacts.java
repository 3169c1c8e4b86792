package proa.node.protocol.tcp;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Facts;
import proa.node.exchange.Handshake;
import proa.node.exchange.Trail;
import proa.node.listener.Secured;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/** A connection: its two ends and what TLS tells are all that is known. */
public record SourceFacts(
        InetAddress source, InetSocketAddress destination, Secured secured, @Nullable Trail trail)
        implements Facts {

    /** One that nothing follows. */
    public SourceFacts(InetAddress source, InetSocketAddress destination, Secured secured) {
        this(source, destination, secured, null);
    }

    @Override
    public String serverName() {
        return secured.serverName();
    }

    @Override
    public @Nullable Handshake handshake() {
        return secured.handshake();
    }

    @Override
    public String method() {
        return "";
    }

    @Override
    public String path() {
        return "";
    }

    @Override
    public String query() {
        return "";
    }

    @Override
    public String host() {
        return "";
    }

    @Override
    public @Nullable String header(String name) {
        return null;
    }

    @Override
    public boolean headerIs(String name, String value) {
        return false;
    }

    @Override
    public boolean anyHeader(String name, Predicate<String> test) {
        return false;
    }

    @Override
    public @Nullable String cookie(String name) {
        return null;
    }
}
