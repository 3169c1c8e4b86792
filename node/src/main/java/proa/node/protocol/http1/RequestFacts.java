package proa.node.protocol.http1;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Facts;
import proa.node.exchange.Handshake;
import proa.node.exchange.Trail;
import proa.node.listener.Secured;
import proa.node.message.Forwarding.Peer;
import proa.node.message.RequestHead;
import proa.node.record.TrafficRecord;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/** A request as rules see it: nothing is decoded before it is asked for. Valid during one call. */
record RequestFacts(
        InetAddress source,
        Peer peer,
        Secured secured,
        RequestHead head,
        @Nullable Trail trail,
        TrafficRecord record)
        implements Facts {

    @Override
    public void identified(String id, String field) {
        record.identified(id, field);
    }

    @Override
    public InetAddress sender() {
        return peer.address();
    }

    @Override
    public InetSocketAddress destination() {
        return peer.local();
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
    public String scheme() {
        return peer.scheme();
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String path() {
        return head.path();
    }

    @Override
    public String normalPath() {
        return head.normalPath();
    }

    @Override
    public String query() {
        return head.query();
    }

    @Override
    public String host() {
        return head.host();
    }

    @Override
    public @Nullable String header(String name) {
        return head.header(name);
    }

    @Override
    public boolean headerIs(String name, String value) {
        return head.headerIs(name, value);
    }

    @Override
    public boolean anyHeader(String name, Predicate<String> test) {
        return head.anyHeader(name, test);
    }

    @Override
    public @Nullable String cookie(String name) {
        return head.cookie(name);
    }
}
