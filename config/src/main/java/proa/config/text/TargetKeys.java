package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigObject;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys of a file that names the machines of remote drills. */
final class TargetKeys {

    private static final Kind<Integer> PORT = Kinds.whole(1, 65_535);

    private TargetKeys() {}

    /** Every section, in the order of the reference page. */
    static List<Shape> shapes() {
        return List.of(
                File.SHAPE,
                Remote.SHAPE,
                Host.SHAPE,
                Ssh.SHAPE,
                Units.SHAPE,
                Clients.SHAPE,
                Segment.SHAPE);
    }

    /** Text that means nothing special to a shell or to nft. */
    private static Kind<String> plain(String form, String pattern, String expected) {
        Pattern allowed = Pattern.compile(pattern);
        return Kinds.scalar(
                form,
                text -> allowed.matcher(text).matches() ? Optional.of(text) : Optional.empty(),
                expected);
    }

    private static Kind<String> unit() {
        return plain(
                "unit",
                "[A-Za-z0-9][A-Za-z0-9:_.@-]{0,127}",
                "a unit of systemd such as proa-node.service");
    }

    private static Kind<String> path(boolean absolute) {
        return plain(
                "path",
                (absolute ? "/" : "(/|[A-Za-z0-9])") + "[A-Za-z0-9_./+-]{0,80}",
                (absolute ? "an absolute path" : "a program or a path")
                        + " of that machine, of letters, digits and `_./+-`");
    }

    /** The file itself. */
    static final class File {
        static final Key<ConfigObject> REMOTE =
                required("remote", Kinds.section(), Keys.EMPTY, "the machines, and who watches");
        static final Shape SHAPE =
                Shape.of("", "A file that names machines.", Keys.File.SCHEMA, REMOTE);

        private File() {}
    }

    /** {@code remote}. */
    static final class Remote {
        static final Key<Boolean> LAB =
                defaulted(
                        "lab",
                        Kinds.flag(),
                        false,
                        "false",
                        "nobody depends on them: a run needs no `--yes-production`");
        static final Key<InetAddress> ADDRESS =
                required(
                        "address",
                        Kinds.address(),
                        InetAddress.ofLiteral("0.0.0.0"),
                        "the floating address, IPv4");
        static final Key<String> GROUP =
                required("group", Kinds.name(), "group", "the traffic group it belongs to");
        static final Key<ConfigObject> HOSTS =
                required(
                        "hosts",
                        Kinds.named(),
                        Keys.EMPTY,
                        "2 or 3, by the names that the nodes have in the cluster's configuration");
        static final Key<ConfigObject> CLIENTS =
                Keys.section("clients", "see below", "who watches, from this machine");
        static final Shape SHAPE =
                Shape.of(
                        "remote",
                        "The machines. What stands here of a host is every host's, unless that says"
                                + " otherwise.",
                        LAB,
                        ADDRESS,
                        GROUP,
                        HOSTS,
                        CLIENTS,
                        Host.SSH,
                        Host.UNITS,
                        Host.INTERFACE,
                        Host.COMMAND,
                        Host.RUN_DIRECTORY);

        private Remote() {}
    }

    /** {@code remote.hosts.NAME}. */
    static final class Host {
        static final Key<InetAddress> ADDRESS =
                required(
                        "address",
                        Kinds.address(),
                        InetAddress.ofLiteral("0.0.0.0"),
                        "its own, by which the balancers reach each other, IPv4");
        static final Key<ConfigObject> SSH = Keys.section("ssh", "see below", "how it is reached");
        static final Key<String> CONTAINER =
                optional(
                        "container",
                        plain(
                                "container",
                                "[A-Za-z0-9][A-Za-z0-9_.-]{0,127}",
                                "the name or the id of a container"),
                        "not one",
                        "of this machine's engine: reached by `docker exec` instead of SSH");
        static final Key<ConfigObject> UNITS =
                Keys.section("units", "see below", "what systemd calls the two processes");
        static final Key<String> INTERFACE =
                defaulted(
                        "interface",
                        plain(
                                "interface",
                                "[A-Za-z0-9][A-Za-z0-9_.:@-]{0,14}",
                                "an interface of that machine such as eth0, 1 to 15 characters"),
                        "eth0",
                        "eth0",
                        "the one that carries the floating address; cuts are made there");
        static final Key<String> COMMAND =
                defaulted("command", path(false), "proa", "proa", "the program on that machine");
        static final Key<String> RUN_DIRECTORY =
                defaulted(
                        "run-directory",
                        path(true),
                        "/run/proa",
                        "/run/proa",
                        "where both processes have their sockets");
        static final Shape SHAPE =
                Shape.of(
                        "remote.hosts.NAME",
                        "One machine. The first by name is `lb1` of a drill, the second `lb2`.",
                        ADDRESS,
                        SSH,
                        CONTAINER,
                        UNITS,
                        INTERFACE,
                        COMMAND,
                        RUN_DIRECTORY);

        private Host() {}
    }

    /** {@code remote.ssh} and {@code remote.hosts.NAME.ssh}. */
    static final class Ssh {
        static final Key<String> ADDRESS =
                optional(
                        "address",
                        plain(
                                "host",
                                "[A-Za-z0-9][A-Za-z0-9_.:-]{0,252}",
                                "a name or an address, without a port"),
                        "the host's `address`",
                        "where its sshd is; a network that no drill cuts, if there is one");
        static final Key<Integer> PORT = defaulted("port", TargetKeys.PORT, 22, "22", "of sshd");
        static final Key<String> USER =
                defaulted(
                        "user",
                        plain("user", "[A-Za-z_][A-Za-z0-9_.-]{0,31}", "a user's name"),
                        "root",
                        "root",
                        "who may use the sockets in `run-directory`");
        static final Key<Boolean> SUDO =
                defaulted(
                        "sudo",
                        Kinds.flag(),
                        false,
                        "false",
                        "commands become root's by `sudo -n`");
        static final Key<String> KEY =
                optional("key", Kinds.file(), "what the agent has", "file of the private key");
        static final Key<String> KNOWN_HOSTS =
                defaulted(
                        "known-hosts",
                        Kinds.file(),
                        "known_hosts",
                        "known_hosts",
                        "file of the host keys that are accepted, no other is");
        static final Shape SHAPE =
                Shape.of(
                        "remote.ssh",
                        "How machines are reached; also below a host. File names are relative to"
                                + " the folder of this file.",
                        ADDRESS,
                        PORT,
                        USER,
                        SUDO,
                        KEY,
                        KNOWN_HOSTS);

        private Ssh() {}
    }

    /** {@code remote.units} and {@code remote.hosts.NAME.units}. */
    static final class Units {
        static final Key<String> NODE =
                defaulted(
                        "node",
                        unit(),
                        "proa-node.service",
                        "proa-node.service",
                        "carries the traffic");
        static final Key<String> VIPD =
                defaulted(
                        "vipd",
                        unit(),
                        "proa-vipd.service",
                        "proa-vipd.service",
                        "holds the addresses");
        static final Shape SHAPE =
                Shape.of(
                        "remote.units",
                        "The services of both processes; also below a host.",
                        NODE,
                        VIPD);

        private Units() {}
    }

    /** {@code remote.clients}. */
    static final class Clients {
        static final Key<Integer> HTTP =
                Keys.port("http", 80, "HTTP on the floating address, without TLS");
        static final Key<String> HOST =
                optional(
                        "host",
                        Kinds.host(),
                        "the floating address",
                        "what requests name as their host");
        static final Key<String> PATH =
                defaulted(
                        "path",
                        Kinds.urlPath(),
                        "/",
                        "/",
                        "answered 200 with a Content-Length and less than 2 KB in all");
        static final Key<Integer> RATE =
                defaulted(
                        "rate",
                        Kinds.whole(20, 2_000),
                        100,
                        "100",
                        "requests a second of the HTTP clients; the prober asks 1,000 besides");
        static final Key<Integer> ECHO =
                port("echo", "sticky TCP of `proa test-servers` on the floating address");
        static final Key<Integer> SESSIONS =
                port(
                        "sessions",
                        "the session store on the floating address; writes keys that begin with"
                                + " `load:` and last an hour");
        static final Key<Integer> HOST_LIMITED =
                port("host-limited", "HTTP with the rate limit on every host's own address");
        static final Key<Integer> HOST_ECHO =
                port("host-echo", "the sticky TCP on every host's own address");
        static final Key<Integer> HOST_SESSIONS =
                port("host-sessions", "the session store on every host's own address");
        static final Key<Integer> LIMIT =
                optional(
                        "limit",
                        Kinds.whole(10, 10_000),
                        "none",
                        "what a rate limit of the HTTP services admits of one source");
        static final Key<Duration> LIMIT_WINDOW =
                Keys.duration(
                        "limit-window",
                        Keys.SECOND,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(10),
                        "in this time");
        static final Key<InetAddress> SOURCES =
                optional(
                        "sources",
                        Kinds.address(),
                        "this machine's own address",
                        "first address of a /16 that is routed to this machine and local on it");
        static final Key<ConfigObject> SERVERS =
                Keys.named(
                        "servers",
                        "not known",
                        "`address:port` of each of `proa test-servers` behind the balancers, by"
                                + " name");
        static final Key<ConfigObject> SEGMENT =
                optional(
                        "segment",
                        Kinds.section(),
                        "not on it",
                        "the floating address's, if this machine is on it: ARP is asked there");
        static final Shape SHAPE =
                Shape.of(
                        "remote.clients",
                        "Who watches. What is not written is not watched, and its invariants are"
                                + " not judged.",
                        HTTP,
                        HOST,
                        PATH,
                        RATE,
                        ECHO,
                        SESSIONS,
                        HOST_LIMITED,
                        HOST_ECHO,
                        HOST_SESSIONS,
                        LIMIT,
                        LIMIT_WINDOW,
                        SOURCES,
                        SERVERS,
                        SEGMENT);

        private static Key<Integer> port(String name, String meaning) {
            return optional(name, PORT, "none", meaning);
        }

        private Clients() {}
    }

    /** {@code remote.clients.segment}. */
    static final class Segment {
        static final Key<String> INTERFACE =
                defaulted("interface", Kinds.interfaceName(), "eth0", "eth0", "of this machine");
        static final Key<InetAddress> ASKER =
                required(
                        "asker",
                        Kinds.address(),
                        InetAddress.ofLiteral("0.0.0.0"),
                        "the first of eight addresses there that nobody has, IPv4");
        static final Shape SHAPE =
                Shape.of(
                        "remote.clients.segment",
                        "Where the owner of the address is seen by ARP.",
                        INTERFACE,
                        ASKER);

        private Segment() {}
    }
}
