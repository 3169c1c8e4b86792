package proa.node.protocol.http2;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Server;
import proa.node.protocol.http1.Downstream;
import proa.node.protocol.http1.HttpLoop;
import proa.node.protocol.http1.ServerConnection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The connections of HTTP/2 to servers from one event loop; requests share them. */
public final class Http2Servers {

    private final HttpLoop shared;
    private final Map<Integer, List<Http2ServerConnection>> open = new HashMap<>();
    private final RequestList request = new RequestList();

    private Http2Servers(HttpLoop shared) {
        this.shared = shared;
    }

    /** Those of an event loop. */
    public static Http2Servers of(HttpLoop shared) {
        return shared.loop().part(Http2Servers.class, _ -> new Http2Servers(shared));
    }

    /**
     * A stream to a server for a client's request, on a connection that has room for it or on a new
     * one; null when there is no descriptor for that.
     */
    public @Nullable ServerConnection open(Server server, Downstream client) {
        ServerStream stream = new ServerStream(shared, server, client);
        return place(stream) == null ? null : stream;
    }

    /** Finds a connection for a stream; null when there is none and none can be made. */
    @Nullable Http2ServerConnection place(ServerStream stream) {
        List<Http2ServerConnection> connections =
                open.computeIfAbsent(stream.server().index(), _ -> new ArrayList<>(2));
        for (Http2ServerConnection connection : connections) {
            if (connection.isTo(stream.server()) && connection.takes()) {
                connection.add(stream);
                return connection;
            }
        }
        Http2ServerConnection made = Http2ServerConnection.connect(this, shared, stream.server());
        if (made != null) {
            connections.add(made);
            made.add(stream);
        }
        return made;
    }

    void left(Http2ServerConnection connection, Server server) {
        List<Http2ServerConnection> connections = open.get(server.index());
        if (connections != null) {
            connections.remove(connection);
        }
    }

    /** Where heads of requests are read. */
    RequestList request() {
        return request;
    }
}
