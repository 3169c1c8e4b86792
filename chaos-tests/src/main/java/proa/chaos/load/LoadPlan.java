package proa.chaos.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * Whom the load talks to, and how much.
 *
 * @param vips floating addresses; the first carries everything, all carry HTTP
 * @param nodes fixed address of each node, by name
 * @param servers {@code address:port} of each server's HTTP, by name; empty where they are not
 *     those of this program
 * @param ports where what is served
 * @param sources first source address of each kind of client
 * @param httpClients clients with a cookie each
 * @param httpRate requests a second of all HTTP clients together
 * @param asked what HTTP requests are about
 * @param limit what the rate limit admits of one source in its window; 0: there is none
 * @param limitWindowMillis that window
 */
public record LoadPlan(
        java.util.List<String> vips,
        Map<String, String> nodes,
        Map<String, String> servers,
        Ports ports,
        SourcePlan sources,
        int httpClients,
        int httpRate,
        Asked asked,
        int limit,
        int limitWindowMillis) {

    public LoadPlan {
        vips = java.util.List.copyOf(vips);
        nodes = Map.copyOf(nodes);
        servers = Map.copyOf(servers);
    }

    /**
     * What HTTP requests are about.
     *
     * @param host what they name as their host
     * @param path what is asked for where servers are not known
     */
    public record Asked(String host, String path) {}

    /** Whether answers say which server they are of, and to which request. */
    boolean knowsServers() {
        return !servers.isEmpty();
    }

    /** Whether there is a limit, and every node can be asked for it. */
    boolean hasLimit() {
        return limit > 0 && ports.nodeLimited > 0;
    }

    /** Whether there is a service that keeps a source on its server, through every node. */
    boolean hasSticky() {
        return ports.echo > 0 && ports.nodeEcho > 0;
    }

    /** Whether there are sessions, through every node. */
    boolean hasSessions() {
        return ports.sessions > 0 && ports.nodeSessions > 0;
    }

    /**
     * Ports on the floating addresses, and of the same services on every node's own address; 0:
     * there is none.
     *
     * @param http HTTP with the rate limit
     * @param echo TCP, sticky by source
     * @param sessions Redis protocol
     * @param nodeLimited HTTP with the rate limit, on nodes
     * @param nodeEcho the sticky echo, on nodes
     * @param nodeSessions Redis protocol, on nodes
     */
    public record Ports(
            int http, int echo, int sessions, int nodeLimited, int nodeEcho, int nodeSessions) {}

    /**
     * Where clients come from; empty: from this machine's own address.
     *
     * @param http first of as many addresses as there are HTTP clients
     * @param sticky first of as many addresses as there are sticky keys
     * @param limited the one of the limited client
     * @param storm first of {@value StormClients#SOURCES} of clients that come at once
     */
    public record SourcePlan(String http, String sticky, String limited, String storm) {}

    InetSocketAddress vip(int port) {
        return address(vips.getFirst(), port);
    }

    InetSocketAddress node(String name, int port) {
        String address = nodes.get(name);
        if (address == null) {
            throw new IllegalArgumentException("no node " + name + " in the plan");
        }
        return address(address, port);
    }

    InetSocketAddress server(String name) {
        String[] parts = servers.getOrDefault(name, "").split(":", 2);
        if (parts.length != 2) {
            throw new IllegalArgumentException("no server " + name + " in the plan");
        }
        return address(parts[0], Integer.parseInt(parts[1]));
    }

    static InetSocketAddress address(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
