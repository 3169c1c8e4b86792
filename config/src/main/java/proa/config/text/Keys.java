package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;

import proa.config.ClusterConfig;
import proa.config.Timing;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The one table of every key: name, form, range, default, meaning. The readers and the reference
 * page both live from it.
 */
final class Keys {

    static final ConfigObject EMPTY = ConfigFactory.empty().root();
    static final ConfigList NOTHING = ConfigValueFactory.fromIterable(List.of());
    static final InetAddress NOWHERE = InetAddress.getLoopbackAddress();
    static final Duration DAY = Duration.ofDays(1);
    static final Duration MILLI = Duration.ofMillis(1);
    static final Duration SECOND = Duration.ofSeconds(1);
    static final int MEBI = 1 << 20;

    private Keys() {}

    static Key<ConfigObject> section(String name, String shown, String meaning) {
        return defaulted(name, Kinds.section(), EMPTY, shown, meaning);
    }

    static Key<ConfigObject> named(String name, String shown, String meaning) {
        return defaulted(name, Kinds.named(), EMPTY, shown, meaning);
    }

    static Key<Duration> duration(
            String name, Duration min, Duration max, Duration value, String meaning) {
        return defaulted(name, Kinds.duration(min, max), value, Units.duration(value), meaning);
    }

    static Key<Integer> port(String name, int value, String meaning) {
        return defaulted(name, Kinds.whole(1, 65_535), value, Integer.toString(value), meaning);
    }

    /** The file itself. */
    static final class File {
        static final Key<Integer> SCHEMA =
                required(
                        "schema",
                        Kinds.whole(1, 1),
                        1,
                        "version of the file's form, `schema = 1`; the first key of the file");
        static final Key<ConfigObject> CLUSTER =
                required(
                        "cluster",
                        Kinds.section(),
                        EMPTY,
                        "the members and how they reach each other");
        static final Key<ConfigObject> GROUPS =
                named("groups", "none", "traffic groups: floating addresses that move together");
        static final Key<ConfigObject> TABLES =
                named("tables", "none", "sticky and counter tables, replicated over the cluster");
        static final Key<ConfigObject> CONDITIONS =
                named("conditions", "none", "conditions that rules and routes call by name");
        static final Key<ConfigObject> FRONTENDS = named("frontends", "none", "listeners");
        static final Key<ConfigObject> BACKENDS = named("backends", "none", "pools of servers");
        static final Key<ConfigObject> LIMITS =
                section("limits", "see below", "what one node may not exceed");
        static final Shape SHAPE =
                Shape.of(
                        "",
                        "The file.",
                        SCHEMA,
                        CLUSTER,
                        GROUPS,
                        TABLES,
                        CONDITIONS,
                        FRONTENDS,
                        BACKENDS,
                        LIMITS,
                        RecordKeys.ADMIN,
                        SessionKeys.SESSIONS,
                        NotifyKeys.NOTIFY);

        private File() {}
    }

    /** {@code limits}. */
    static final class NodeLimits {
        static final Key<Integer> CONNECTIONS =
                optional(
                        "connections",
                        Kinds.count(1, MEBI),
                        "what its descriptors allow",
                        "concurrent client connections of all frontends together; beyond, nobody is"
                                + " accepted until somebody leaves");
        static final Shape SHAPE = Shape.of("limits", "What one node may not exceed.", CONNECTIONS);

        private NodeLimits() {}
    }

    /** {@code cluster}. */
    static final class Cluster {
        static final Key<String> NAME =
                required(
                        "name",
                        Kinds.name(),
                        "unnamed",
                        "name of the cluster; part of every certificate and run directory");
        static final Key<Timing> TIMING =
                defaulted(
                        "timing",
                        Kinds.choice(Map.of("lab", Timing.LAB, "lan", Timing.LAN, "vm", Timing.VM)),
                        Timing.LAN,
                        "lan",
                        "advertisement interval: lab 100 ms, lan 200 ms, vm 1 s; every failover"
                                + " time derives from it");
        static final Key<ClusterConfig.Ownership> OWNERSHIP =
                defaulted(
                        "ownership",
                        Kinds.choice(
                                Map.of(
                                        "kernel", ClusterConfig.Ownership.KERNEL,
                                        "bind", ClusterConfig.Ownership.BIND)),
                        ClusterConfig.Ownership.KERNEL,
                        "kernel",
                        "how a member makes an address its own: kernel (device, lease, ARP), or"
                                + " bind (loopback demos without rights)");
        static final Key<Duration> MAX_LAG =
                duration(
                        "max-lag",
                        Duration.ofMillis(100),
                        Duration.ofMinutes(1),
                        ClusterConfig.MAX_LAG_DEFAULT,
                        "a node whose tables are further behind the other members than this for a"
                                + " second is not ready, until it has kept up for two");
        static final Key<Boolean> INSECURE =
                defaulted(
                        "insecure",
                        Kinds.flag(),
                        false,
                        "false",
                        "true instead of `tls`: members neither prove who they are nor encrypt; for"
                                + " tests only");
        static final Key<ConfigObject> PORTS =
                section("ports", "see below", "ports the members use among themselves");
        static final Key<ConfigObject> NODES =
                required("nodes", Kinds.named(), EMPTY, "the members: two or three");
        static final Key<ConfigObject> TLS =
                section("tls", "required unless insecure", "certificates of the members");
        static final Shape SHAPE =
                Shape.of(
                        "cluster",
                        "The members and how they reach each other.",
                        NAME,
                        TIMING,
                        OWNERSHIP,
                        MAX_LAG,
                        INSECURE,
                        PORTS,
                        NODES,
                        TLS);

        private Cluster() {}
    }

    /** {@code cluster.ports}. */
    static final class Ports {
        static final Key<Integer> MEMBERS =
                port(
                        "members",
                        ClusterConfig.Ports.DEFAULTS.members(),
                        "membership and tables, mutual TLS; the port 100 above is reserved, and"
                                + " nothing listens there");
        static final Key<Integer> SESSIONS =
                port(
                        "sessions",
                        ClusterConfig.Ports.DEFAULTS.sessions(),
                        "tunnel of the session engine, mutual TLS");
        static final Key<Integer> ENGINE =
                port(
                        "engine",
                        ClusterConfig.Ports.DEFAULTS.engine(),
                        "the session engine itself, on loopback only");
        static final Key<Integer> MESH =
                port(
                        "mesh",
                        ClusterConfig.Ports.DEFAULTS.mesh(),
                        "vipd to vipd, mutual TLS; at the next one, if nobody else has it, it is"
                                + " told at once that vipd was killed");
        static final Shape SHAPE =
                Shape.of(
                        "cluster.ports",
                        "Ports among members, on each member's first address unless said"
                                + " otherwise.",
                        MEMBERS,
                        SESSIONS,
                        ENGINE,
                        MESH);

        private Ports() {}
    }

    /** {@code cluster.nodes.NAME}. */
    static final class Node {
        static final Key<Integer> ID =
                required(
                        "id",
                        Kinds.whole(1, 255),
                        1,
                        "small number that stays when the name changes, unique");
        static final Key<ConfigValue> ADDRESSES =
                required(
                        "addresses",
                        Kinds.any("list of addresses"),
                        NOTHING,
                        "one or two heartbeat addresses; the first also carries the cluster's own"
                                + " traffic");
        static final Shape SHAPE =
                Shape.of(
                        "cluster.nodes.NAME",
                        "One member; NAME is also in its certificate.",
                        ID,
                        ADDRESSES);

        private Node() {}
    }

    /** {@code cluster.tls}. */
    static final class Tls {
        static final Key<String> CERTIFICATE =
                required(
                        "certificate",
                        Kinds.file(),
                        "certificate.pem",
                        "PEM file of this node's certificate; `%{node}` stands for the node's"
                                + " name");
        static final Key<String> KEY =
                required(
                        "key",
                        Kinds.file(),
                        "key.pem",
                        "PEM file (PKCS#8) of this node's private key; `%{node}` likewise");
        static final Key<ConfigValue> AUTHORITIES =
                required(
                        "authorities",
                        Kinds.any("list of files"),
                        NOTHING,
                        "PEM files of the authorities that sign members; two while one is being"
                                + " replaced");
        static final Shape SHAPE =
                Shape.of(
                        "cluster.tls",
                        "Files relative to the folder of the configuration. `proa cert` makes"
                                + " them.",
                        CERTIFICATE,
                        KEY,
                        AUTHORITIES);

        private Tls() {}
    }

    /** {@code groups.NAME}. */
    static final class Group {
        static final Key<Integer> VRID =
                required(
                        "vrid",
                        Kinds.whole(1, 255),
                        1,
                        "VRRP virtual router identifier, unique in the file and on the network");
        static final Key<ConfigValue> PREFER =
                required(
                        "prefer",
                        Kinds.any("list of nodes"),
                        NOTHING,
                        "nodes that may own the group, most preferred first");
        static final Key<proa.config.GroupConfig.Failback> FAILBACK =
                defaulted(
                        "failback",
                        GroupReader.failback(),
                        new proa.config.GroupConfig.Failback.Never(),
                        "never",
                        "whether a more preferred node takes the group back from a living owner");
        static final Key<ConfigObject> VIPS =
                required(
                        "vips",
                        Kinds.named(),
                        EMPTY,
                        "the floating addresses by name: `main = \"203.0.113.10\"` or the long form"
                                + " below");
        static final Key<ConfigObject> TRACK =
                section(
                        "track",
                        "nothing",
                        "what tells a cut cable from a dead peer, and what lowers the priority");
        static final Key<ConfigObject> VRRP =
                section("vrrp", "see below", "how the group speaks on the wire, and to whom");
        static final Shape SHAPE =
                Shape.of(
                        "groups.NAME",
                        "A traffic group: its addresses are always all on one node.",
                        VRID,
                        PREFER,
                        FAILBACK,
                        VIPS,
                        TRACK,
                        VRRP,
                        ForwardingKeys.GATEWAY_VIP,
                        ForwardingKeys.EGRESS,
                        CarrierKeys.HOOK,
                        CarrierKeys.VIRTUAL_MAC);

        static final Key<InetAddress> ADDRESS =
                required(
                        "address",
                        Kinds.address(),
                        NOWHERE,
                        "IPv4 or IPv6, without a prefix length");
        static final Key<String> INTERFACE =
                optional(
                        "interface",
                        Kinds.interfaceName(),
                        "found by subnet",
                        "interface that answers ARP or NDP for it");
        static final Shape VIP =
                Shape.of(
                        "groups.NAME.vips.NAME",
                        "One floating address, long form.",
                        ADDRESS,
                        INTERFACE);

        static final Key<InetAddress> GATEWAY =
                optional(
                        "gateway",
                        Kinds.address(),
                        "the interface's default gateway",
                        "address that must answer before a node takes or keeps the group in doubt");
        static final Shape TRACKING =
                Shape.of(
                        "groups.NAME.track",
                        "Probes of the network and of what lies behind.",
                        GATEWAY,
                        GroupKeys.Track.SCRIPTS,
                        GroupKeys.Track.SERVERS);

        private Group() {}
    }

    /** {@code tables.NAME}. */
    static final class Table {
        static final Key<Duration> EXPIRE =
                required(
                        "expire",
                        Kinds.duration(SECOND, Duration.ofDays(30)),
                        Duration.ofMinutes(30),
                        "an entry untouched for this long is forgotten");
        static final Key<Integer> ENTRIES =
                defaulted(
                        "entries",
                        Kinds.count(1, 16 * MEBI),
                        100_000,
                        "100k",
                        "most entries kept; the one untouched longest goes first");
        static final Shape SHAPE =
                Shape.of(
                        "tables.NAME",
                        "A table kept on every node, by key.",
                        LimitKeys.Table.KEY,
                        LimitKeys.Table.IPV4_PREFIX,
                        LimitKeys.Table.IPV6_PREFIX,
                        EXPIRE,
                        ENTRIES,
                        LimitKeys.Table.COUNT,
                        LimitKeys.Table.TAGS);

        private Table() {}
    }
}
