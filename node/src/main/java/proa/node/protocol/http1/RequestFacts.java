package proa.node.protocol.http1;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;
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

/**
 * A request as rules see it: nothing is decoded before it is asked for. Valid during one call.
 *
 * @param knownKey of the source, when that is the connection's; null: of another client
 * @param destinationKey of the connection
 */
record RequestFacts(
        InetAddress source,
        @Nullable TableKey knownKey,
        TableKey destinationKey,
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
    public TableKey sourceKey() {
        return knownKey == null ? TableKey.ofAddress(source) : knownKey;
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
    public boolean methodIs(String method) {
        return head.methodIs(method);
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
    public boolean pathIs(String path) {
        return head.pathIs(path);
    }

    @Override
    public boolean pathBegins(String prefix) {
        return head.pathBegins(prefix);
    }

    @Override
    public boolean pathEnds(String suffix) {
        return head.pathEnds(suffix);
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
    public boolean hostIs(String host) {
        return head.hostIs(host);
    }

    @Override
    public boolean hostEnds(String suffix) {
        return head.hostEnds(suffix);
    }

    @Override
    public @Nullable String header(String name) {
        return head.header(name);
    }

    @Override
    public boolean hasHeader(String name) {
        return head.hasHeader(name);
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

    @Override
    public boolean hasCookie(String name) {
        return head.hasCookie(name);
    }

    @Override
    public boolean cookieIs(String name, String value) {
        return head.cookieIs(name, value);
    }
}
