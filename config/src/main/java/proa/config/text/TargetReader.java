package proa.config.text;

import com.typesafe.config.Config;

import proa.config.drill.Targets;
import proa.config.text.TargetKeys.Clients;
import proa.config.text.TargetKeys.Host;
import proa.config.text.TargetKeys.Remote;
import proa.config.text.TargetKeys.Segment;
import proa.config.text.TargetKeys.Ssh;
import proa.config.text.TargetKeys.Units;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** Text → the machines of remote drills, or every violation. Pure; any thread. */
public final class TargetReader {

    private static final int HOSTS_MIN = 2;
    private static final int HOSTS_MAX = 3;

    private final Report report;

    private TargetReader(Report report) {
        this.report = report;
    }

    /** What became of a file that names machines. */
    public sealed interface Outcome {

        /** It is sound. */
        record Ok(Targets targets) implements Outcome {}

        /** It is not used; every violation, by line. */
        record Refused(List<Violation> violations) implements Outcome {
            public Refused {
                violations = List.copyOf(violations);
            }
        }
    }

    /**
     * Reads a file that names machines.
     *
     * @param text HOCON
     * @param file its name, for messages
     */
    public static Outcome parse(String text, String file) {
        Report report = new Report(file);
        Optional<Config> config = ConfigParser.open(text, file, report);
        if (config.isEmpty()) {
            return new Outcome.Refused(report.errors());
        }
        Section root = Section.open(config.get().root(), "", TargetKeys.File.SHAPE, report);
        root.get(Keys.File.SCHEMA);
        Section remote = root.childOrEmpty(TargetKeys.File.REMOTE, Remote.SHAPE);
        Optional<Targets> targets = new TargetReader(report).targets(remote);
        return targets.isPresent() && report.clean()
                ? new Outcome.Ok(targets.get())
                : new Outcome.Refused(report.errors());
    }

    private Optional<Targets> targets(Section remote) {
        if (!remote.written()) {
            if (report.clean()) {
                report.error(
                        1,
                        "`remote` is missing",
                        Optional.of("remote { address = \"10.0.0.100\", hosts { … } }"));
            }
            return Optional.empty();
        }
        Shared shared = shared(remote);
        List<Targets.Host> hosts = new ArrayList<>();
        for (Section.Item item : remote.named(Remote.HOSTS)) {
            remote.open(item, Host.SHAPE)
                    .ifPresent(host -> hosts.add(host(item.name(), host, shared)));
        }
        hosts(remote, hosts);
        Section clients = remote.childOrEmpty(Remote.CLIENTS, Clients.SHAPE);
        Inet4Address address = v4(remote, Remote.ADDRESS);
        Targets.Clients watching = clients(clients, address.getHostAddress());
        return report.clean()
                ? Optional.of(
                        new Targets(
                                remote.get(Remote.LAB),
                                address,
                                remote.get(Remote.GROUP),
                                hosts,
                                watching))
                : Optional.empty();
    }

    private void hosts(Section remote, List<Targets.Host> hosts) {
        if (remote.has(Remote.HOSTS) && (hosts.size() < HOSTS_MIN || hosts.size() > HOSTS_MAX)) {
            report.conflict(
                    remote.path(Remote.HOSTS),
                    HOSTS_MIN + " or " + HOSTS_MAX + " hosts, not " + hosts.size(),
                    "hosts { lb1 { address = \"10.0.0.11\" }, lb2 { address = \"10.0.0.12\" } }");
        }
        Set<InetAddress> seen = new HashSet<>();
        for (Targets.Host host : hosts) {
            if (!seen.add(host.address())) {
                report.conflict(
                        remote.path(Remote.HOSTS) + "." + host.name() + ".address",
                        "another host has " + host.address().getHostAddress(),
                        "every host has an address of its own");
            }
        }
    }

    /** What every host has unless it says otherwise; the address of an sshd is never shared. */
    private record Shared(
            Targets.Ssh ssh,
            Targets.Units units,
            String interfaceName,
            String command,
            String runDirectory) {}

    private Shared shared(Section remote) {
        Section ssh = remote.childOrEmpty(Host.SSH, Ssh.SHAPE);
        Section units = remote.childOrEmpty(Host.UNITS, Units.SHAPE);
        if (ssh.has(Ssh.ADDRESS)) {
            report.error(
                    ssh.path(Ssh.ADDRESS),
                    "`address` is that of one host",
                    "hosts { lb1 { ssh { address = … } } }");
        }
        return new Shared(
                new Targets.Ssh(
                        "",
                        ssh.get(Ssh.PORT),
                        ssh.get(Ssh.USER),
                        ssh.get(Ssh.SUDO),
                        ssh.find(Ssh.KEY),
                        ssh.get(Ssh.KNOWN_HOSTS)),
                new Targets.Units(units.get(Units.NODE), units.get(Units.VIPD)),
                remote.get(Host.INTERFACE),
                remote.get(Host.COMMAND),
                remote.get(Host.RUN_DIRECTORY));
    }

    private Targets.Host host(String name, Section host, Shared all) {
        Inet4Address address = v4(host, Host.ADDRESS);
        Section ssh = host.childOrEmpty(Host.SSH, Ssh.SHAPE);
        if (host.has(Host.CONTAINER) && (host.has(Host.SSH) || host.has(Host.UNITS))) {
            report.error(
                    host.path(Host.CONTAINER),
                    "a container has neither SSH nor units",
                    "leave out `ssh` and `units` there");
        }
        Section units = host.childOrEmpty(Host.UNITS, Units.SHAPE);
        return new Targets.Host(
                name,
                address,
                new Targets.Ssh(
                        ssh.find(Ssh.ADDRESS).orElse(address.getHostAddress()),
                        ssh.find(Ssh.PORT).orElse(all.ssh.port()),
                        ssh.find(Ssh.USER).orElse(all.ssh.user()),
                        ssh.find(Ssh.SUDO).orElse(all.ssh.sudo()),
                        ssh.find(Ssh.KEY).or(all.ssh::key),
                        ssh.find(Ssh.KNOWN_HOSTS).orElse(all.ssh.knownHosts())),
                host.find(Host.CONTAINER),
                host.find(Host.INTERFACE).orElse(all.interfaceName),
                new Targets.Units(
                        units.find(Units.NODE).orElse(all.units.node()),
                        units.find(Units.VIPD).orElse(all.units.vipd())),
                host.find(Host.COMMAND).orElse(all.command),
                host.find(Host.RUN_DIRECTORY).orElse(all.runDirectory));
    }

    private Targets.Clients clients(Section clients, String address) {
        Targets.Ports ports =
                new Targets.Ports(
                        port(clients, Clients.ECHO),
                        port(clients, Clients.SESSIONS),
                        port(clients, Clients.HOST_LIMITED),
                        port(clients, Clients.HOST_ECHO),
                        port(clients, Clients.HOST_SESSIONS));
        needs(clients, Clients.HOST_ECHO, Clients.ECHO);
        needs(clients, Clients.HOST_SESSIONS, Clients.SESSIONS);
        needs(clients, Clients.HOST_LIMITED, Clients.LIMIT);
        needs(clients, Clients.HOST_LIMITED, Clients.SOURCES);
        needs(clients, Clients.HOST_ECHO, Clients.SOURCES);
        Optional<Inet4Address> sources = Optional.empty();
        if (clients.has(Clients.SOURCES)) {
            sources = Optional.of(v4(clients, Clients.SOURCES));
        }
        Map<String, String> servers = new TreeMap<>();
        for (Section.Item item : clients.named(Clients.SERVERS)) {
            clients.read(Kinds.socket(), item).ifPresent(at -> servers.put(item.name(), text(at)));
        }
        return new Targets.Clients(
                clients.get(Clients.HTTP),
                clients.find(Clients.HOST).orElse(address),
                clients.get(Clients.PATH),
                clients.get(Clients.RATE),
                ports,
                port(clients, Clients.LIMIT),
                (int) clients.get(Clients.LIMIT_WINDOW).toMillis(),
                sources,
                servers,
                clients.child(Clients.SEGMENT, Segment.SHAPE).map(this::segment));
    }

    private Targets.Segment segment(Section segment) {
        return new Targets.Segment(segment.get(Segment.INTERFACE), v4(segment, Segment.ASKER));
    }

    /** One that means nothing without the other would be a silent mistake. */
    private void needs(Section section, Key<?> key, Key<?> other) {
        if (section.has(key) && !section.has(other)) {
            report.error(
                    section.path(key),
                    "`" + key.name() + "` means nothing without `" + other.name() + "`",
                    "add `" + other.name() + "`, or leave it out");
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static OptionalInt port(Section section, Key<Integer> key) {
        return section.find(key).map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /** What observers ask is IPv4. */
    private Inet4Address v4(Section section, Key<InetAddress> key) {
        InetAddress address = section.get(key);
        if (address instanceof Inet4Address four) {
            return four;
        }
        report.error(
                section.path(key),
                "`" + key.name() + "` is IPv4 here, not " + address.getHostAddress(),
                "an address such as 10.0.0.100");
        return Inet4Address.ofLiteral("0.0.0.0");
    }
}
