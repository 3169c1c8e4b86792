package proa.chaos.lab;

import proa.config.Timing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The addresses and ports of a pair or trio, its servers and its clients.
 *
 * @param loopback on addresses of 127.0.0.0/8 instead of a network of namespaces
 * @param nodes 2 or 3
 * @param groups floating addresses, each in a traffic group of its own: 1 is active-passive, 2 is
 *     active-active
 * @param advertInterval between VRRP advertisements, a multiple of 10 ms
 * @param dualStack whether there are {@link #six} and {@link #numbers}, too; one group in a network
 * @param earlier whether earlier versions are to read its file, too
 */
public record TrioPlan(
        boolean loopback,
        int nodes,
        int groups,
        Duration advertInterval,
        boolean dualStack,
        boolean earlier) {

    /** That of the timing the trio has. */
    public static final Duration ADVERT_INTERVAL = Timing.LAB.advertInterval();

    /** Requests that the limit admits of one source in {@link #LIMIT_SECONDS}. */
    public static final int LIMIT = 100;

    /** The window of the limit. */
    public static final int LIMIT_SECONDS = 10;

    /** HTTP of each server. */
    static final int SERVER_HTTP_PORT = 8080;

    /** Echo of each server. */
    static final int SERVER_ECHO_PORT = 7000;

    private static final int SERVERS = 3;

    /** Whoever has an IPv4 address in the network has this with the same end. */
    private static final String SIX = "fd00:77::";

    /**
     * The traffic group whose connections the kernel forwards, of a {@linkplain #dualStack} trio.
     */
    public static final String NUMBERS = "numbers";

    /** Its VRID. */
    static final int NUMBERS_VRID = 60;

    /** Its service, also where its server listens. */
    public static final int NUMBERS_PORT = 7200;

    public TrioPlan {
        if (nodes < 2 || nodes > 3 || groups < 1 || groups > 2) {
            throw new IllegalArgumentException("2 or 3 nodes, 1 or 2 groups");
        }
        if (dualStack && (loopback || groups > 1)) {
            throw new IllegalArgumentException("IPv6 with one group in a network");
        }
    }

    /** Without IPv6. */
    public TrioPlan(boolean loopback, int nodes, int groups, Duration advertInterval) {
        this(loopback, nodes, groups, advertInterval, false, false);
    }

    /** With the usual interval between advertisements. */
    public TrioPlan(boolean loopback, int nodes, int groups) {
        this(loopback, nodes, groups, ADVERT_INTERVAL);
    }

    /** A trio on a network of namespaces. */
    public static TrioPlan network(int nodes) {
        return new TrioPlan(false, nodes, 1);
    }

    /** The same with IPv6 and with connections that the kernel forwards. */
    public static TrioPlan dualStack(int nodes) {
        return new TrioPlan(false, nodes, 1, ADVERT_INTERVAL, true, false);
    }

    /** The same with a file that earlier versions read, too. */
    public TrioPlan forEarlier() {
        return new TrioPlan(loopback, nodes, groups, advertInterval, dualStack, true);
    }

    /** Names of the nodes, the preferred owner of the first group first. */
    public List<String> nodeNames() {
        return IntStream.rangeClosed(1, nodes).mapToObj(number -> "lb" + number).toList();
    }

    /** The fixed address of a node. */
    public String nodeAddress(String node) {
        return base() + (10 + Integer.parseInt(node.substring(2)));
    }

    /** Fixed addresses of all nodes by name. */
    public Map<String, String> nodeAddresses() {
        Map<String, String> addresses = new TreeMap<>();
        nodeNames().forEach(node -> addresses.put(node, nodeAddress(node)));
        return addresses;
    }

    /** The floating addresses, one a group. */
    public List<String> vips() {
        return IntStream.range(0, groups).mapToObj(group -> base() + (100 + group)).toList();
    }

    /** The first group's other floating address, of IPv6. */
    public Optional<String> six() {
        return dualStack ? Optional.of(SIX + 100) : Optional.empty();
    }

    /** The floating addresses of {@link #NUMBERS}, one of each family. */
    public List<String> numbers() {
        return dualStack ? List.of(base() + 110, SIX + 110) : List.of();
    }

    /** Where its server routes by. */
    static List<String> numbersGateways() {
        return List.of("10.78.0.1", "fd00:78::1");
    }

    /** Its server, on a network behind the balancers. */
    static List<String> numbersServer() {
        return List.of("10.78.0.21", "fd00:78::21");
    }

    /** What a node of a {@linkplain #dualStack} trio has beside its fixed address. */
    List<String> moreAddresses(String node) {
        int last = 10 + Integer.parseInt(node.substring(2));
        return List.of(SIX + last + "/64", "10.78.0." + last + "/24", "fd00:78::" + last + "/64");
    }

    /** Addresses of the servers by name. */
    public Map<String, String> servers() {
        Map<String, String> servers = new TreeMap<>();
        for (int number = 1; number <= SERVERS; number++) {
            servers.put("web" + number, base() + (20 + number));
        }
        return servers;
    }

    /** {@code address:port} of each server's HTTP, by name. */
    public Map<String, String> serverAddresses() {
        Map<String, String> addresses = new TreeMap<>();
        servers().forEach((name, at) -> addresses.put(name, at + ":" + SERVER_HTTP_PORT));
        return addresses;
    }

    /** The address of the clients' host, also everybody's gateway. */
    public String client() {
        return base() + 1;
    }

    /** The IPv6 address of the clients' host. */
    String clientSix() {
        return SIX + 1;
    }

    /** The first of eight IPv6 addresses that nobody has. */
    public String unusedSix() {
        return SIX + 240;
    }

    /** The first of eight addresses that nobody has. */
    public String unused() {
        return base() + 240;
    }

    /** The clients' other addresses. */
    public String sourceNetwork() {
        return loopback ? "127.99.0.0/16" : "10.99.0.0/16";
    }

    /** One of the clients' other addresses. */
    public String source(int third, int fourth) {
        return (loopback ? "127.99." : "10.99.") + third + "." + fourth;
    }

    /**
     * Where clients come from, as the list in the configuration that admits them to the sessions.
     */
    String allowed() {
        return loopback ? "\"127.0.0.0/8\"" : "\"10.77.0.0/16\", \"10.99.0.0/16\"";
    }

    private String base() {
        return loopback ? "127.77.1." : "10.77.0.";
    }

    /** HTTP on the floating addresses, with the rate limit. */
    public int httpPort() {
        return loopback ? 8080 : 80;
    }

    /** Sticky TCP on the floating addresses. */
    public int echoPort() {
        return 7000;
    }

    /** Sessions on the floating addresses. */
    public int sessionsPort() {
        return 6379;
    }

    /** HTTP on every node's own address, without the limit. */
    public int nodeHttpPort() {
        return 8081;
    }

    /** HTTP on every node's own address, with the limit. */
    public int nodeLimitedPort() {
        return 8082;
    }

    /** Sticky TCP on every node's own address. */
    public int nodeEchoPort() {
        return 7001;
    }

    /** Sessions on every node's own address. */
    public int nodeSessionsPort() {
        return 6380;
    }
}
