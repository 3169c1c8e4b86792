package proa.chaos.lab;

import proa.chaos.kernel.WireRule;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A small network: one switch, and hosts plugged into it, each a network namespace.
 *
 * <p>{@link #close} ends every process in the namespaces and removes them. A janitor process does
 * the same when this process dies first, however it dies. Used by one thread at a time, but for
 * {@link #close}, which Ctrl-C calls while another one may still be starting processes.
 */
public final class Lab implements AutoCloseable {

    /** Every namespace of every lab begins with this. */
    private static final String PREFIX = "proa";

    private static final Path NAMESPACES = Path.of("/run/netns");

    private final String name;
    private final Process janitor;
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Set<Cut> cuts = new LinkedHashSet<>();

    /** Set before it is looked which processes there are: what is started later sees it. */
    private volatile boolean closed;

    /**
     * Frames from one switch port to another are dropped.
     *
     * @param percent of them, by chance; 100: all
     * @param match of them, in the language of nft; empty: all
     */
    private record Cut(String from, String to, int percent, String match) {
        String rule() {
            return "iifname \"%s\" oifname \"%s\" %s%sdrop\n"
                    .formatted(
                            from,
                            to,
                            match,
                            percent < 100 ? "numgen random mod 100 < " + percent + " " : "");
        }
    }

    private Lab(String name, Process janitor) {
        this.name = name;
        this.janitor = janitor;
    }

    /** Why no lab can be built here, or empty when one can. */
    public static Optional<String> missing() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.of("network namespaces need Linux");
        }
        for (String tool : List.of("ip", "nft", "nsenter")) {
            if (!isInstalled(tool)) {
                return Optional.of("the command " + tool + " is not installed");
            }
        }
        try {
            String probe = PREFIX + "probe" + ThreadLocalRandom.current().nextInt(1 << 20);
            Shell.run(List.of("ip", "netns", "add", probe));
            Shell.run(List.of("ip", "netns", "del", probe));
            return Optional.empty();
        } catch (LabException e) {
            return Optional.of("network namespaces cannot be made (root?): " + e.getMessage());
        }
    }

    /** Whether there is such a program where programs are looked for. */
    public static boolean isInstalled(String tool) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        return List.of(path.split(":")).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    /** Builds the switch. */
    public static Lab open() {
        String random =
                Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36, 36 * 36 * 36), 36);
        String name = PREFIX + random;
        Lab lab = new Lab(name, startJanitor(name));
        try {
            lab.buildSwitch();
            return lab;
        } catch (LabException e) {
            lab.close();
            throw e;
        }
    }

    /**
     * A shell that waits for the end of its standard input, which is this process's death or {@link
     * #close}, and then cleans up, unless the last word was to keep all. In a session of its own,
     * so that Ctrl-C does not reach it.
     */
    private static Process startJanitor(String name) {
        String script =
                """
                trap '' HUP INT TERM
                [ "$(cat)" != keep ] || exit 0
                namespaces() { ip netns list | awk '{print $1}' | grep "^$1-"; }
                pids() { for ns in $(namespaces "$1"); do ip netns pids "$ns"; done; }
                # What was being started when this began is not there at the first look.
                for ((looks = 0; looks < 50; looks++)); do
                  left=$(pids "$1")
                  [ -n "$left" ] || break
                  for pid in $left; do kill -KILL "$pid"; done
                  sleep 0.02
                done
                for ns in $(namespaces "$1"); do ip netns del "$ns"; done
                """;
        try {
            return new ProcessBuilder("setsid", "bash", "-c", script, "janitor", name)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new LabException("cannot start the lab's janitor: " + e.getMessage(), e);
        }
    }

    /** Removes what a lab of that name has left, for one that was {@linkplain #keep kept}. */
    public static void remove(String name) {
        if (!name.matches(PREFIX + "[a-z0-9]+")) {
            throw new LabException("no name of a lab: " + name);
        }
        dismiss(startJanitor(name), name, "");
    }

    /** Whether anything of a lab of that name is there. */
    public static boolean stands(String name) {
        String[] namespaces = NAMESPACES.toFile().list((_, file) -> file.startsWith(name + "-"));
        return namespaces != null && namespaces.length > 0;
    }

    private void buildSwitch() {
        Shell.run(List.of("ip", "netns", "add", switchNamespace()));
        Shell.run(
                List.of("ip", "-n", switchNamespace(), "-b", "-"),
                """
                link set lo up
                link add br0 type bridge mcast_snooping 0 forward_delay 0
                link set br0 up
                """);
    }

    /**
     * Plugs in a host.
     *
     * @param hostName at most 12 characters; also the name of its switch port
     * @param addresses with prefix length, for example {@code 10.77.0.11/24}
     */
    public Host host(String hostName, String... addresses) {
        if (hostName.length() > 12 || hosts.containsKey(hostName)) {
            throw new LabException("a host name is unique and at most 12 characters: " + hostName);
        }
        int number = hosts.size() + 1;
        String mac = String.format(Locale.ROOT, "02:00:00:00:00:%02x", number);
        Host host = new Host(this, hostName, name + "-" + hostName, mac);
        hosts.put(hostName, host);
        Shell.run(List.of("ip", "netns", "add", host.namespace()));
        Shell.run(
                List.of("ip", "-b", "-"),
                String.format(
                        Locale.ROOT,
                        "link add eth0 address %s netns %s type veth peer name %s netns %s%n",
                        mac,
                        host.namespace(),
                        hostName,
                        switchNamespace()));
        Shell.run(
                List.of("ip", "-n", switchNamespace(), "-b", "-"),
                "link set dev " + hostName + " master br0\nlink set dev " + hostName + " up\n");
        StringBuilder batch = new StringBuilder("link set lo up\nlink set eth0 up\n");
        for (String address : addresses) {
            batch.append("address add ").append(address).append(" dev eth0\n");
        }
        host.ip(batch.toString());
        return host;
    }

    /** The host of that name. */
    public Host host(String hostName) {
        Host host = hosts.get(hostName);
        if (host == null) {
            throw new LabException("no host " + hostName + " in the lab");
        }
        return host;
    }

    /** The namespace prefix of this lab, for messages to a person. */
    public String name() {
        return name;
    }

    String switchNamespace() {
        return name + "-switch";
    }

    /** Drops everything between the two sets of hosts, both ways. */
    public void partition(Set<String> some, Set<String> others) {
        for (String one : some) {
            for (String other : others) {
                cuts.add(new Cut(one, other, 100, ""));
                cuts.add(new Cut(other, one, 100, ""));
            }
        }
        applyCuts();
    }

    /** Drops everything from one host to another, in that direction only. */
    public void cutOneWay(String from, String to) {
        cuts.add(new Cut(from, to, 100, ""));
        applyCuts();
    }

    /**
     * Drops frames from some hosts to others, in that direction.
     *
     * @param percent of them, by chance, 1 to 100
     * @return ends exactly that
     */
    public Runnable lose(Set<String> from, Set<String> to, int percent) {
        return lose(from, to, percent, "");
    }

    /** The same of TCP alone. */
    public Runnable loseTcp(Set<String> from, Set<String> to, int percent) {
        return lose(from, to, percent, "ip protocol tcp ");
    }

    private Runnable lose(Set<String> from, Set<String> to, int percent, String match) {
        Set<Cut> added = new LinkedHashSet<>();
        for (String one : from) {
            to.stream()
                    .filter(other -> !other.equals(one))
                    .map(other -> new Cut(one, other, percent, match))
                    .filter(cut -> !cuts.contains(cut))
                    .forEach(added::add);
        }
        cuts.addAll(added);
        applyCuts();
        return () -> {
            cuts.removeAll(added);
            applyCuts();
        };
    }

    /**
     * Frames between two sets of hosts are late, both ways.
     *
     * @param pattern what happens to them; its ports do not matter
     * @param seed of chance
     * @param log of the process that holds them back
     * @return ends exactly that
     */
    public Runnable delay(
            Set<String> some, Set<String> others, WireRule pattern, long seed, Path log) {
        Set<WireRule> rules = new LinkedHashSet<>();
        for (String one : some) {
            for (String other : others) {
                if (!one.equals(other)) {
                    rules.add(pattern.between(one, other, host(other).mac()));
                    rules.add(pattern.between(other, one, host(one).mac()));
                }
            }
        }
        LabWire wire = LabWire.start(this, List.copyOf(rules), seed, log);
        return wire::close;
    }

    /**
     * The cable of a host carries only so much, both ways. What does not fit waits for half a
     * second at most.
     *
     * @param megabits a second
     * @return ends exactly that
     */
    public Runnable narrow(String hostName, int megabits) {
        Host host = host(hostName);
        Map<String, String> ends = Map.of(switchNamespace(), host.name(), host.namespace(), "eth0");
        ends.forEach(
                (namespace, device) ->
                        shape(
                                namespace,
                                "add",
                                device,
                                "tbf rate %dmbit burst 16kb latency 500ms".formatted(megabits)));
        return () -> ends.forEach((namespace, device) -> shape(namespace, "del", device, ""));
    }

    private static void shape(String namespace, String deed, String device, String how) {
        List<String> command =
                new ArrayList<>(List.of("tc", "-n", namespace, "qdisc", deed, "dev", device));
        command.add("root");
        if (!how.isEmpty()) {
            command.addAll(List.of(how.split(" ")));
        }
        Shell.run(command);
    }

    /** Names of all hosts. */
    public Set<String> hostNames() {
        return Set.copyOf(hosts.keySet());
    }

    /** Ends every partition. */
    public void heal() {
        cuts.clear();
        applyCuts();
    }

    private void applyCuts() {
        StringBuilder rules = new StringBuilder();
        rules.append("table bridge cuts\ndelete table bridge cuts\ntable bridge cuts {\n");
        rules.append("chain forward { type filter hook forward priority 0; policy accept;\n");
        for (Cut cut : cuts) {
            rules.append(cut.rule());
        }
        rules.append("}\n}\n");
        Shell.run(
                List.of(
                        "nsenter",
                        "--net=" + NAMESPACES.resolve(switchNamespace()),
                        "nft",
                        "-f",
                        "-"),
                rules.toString());
    }

    /** Pulls the cable of a host: its interface loses its carrier. */
    public void unplug(String hostName) {
        Shell.run(
                List.of(
                        "ip",
                        "-n",
                        switchNamespace(),
                        "link",
                        "set",
                        "dev",
                        host(hostName).name(),
                        "down"));
    }

    /** Puts the cable back. */
    public void plug(String hostName) {
        Shell.run(
                List.of(
                        "ip",
                        "-n",
                        switchNamespace(),
                        "link",
                        "set",
                        "dev",
                        host(hostName).name(),
                        "up"));
    }

    /** Leaves everything running, also beyond the end of this process. */
    public void keep() {
        dismiss(janitor, name, "keep");
    }

    /** Whether processes are ended; none is to be started any more. */
    boolean isClosed() {
        return closed;
    }

    /** Ends every process and removes every namespace. */
    @Override
    public void close() {
        closed = true;
        List<LabProcess> running = new ArrayList<>();
        hosts.values().forEach(host -> running.addAll(host.processes()));
        running.forEach(LabProcess::kill);
        dismiss(janitor, name, "");
    }

    private static void dismiss(Process janitor, String name, String lastWord) {
        try (OutputStream end = janitor.getOutputStream()) {
            end.write(lastWord.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException _) {
            // The janitor is gone already; its namespaces with it.
        }
        try {
            if (!janitor.waitFor(10, TimeUnit.SECONDS)) {
                throw new LabException("the janitor of lab " + name + " hangs");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
