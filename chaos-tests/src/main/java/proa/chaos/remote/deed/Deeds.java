package proa.chaos.remote.deed;

import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;
import proa.config.drill.Fault.Cut;
import proa.config.drill.Fault.Part;
import proa.config.drill.Targets;
import proa.config.drill.Where;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Faults → what is done on which host. Pure; any thread. */
public final class Deeds {

    /** Where the package counts a node's crashes (its program {@code standby}). */
    private static final String CRASHES = "/run/proa-crashes";

    private static final String TCP = "ip protocol tcp ";
    private static final int SOON_SECONDS = 15;

    /** Enough for the drill to undo it itself. */
    private static final int SLACK_SECONDS = 20;

    /** Where SSH may not come through before. */
    private static final int AT_ONCE_SECONDS = 1;

    /** A node that drains its connections, and one that starts. */
    private static final int RESTART_SECONDS = 150;

    private final Targets targets;
    private final String id;

    private Deeds(Targets targets, String id) {
        this.targets = targets;
        this.id = id;
    }

    /** Why a drill cannot take place on machines of an operator's, or empty when it can. */
    public static Optional<String> refusal(DrillPlan plan, Targets targets) {
        boolean containers =
                targets.hosts().stream().anyMatch(host -> host.container().isPresent());
        return plan.faults().stream()
                .flatMap(
                        fault ->
                                refusal(fault)
                                        .or(
                                                () ->
                                                        containers
                                                                ? uncontained(fault)
                                                                : Optional.empty())
                                        .map(why -> "`" + fault.text() + "` " + why)
                                        .stream())
                .findFirst();
    }

    private static Optional<String> refusal(Fault fault) {
        return switch (fault) {
            case Fault.Kill _,
                    Fault.Hang _,
                    Fault.Stop _,
                    Fault.Drain _,
                    Fault.Move _,
                    Fault.Upgrade _,
                    Fault.Isolate _,
                    Fault.Storm _ ->
                    Optional.empty();
            case Fault.Partition(Set<Where> some, Set<Where> others) -> betweenHosts(some, others);
            case Fault.Loss(_, _, Set<Where> some, Set<Where> others) -> betweenHosts(some, others);
            case Fault.Delay _ -> no("needs a wire of the lab's own");
            case Fault.Thief _ -> no("needs a stranger on the segment");
            case Fault.Flush _ -> no("would take away rules that are not the drill's to restore");
            case Fault.Servers _ -> no("needs servers of the lab's own");
            case Fault.Clock _ -> no("would turn the clock of everything on the machine");
            case Fault.Fill _, Fault.Exhaust _, Fault.Starve _, Fault.Narrow _, Fault.Stick _ ->
                    no("takes hold of the lab's own processes");
            case Fault.Configure _ -> no("would change the configuration");
            case Fault.Expire _ -> no("would change certificates");
        };
    }

    private static Optional<String> uncontained(Fault fault) {
        return fault instanceof Fault.Stop || fault instanceof Fault.Upgrade
                ? Optional.of(
                        "cannot be done in a container: its first process starts at once what has"
                                + " ended")
                : Optional.empty();
    }

    private static Optional<String> betweenHosts(Set<Where> some, Set<Where> others) {
        boolean beyond =
                List.of(some, others).stream()
                        .anyMatch(
                                side ->
                                        side.contains(Where.CLIENTS)
                                                || side.contains(Where.SERVERS));
        return beyond ? no("reaches beyond the balancers' machines") : Optional.empty();
    }

    private static Optional<String> no(String why) {
        return Optional.of("cannot be done from outside: it " + why);
    }

    /**
     * What a fault is, in order.
     *
     * @param id lower-case letters and digits, this fault's alone
     */
    public static List<Deed> of(Fault fault, Parts parts, Targets targets, String id) {
        Deeds deeds = new Deeds(targets, id);
        return switch (fault) {
            case Fault.Kill(Part part, Where at) ->
                    List.of(deeds.kill(fault, deeds.host(parts, at), part));
            case Fault.Hang(Part part, Where at) ->
                    List.of(deeds.hang(fault, deeds.host(parts, at), part));
            case Fault.Stop(Where at) -> List.of(deeds.stop(fault, deeds.host(parts, at)));
            case Fault.Drain(Where at) -> List.of(deeds.drain(fault, deeds.host(parts, at)));
            case Fault.Move(Where to) ->
                    List.of(deeds.move(fault, deeds.host(parts, Where.OWNER), parts.machine(to)));
            case Fault.Upgrade(Where at) -> List.of(deeds.upgrade(fault, deeds.host(parts, at)));
            case Fault.Isolate(Cut cut, Where at) ->
                    List.of(deeds.isolate(fault, deeds.host(parts, at), cut));
            case Fault.Partition(Set<Where> some, Set<Where> others) ->
                    deeds.drop(fault, parts.hosts(some), parts.hosts(others), "drop");
            case Fault.Loss(int percent, Fault.Traffic only, Set<Where> some, Set<Where> others) ->
                    deeds.drop(
                            fault,
                            parts.hosts(some),
                            parts.hosts(others),
                            (only == Fault.Traffic.SYNC ? TCP : "")
                                    + "numgen random mod 100 < "
                                    + percent
                                    + " drop");
            case Fault.Storm _ -> List.of(); // clients, not hosts
            case Fault.Delay _,
                    Fault.Thief _,
                    Fault.Flush _,
                    Fault.Servers _,
                    Fault.Clock _,
                    Fault.Fill _,
                    Fault.Exhaust _,
                    Fault.Starve _,
                    Fault.Narrow _,
                    Fault.Stick _,
                    Fault.Configure _,
                    Fault.Expire _ ->
                    throw new IllegalArgumentException(refusal(fault).orElseThrow());
        };
    }

    private Targets.Host host(Parts parts, Where at) {
        return targets.host(parts.machine(at));
    }

    private static List<String> units(Targets.Host host, Part part) {
        return switch (part) {
            case NODE -> List.of(host.units().node());
            case VIPD -> List.of(host.units().vipd());
            case BOTH -> List.of(host.units().vipd(), host.units().node());
        };
    }

    private static String each(List<String> units, String script) {
        return String.format(
                Locale.ROOT, "for unit in %s; do\n%sdone\n", String.join(" ", units), script);
    }

    /** Sets {@code pids}; the number of no process would be that of all. */
    private static String pids(List<String> units) {
        return "pids=\n"
                + each(
                        units,
                        """
                          pid=$(systemctl show --property=MainPID --value "$unit")
                          [ "${pid:-0}" -gt 1 ] || { echo "$unit does not run" >&2; exit 1; }
                          pids="$pids $pid"
                        """);
    }

    /**
     * A unit that has ended too often is started all the same, and what a drill has killed is no
     * crash that would make the host a standby: the package counts them in this file.
     */
    private static String start(List<String> units) {
        String all = String.join(" ", units);
        return String.format(
                Locale.ROOT,
                "rm -f %s\nsystemctl reset-failed %s 2>/dev/null || true\nsystemctl start %s\n",
                CRASHES,
                all,
                all);
    }

    private Deed kill(Fault fault, Targets.Host host, Part part) {
        List<String> units = units(host, part);
        return new Deed(
                id,
                host.name(),
                fault.text(),
                pids(units) + "kill -KILL $pids\n",
                start(units),
                SLACK_SECONDS,
                RESTART_SECONDS);
    }

    /** A watchdog may have killed it meanwhile. */
    private Deed hang(Fault fault, Targets.Host host, Part part) {
        List<String> units = units(host, part);
        String resume =
                each(
                        units,
                        """
                          pid=$(systemctl show --property=MainPID --value "$unit")
                          [ "${pid:-0}" -le 1 ] || kill -CONT "$pid" || true
                        """);
        return new Deed(
                id,
                host.name(),
                fault.text(),
                pids(units) + "kill -STOP $pids\n",
                resume + start(units),
                SLACK_SECONDS,
                RESTART_SECONDS);
    }

    private Deed stop(Fault fault, Targets.Host host) {
        String unit = host.units().node();
        return new Deed(
                id,
                host.name(),
                fault.text(),
                "systemctl stop --no-block " + unit + "\n",
                start(List.of(unit)),
                SLACK_SECONDS,
                RESTART_SECONDS);
    }

    private static String proa(Targets.Host host, String words) {
        return host.command() + " " + words + " --run-dir=" + host.runDirectory();
    }

    private Deed drain(Fault fault, Targets.Host host) {
        return new Deed(
                id,
                host.name(),
                fault.text(),
                proa(host, "drain " + host.name()) + "\n",
                proa(host, "ready " + host.name()) + "\n",
                RESTART_SECONDS + SLACK_SECONDS,
                RESTART_SECONDS);
    }

    private Deed move(Fault fault, Targets.Host owner, String to) {
        return new Deed(
                id,
                owner.name(),
                fault.text(),
                proa(owner, "move " + targets.group() + " " + to) + "\n",
                "",
                SLACK_SECONDS,
                RESTART_SECONDS);
    }

    private Deed upgrade(Fault fault, Targets.Host host) {
        List<String> units = units(host, Part.BOTH);
        return new Deed(
                id,
                host.name(),
                fault.text(),
                String.format(
                        Locale.ROOT,
                        "%s\nsystemctl restart %s\n",
                        proa(host, "drain " + host.name()),
                        String.join(" ", units)),
                start(units)
                        + String.format(
                                Locale.ROOT,
                                """
                                tries=0
                                until %s; do
                                  tries=$((tries + 1))
                                  [ "$tries" -lt 30 ] || exit 1
                                  sleep 1
                                done
                                """,
                                proa(host, "ready " + host.name())),
                RESTART_SECONDS + SLACK_SECONDS,
                RESTART_SECONDS);
    }

    private Deed isolate(Fault fault, Targets.Host host, Cut cut) {
        return switch (cut) {
            case CABLE -> cable(fault, host);
            case SENDING -> table(fault, host, id, cutOf(host, false, true));
            case RECEIVING -> table(fault, host, id, cutOf(host, true, false));
            case PRUNED -> table(fault, host, id, cutOf(host, true, true));
        };
    }

    /**
     * The link goes down after the answer is on its way: SSH may use it. Who undoes it sooner waits
     * for that, or it would go down for good. Routes of all tables and IPv6 addresses that the
     * kernel forgets with the link are kept; the table "local" goes with the addresses.
     */
    private Deed cable(Fault fault, Targets.Host host) {
        String device = host.interfaceName();
        String saved = Switch.file(host.name(), id, "routes");
        String setting = "/proc/sys/net/ipv6/conf/" + device + "/keep_addr_on_down";
        String kept = Switch.file(host.name(), id, "keep");
        String pending = Switch.file(host.name(), id, "pending");
        String commit =
                String.format(
                        Locale.ROOT,
                        """
                        for family in 4 6; do
                          for table in main $(ip -$family route show table all dev %1$s |
                            sed -n 's/.* table \\([^ ]*\\).*/\\1/p' | sort -u | grep -v -x local); do
                            ip -$family route save table "$table" dev %1$s >"%2$s$family.$table"
                          done
                        done
                        if [ -w %3$s ]; then cat %3$s >%4$s; echo 1 >%3$s; fi
                        : >%5$s
                        setsid sh -c 'sleep 0.2; ip link set dev %1$s down; rm -f %5$s' </dev/null >/dev/null 2>&1 &
                        """,
                        device,
                        saved,
                        setting,
                        kept,
                        pending);
        String undo =
                String.format(
                        Locale.ROOT,
                        """
                        waited=0
                        while [ -e %5$s ] && [ "$waited" -lt 20 ]; do
                          waited=$((waited + 1))
                          sleep 0.1
                        done
                        ip link set dev %1$s up
                        for file in %2$s4.*; do [ ! -s "$file" ] || ip -4 route restore <"$file" || true; done
                        for file in %2$s6.*; do [ ! -s "$file" ] || ip -6 route restore <"$file" || true; done
                        if [ -s %4$s ]; then cat %4$s >%3$s; fi
                        """,
                        device,
                        saved,
                        setting,
                        kept,
                        pending);
        int slack = host.container().isPresent() ? SLACK_SECONDS : AT_ONCE_SECONDS;
        return new Deed(id, host.name(), fault.text(), commit, undo, slack, SOON_SECONDS);
    }

    /** The drill's own SSH passes, and the ARP that it needs. */
    private static final String OWN_SSH =
            """
            set -- $SSH_CONNECTION
            family=ip request= answer=
            case $1 in
            *:*) family=ip6 ;;
            *) request="arp saddr ip $1 arp daddr ip $3 accept" answer="arp saddr ip $3 arp daddr ip $1 accept" ;;
            esac
            """;

    private static String cutOf(Targets.Host host, boolean receiving, boolean sending) {
        String chain =
                """
                  chain %s {
                    type filter hook %s device "%s" priority -500; policy accept;
                %s    drop
                  }
                """;
        return (receiving
                        ? String.format(
                                Locale.ROOT,
                                chain,
                                "receiving",
                                "ingress",
                                host.interfaceName(),
                                own(host, "saddr", "dport", "$request"))
                        : "")
                + (sending
                        ? String.format(
                                Locale.ROOT,
                                chain,
                                "sending",
                                "egress",
                                host.interfaceName(),
                                own(host, "daddr", "sport", "$answer"))
                        : "");
    }

    /** A container is not reached through its network. */
    private static String own(Targets.Host host, String address, String port, String arp) {
        return host.container().isPresent()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "    $family %s $1 tcp %s $4 accept\n    %s\n",
                        address,
                        port,
                        arp);
    }

    private static Deed table(Fault fault, Targets.Host host, String id, String chains) {
        String table = "proa_drill_" + id;
        return new Deed(
                id,
                host.name(),
                fault.text(),
                (host.container().isPresent() ? "" : OWN_SSH)
                        + "nft -f - <<RULES\ntable netdev "
                        + table
                        + " {\n"
                        + chains
                        + "}\nRULES\n",
                String.format(
                        Locale.ROOT,
                        """
                        if nft list table netdev %1$s >/dev/null 2>&1; then
                          nft delete table netdev %1$s
                        fi
                        """,
                        table),
                SLACK_SECONDS,
                SOON_SECONDS);
    }

    /** Each side does not take in what comes from the other. */
    private List<Deed> drop(Fault fault, Set<String> some, Set<String> others, String verdict) {
        Map<String, Set<String>> from = new TreeMap<>();
        some.forEach(one -> from.computeIfAbsent(one, _ -> new TreeSet<>()).addAll(others));
        others.forEach(one -> from.computeIfAbsent(one, _ -> new TreeSet<>()).addAll(some));
        List<Deed> deeds = new ArrayList<>();
        from.forEach(
                (name, peers) -> {
                    peers.remove(name);
                    if (!peers.isEmpty()) {
                        Targets.Host host = targets.host(name);
                        String own = id + (char) ('a' + deeds.size());
                        deeds.add(table(fault, host, own, refusing(host, peers, verdict)));
                    }
                });
        return deeds;
    }

    private String refusing(Targets.Host host, Set<String> peers, String verdict) {
        String addresses =
                peers.stream()
                        .map(peer -> targets.host(peer).address().getHostAddress())
                        .collect(Collectors.joining(", "));
        String frames =
                String.format(
                        Locale.ROOT,
                        """
                          chain receiving {
                            type filter hook ingress device "%s" priority -500; policy accept;
                            ip saddr { %s } %s
                        """,
                        host.interfaceName(),
                        addresses,
                        verdict);
        return frames
                + (verdict.startsWith(TCP)
                        ? ""
                        : String.format(
                                Locale.ROOT, "    arp saddr ip { %s } %s\n", addresses, verdict))
                + "  }\n";
    }
}
