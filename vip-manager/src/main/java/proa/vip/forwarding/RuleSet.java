package proa.vip.forwarding;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;
import proa.config.GroupConfig.Egress;
import proa.config.spread.Hash64;
import proa.vip.forwarding.Counters.Counting;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules of one family: the structure, as the {@code nft} program reads it, which is a function
 * of the file and stays as long as vipd runs. The maps from buckets to servers change with the
 * servers' health, see {@link Filling}.
 *
 * <pre>
 * table ip proa_forward_CLUSTER {
 *   chain as_HASH                    # says which structure this is; has no rule
 *   map f_NAME      { bucket : server }          set f_NAME_servers { server }
 *                                                set f_NAME_new, _to, _from { server; counter }
 *                                                set f_NAME_down { server }
 *   chain pre  nat prerouting:   VIP, port  mark := hash(client) ; dnat to f_NAME[mark]
 *   chain post nat postrouting:  from a server's port            ; snat to VIP:port
 *                                what servers begin, see {@link Outward}
 *   chain raw, rewrite:          the same for `stateless`, packet by packet and untracked
 *   chain pass forward:          to and from servers accept, counted here alone; nothing else
 *   chain silent output:         IPv6: nobody is told of a way past these rules (redirects)
 *   chain refuse input:          clients on the servers' own network, see {@link Clients}
 *   chain direct, d_NAME:        for `dsr`, see {@link DirectReturn}
 *   chain syn, guard, begin, sent: for `syn-proxy`, see {@link SynGuard}
 * }
 * </pre>
 *
 * <p>The rule of {@code post} is for connections of which this kernel sees a server's packet first,
 * because another node carried them until a moment ago: without it such an answer would leave with
 * the server's address. All other packets of a connection are translated by what the kernel
 * remembers of it, which is why a change of the map leaves connections where they are. With an
 * empty map a connection finds no rule and no listener: it is refused.
 *
 * <p>Whatever else the host would forward is dropped, once it forwards at all. Immutable.
 */
public final class RuleSet {

    /** Seed of the kernel's hash; the same on every node. */
    static final int SEED = 0x50726f61;

    /**
     * Bucket 0 as a packet mark: a number that no operator's routing rule is likely to look for,
     * because the mark stays on the packet.
     */
    public static final int MARK = 0x50520000;

    /**
     * Of the first group, the mark of its translated connections; further groups follow. What is
     * remembered of a group can so be forgotten when the group is elsewhere.
     */
    private static final int GROUP_MARK = MARK + 0x8000;

    /** The map from interfaces to addresses that servers' own connections get. */
    public static final String OUTWARD = "out";

    /** What the kernel must know for {@code syn-proxy}; leaves nothing behind. */
    public static final String SYN_PROXY_PROBE = SynGuard.PROBE;

    /** Set of a service that its answers are known by; a set that counts would count each look. */
    private static final String SERVERS = "_servers";

    private static final String DOWN = "_down";

    /** The kernel can be told so for IPv4 only, see {@code send_redirects}. */
    private static final String NO_REDIRECT = "icmpv6 type nd-redirect counter drop";

    private static final String PRIORITY_RAW = "-300";
    private static final String PRIORITY_DESTINATION = "-100";
    private static final String PRIORITY_SOURCE = "100";

    private final boolean six;
    private final String table;
    private final List<Service> services;
    private final List<Exit> exits;
    private final Outward outward;
    private final List<String> groups;
    private final String body;

    private RuleSet(boolean six, String cluster, List<Service> services, List<Exit> exits) {
        this.six = six;
        this.table = tableName(cluster);
        this.groups = services.stream().map(Service::group).distinct().toList();
        this.services =
                services.stream().filter(each -> ofFamily(each.address().getAddress())).toList();
        this.exits = exits.stream().filter(each -> ofFamily(each.address())).toList();
        this.outward = new Outward(six, this.exits, this.services);
        this.body = body();
    }

    /**
     * The rules of one family; empty when it has nothing to forward.
     *
     * @param six IPv6, else IPv4
     * @param cluster two clusters may share a host
     */
    public static Optional<RuleSet> of(
            boolean six, String cluster, List<Service> services, List<Exit> exits) {
        RuleSet rules = new RuleSet(six, cluster, services, exits);
        boolean idle =
                rules.services.isEmpty()
                        && rules.exits.stream().allMatch(exit -> exit.egress() == Egress.DROP);
        return idle ? Optional.empty() : Optional.of(rules);
    }

    /** The table's name, the same in both families. */
    public static String tableName(String cluster) {
        return "proa_forward_" + cluster.replaceAll("[^A-Za-z0-9]", "_");
    }

    private boolean ofFamily(InetAddress address) {
        return six ? address instanceof Inet6Address : address instanceof Inet4Address;
    }

    /** The mark of a group's translated connections, the same in both families. */
    public OptionalInt mark(String group) {
        boolean remembered =
                services(Forwarding.NAT).stream().anyMatch(each -> each.group().equals(group));
        return remembered ? OptionalInt.of(markOf(group)) : OptionalInt.empty();
    }

    private int markOf(String group) {
        return GROUP_MARK + groups.indexOf(group);
    }

    /** Whether the host passes packets of others on, which is more than {@code dsr} needs. */
    public boolean forwards() {
        return services.stream().anyMatch(service -> service.forwarding().returns())
                || exits.stream().anyMatch(exit -> exit.egress() != Egress.DROP);
    }

    /** Whether this is for IPv6. */
    public boolean six() {
        return six;
    }

    /** What is carried in this family. */
    public List<Service> services() {
        return services;
    }

    /** {@code ip NAME}: how the program calls the table. */
    public String address() {
        return (six ? "ip6 " : "ip ") + table;
    }

    /**
     * A chain that is there only with exactly this structure; made last, when the maps have been
     * filled.
     */
    public String marker() {
        return "as_" + HexFormat.of().toHexDigits(Hash64.of(body, 0));
    }

    /** Makes the table with empty maps and unmarked, in place of any that is there. */
    public String replace() {
        return "add table "
                + address()
                + "\ndelete table "
                + address()
                + "\ntable "
                + address()
                + " {\n"
                + body
                + "}\n";
    }

    /** Whether several groups' gateways stand on one interface, whose map has to be filled. */
    public boolean sharesExits() {
        return outward.shared();
    }

    /**
     * The addresses that connections of servers' own get there, by interface; none: they are
     * dropped.
     *
     * @param ours groups that this host owns
     */
    public Map<String, InetAddress> outward(Set<String> ours) {
        return outward.addresses(ours);
    }

    /** Where the counters are. */
    public List<Counting> counters() {
        return services.stream().flatMap(service -> Counters.of(service).stream()).toList();
    }

    static String name(Service service) {
        return "f_" + service.frontend();
    }

    /** The set of a service's servers whose datagrams are no beginnings; empty at first. */
    public static String downSet(Service service) {
        return name(service) + DOWN;
    }

    private String body() {
        StringBuilder text = new StringBuilder();
        services.forEach(service -> sets(service, text));
        text.append(outward.map());
        services(Forwarding.DSR).forEach(service -> DirectReturn.chain(service, text));
        chain(
                text,
                "pre",
                "nat",
                "prerouting",
                PRIORITY_DESTINATION,
                "accept",
                plain(this::toServer));
        List<String> answers = new ArrayList<>(plain(this::fromServer));
        answers.addAll(outward.rules());
        chain(text, "post", "nat", "postrouting", PRIORITY_SOURCE, "accept", answers);
        List<String> raw = new ArrayList<>(rules(Forwarding.STATELESS, this::rewriteToServer));
        raw.addAll(rules(Forwarding.STATELESS, service -> answer(service) + " notrack"));
        chain(text, "raw", "filter", "prerouting", PRIORITY_RAW, "accept", raw);
        chain(
                text,
                "rewrite",
                "filter",
                "postrouting",
                PRIORITY_SOURCE,
                "accept",
                rules(Forwarding.STATELESS, this::rewriteFromServer));
        List<String> direct =
                rules(Forwarding.DSR, service -> hashed(service) + DirectReturn.choice(service));
        chain(text, "direct", "filter", "prerouting", PRIORITY_RAW, "accept", direct);
        guard(text);
        List<String> refused =
                services.stream()
                        .map(this::clients)
                        .filter(clients -> !clients.near().isEmpty())
                        .map(Clients::refused)
                        .toList();
        chain(text, "refuse", "filter", "input", "0", "accept", refused);
        if (forwards()) {
            chain(text, "pass", "filter", "forward", "0", "drop", passes());
            if (six) {
                chain(text, "silent", "filter", "output", "0", "accept", List.of(NO_REDIRECT));
            }
        }
        return text.toString();
    }

    private void guard(StringBuilder text) {
        List<String> begun = guarded(each -> List.of(SynGuard.untracked(target(each))));
        chain(text, "syn", "filter", "prerouting", PRIORITY_RAW, "accept", begun);
        chain(
                text,
                "guard",
                "filter",
                "input",
                "0",
                "accept",
                guarded(each -> SynGuard.guarded(target(each), each.synProxy().orElseThrow())));
        List<String> chosen = guarded(each -> List.of(toServer(each)));
        chain(text, "begin", "nat", "output", PRIORITY_DESTINATION, "accept", chosen);
        chain(
                text,
                "sent",
                "filter",
                "output",
                "0",
                "accept",
                guarded(each -> SynGuard.sent(target(each), destination(each, "_new"))));
    }

    private List<String> guarded(Function<Service, List<String>> rules) {
        return services.stream()
                .filter(service -> service.synProxy().isPresent())
                .flatMap(service -> rules.apply(service).stream())
                .toList();
    }

    /** Of translated services whose servers answer beginnings themselves. */
    private List<String> plain(Rule rule) {
        return services(Forwarding.NAT).stream()
                .filter(service -> service.synProxy().isEmpty())
                .map(rule::of)
                .toList();
    }

    private void sets(Service service, StringBuilder text) {
        if (service.forwarding() == Forwarding.DSR) {
            DirectReturn.sets(six, service, text);
        } else {
            servers(service, text);
        }
        text.append(clients(service).sets());
    }

    private void servers(Service service, StringBuilder text) {
        String address = six ? "ipv6_addr" : "ipv4_addr";
        String value =
                service.forwarding() == Forwarding.NAT ? address + " . inet_service" : address;
        text.append("  map ")
                .append(name(service))
                .append(" { type mark : ")
                .append(value)
                .append("; }\n");
        String servers =
                service.servers().stream()
                        .map(Server::address)
                        .map(RuleSet::endpoint)
                        .distinct()
                        .collect(Collectors.joining(", "));
        for (String set : Counters.sets(service)) {
            set(service, set, "counter; ", servers, text);
        }
        if (service.synProxy().isEmpty()) {
            set(service, SERVERS, "", servers, text);
        }
        if (service.remembersDatagrams()) {
            text.append("  set ").append(downSet(service));
            text.append(" { type ").append(address).append(" . inet_service; }\n");
        }
    }

    private void set(
            Service service, String set, String counting, String servers, StringBuilder text) {
        text.append("  set ").append(name(service)).append(set);
        text.append(" { type ").append(six ? "ipv6_addr" : "ipv4_addr");
        text.append(" . inet_service; ").append(counting);
        text.append("elements = { ").append(servers).append(" }\n  }\n");
    }

    private static void chain(
            StringBuilder text,
            String name,
            String type,
            String hook,
            String priority,
            String policy,
            List<String> rules) {
        if (rules.isEmpty()) {
            return;
        }
        text.append("  chain ")
                .append(name)
                .append(" {\n    type ")
                .append(type)
                .append(" hook ")
                .append(hook);
        text.append(" priority ").append(priority).append("; policy ").append(policy).append(";\n");
        rules.forEach(rule -> text.append("    ").append(rule).append('\n'));
        text.append("  }\n");
    }

    private interface Rule {
        String of(Service service);
    }

    private List<Service> services(Forwarding forwarding) {
        return services.stream().filter(service -> service.forwarding() == forwarding).toList();
    }

    private List<String> rules(Forwarding forwarding, Rule rule) {
        return services(forwarding).stream().map(rule::of).toList();
    }

    /** A client's packet, with its bucket as the mark. */
    private String hashed(Service service) {
        String key =
                ip() + " saddr" + (service.bySource() ? "" : " . " + transport(service) + " sport");
        return target(service)
                + " meta mark set jhash "
                + key
                + " mod "
                + Buckets.SIZE
                + " seed "
                + SEED
                + " offset "
                + MARK;
    }

    /** A client's packet. */
    private String target(Service service) {
        return clients(service).taken();
    }

    private Clients clients(Service service) {
        return Clients.of(service, exits, six);
    }

    private String toServer(Service service) {
        return hashed(service) + marked(service) + " dnat to meta mark map @" + name(service);
    }

    private String fromServer(Service service) {
        return answer(service) + marked(service) + " snat to " + translated(service.address());
    }

    private String marked(Service service) {
        return " ct mark set " + markOf(service.group());
    }

    private String rewriteToServer(Service service) {
        return hashed(service)
                + " "
                + ip()
                + " daddr set meta mark map @"
                + name(service)
                + " notrack";
    }

    private String rewriteFromServer(Service service) {
        return answer(service)
                + " "
                + ip()
                + " saddr set "
                + service.address().getAddress().getHostAddress();
    }

    private List<String> passes() {
        Stream<String> carried =
                services.stream()
                        .filter(service -> service.forwarding().returns())
                        .flatMap(service -> passed(service).stream());
        Stream<String> out =
                exits.stream()
                        .filter(exit -> exit.egress() != Egress.DROP)
                        .flatMap(
                                exit ->
                                        Stream.of(
                                                "iifname \"" + exit.device() + "\" accept",
                                                "oifname \""
                                                        + exit.device()
                                                        + "\" ct state established accept"));
        // What routers say of translated connections, such as the largest size of a packet.
        return Stream.of(carried, Stream.of("ct state related accept"), out)
                .flatMap(each -> each)
                .toList();
    }

    private List<String> passed(Service service) {
        String to = destination(service, "_to");
        String from = source(service, "_from");
        if (service.synProxy().isPresent()) {
            return SynGuard.passed(to, from, clients(service).beyond());
        }
        List<String> rules = new ArrayList<>();
        if (service.remembersDatagrams()) {
            String silent = clients(service).beyond() + source(service, DOWN);
            rules.add("ct state new " + silent + " drop");
        }
        rules.add("ct state new " + destination(service, "_new"));
        rules.add(to + " accept");
        rules.add(from + " accept");
        return rules;
    }

    private String destination(Service service, String set) {
        return ip() + " daddr . " + transport(service) + " dport @" + name(service) + set;
    }

    private String source(Service service, String set) {
        return ip() + " saddr . " + transport(service) + " sport @" + name(service) + set;
    }

    /** What a server answers to a client, not to what another node asks of it: that is its own. */
    private String answer(Service service) {
        return clients(service).beyond() + source(service, SERVERS);
    }

    private String ip() {
        return six ? "ip6" : "ip";
    }

    private static String transport(Service service) {
        return service.udp() ? "udp" : "tcp";
    }

    private static String endpoint(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + " . " + address.getPort();
    }

    private static String translated(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
