package proa.config.drill;

import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Machines of an operator's on which drills take place: a pair or trio, how it is reached, and who
 * watches it from the machine that runs the drill.
 *
 * @param lab whether nobody depends on them; otherwise every run has to be confirmed
 * @param address the floating address that is watched
 * @param group the traffic group it belongs to
 * @param hosts the balancers, 2 or 3, in the order of their names; the first is lb1 of a drill
 * @param clients who watches
 */
public record Targets(
        boolean lab, Inet4Address address, String group, List<Host> hosts, Clients clients) {

    public Targets {
        hosts = List.copyOf(hosts);
        if (hosts.size() < 2 || hosts.size() > 3) {
            throw new IllegalArgumentException("2 or 3 hosts");
        }
    }

    /** The host of that name. */
    public Host host(String name) {
        return hosts.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no host " + name));
    }

    /**
     * One balancer's machine.
     *
     * @param name the node's name in the cluster's configuration
     * @param address its own, by which the balancers reach each other
     * @param container what an engine on this machine calls it; then {@code docker exec} reaches it
     *     instead of SSH, and {@code proa run} keeps both processes instead of systemd
     * @param interfaceName the interface that carries it and the floating address
     * @param units what systemd calls the two processes
     * @param command the {@code proa} of that machine
     * @param runDirectory of both processes, with their sockets
     */
    public record Host(
            String name,
            Inet4Address address,
            Ssh ssh,
            Optional<String> container,
            String interfaceName,
            Units units,
            String command,
            String runDirectory) {}

    /**
     * How a machine is reached. There are no passwords: a key, and a host key that is known.
     *
     * @param address where its sshd listens, which may be another network's
     * @param sudo whether commands have to become root's by {@code sudo -n}
     * @param key file of the private key; empty: what the agent has
     * @param knownHosts file of the host keys that are accepted; no other is
     */
    public record Ssh(
            String address,
            int port,
            String user,
            boolean sudo,
            Optional<String> key,
            String knownHosts) {}

    /** Names of the services. */
    public record Units(String node, String vipd) {}

    /**
     * Who watches, from the machine that runs the drill. What is not there is not watched.
     *
     * @param http port of HTTP on the floating address
     * @param host what requests name as theirs
     * @param path what the prober asks for, and the clients where servers are not known
     * @param rate requests a second of all clients together
     * @param ports of more services on the floating address and on every host's own
     * @param limit what a rate limit of the HTTP service admits of one source in {@code
     *     limitWindowMillis}
     * @param sources network of source addresses, /16, that this machine may use
     * @param servers {@code address:port} of {@code proa test-servers} behind the balancers
     * @param segment where ARP is asked
     */
    public record Clients(
            int http,
            String host,
            String path,
            int rate,
            Ports ports,
            OptionalInt limit,
            int limitWindowMillis,
            Optional<Inet4Address> sources,
            Map<String, String> servers,
            Optional<Segment> segment) {
        public Clients {
            servers = Map.copyOf(servers);
        }
    }

    /**
     * Services, by port.
     *
     * @param echo TCP of the test servers on the floating address, sticky by source
     * @param sessions the session store on the floating address
     * @param hostLimited HTTP with the rate limit, on the hosts' own addresses
     * @param hostEcho the sticky echo there
     * @param hostSessions the session store there
     */
    public record Ports(
            OptionalInt echo,
            OptionalInt sessions,
            OptionalInt hostLimited,
            OptionalInt hostEcho,
            OptionalInt hostSessions) {}

    /**
     * The segment of the floating address, if this machine is on it.
     *
     * @param interfaceName of this machine
     * @param asker the first of eight addresses there that nobody has
     */
    public record Segment(String interfaceName, Inet4Address asker) {}
}
