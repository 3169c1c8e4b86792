package proa.vip.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A bridge in a namespace of its own and hosts around it: {@code 1}, {@code 2}, {@code 3} at
 * 10.77.0.11 and up, and a client at 10.77.0.200 that is also the gateway 10.77.0.1. Hardware
 * addresses end in the host's number. Everything is gone after {@link #close}.
 */
public final class Site implements AutoCloseable {

    /** The client's number. */
    public static final int CLIENT = 9;

    /** The first number of {@link #withDirectServers}. */
    public static final int DIRECT = 21;

    /** A command of {@link #inside} that takes longer is ended. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final List<Integer> HOSTS = List.of(1, 2, 3, CLIENT);

    private final List<Integer> further = new ArrayList<>();

    private final String prefix =
            "pv" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36), 36);

    /** Builds it. */
    public Site() throws IOException {
        run("ip", "netns", "add", name(0));
        inside(0, "ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
        inside(0, "ip", "link", "set", "br0", "up");
        for (int host : HOSTS) {
            run("ip", "netns", "add", name(host));
            inside(host, "ip", "link", "set", "lo", "up");
            plug(host, "eth0");
        }
        inside(CLIENT, "ip", "addr", "add", "10.77.0.1/24", "dev", "eth0");
        inside(CLIENT, "ip", "addr", "add", "fd00:77::1/64", "dev", "eth0", "nodad");
    }

    /**
     * Adds a second bridge behind the hosts, where they are 10.78.0.11 and up, and so many servers
     * on it, numbers 4 and up: 10.78.0.21 and up, {@code fd00:78::21} and up, which route by
     * 10.78.0.1 and {@code fd00:78::1}; and 10.78.0.31 and up, which route by 10.78.0.2. Beyond
     * that network are 10.79.0.21 and up, {@code fd00:79::21} and up, of the same servers, which
     * reach the hosts by the gateway alone.
     */
    public Site withServers(int servers) throws IOException {
        inside(0, "ip", "link", "add", "br1", "type", "bridge", "mcast_snooping", "0");
        inside(0, "ip", "link", "set", "br1", "up");
        for (int host = 1; host <= 3 + servers; host++) {
            boolean server = host > 3;
            if (server) {
                run("ip", "netns", "add", name(host));
                further.add(host);
                inside(host, "ip", "link", "set", "lo", "up");
            }
            plugBehind(host, server ? "eth0" : "eth1", server ? 17 + host : 10 + host);
            if (server) {
                inside(host, "ip", "route", "add", "default", "via", "10.78.0.1");
                inside(host, "ip", "-6", "route", "add", "default", "via", "fd00:78::1");
                String second = "10.78.0." + (27 + host);
                inside(host, "ip", "addr", "add", second + "/24", "dev", "eth0");
                inside(host, "ip", "rule", "add", "from", second, "lookup", "2");
                inside(host, "ip", "route", "add", "default", "via", "10.78.0.2", "table", "2");
                farther(host, 17 + host);
            }
        }
        for (int host = 1; host <= 3; host++) {
            for (int last = 21; last < 21 + servers; last++) {
                inside(host, "ip", "route", "add", "10.79.0." + last, "via", "10.78.0." + last);
                String six = "fd00:79::" + last;
                inside(host, "ip", "-6", "route", "add", six, "via", "fd00:78::" + last);
            }
        }
        return this;
    }

    private void farther(int host, int last) throws IOException {
        inside(host, "ip", "addr", "add", "10.79.0." + last + "/32", "dev", "lo");
        inside(host, "ip", "rule", "add", "from", "10.79.0.0/24", "lookup", "3");
        inside(host, "ip", "route", "add", "default", "via", "10.78.0.1", "table", "3");
        inside(host, "ip", "addr", "add", "fd00:79::" + last + "/128", "dev", "lo", "nodad");
        inside(host, "ip", "-6", "rule", "add", "from", "fd00:79::/64", "lookup", "3");
        inside(host, "ip", "-6", "route", "add", "default", "via", "fd00:78::1", "table", "3");
    }

    /**
     * Adds so many servers beside the hosts, numbers 21 and up: 10.77.0.31 and up, {@code
     * fd00:77::31} and up. They have these floating addresses too, but do not answer for them.
     */
    public Site withDirectServers(int servers, String four, String six) throws IOException {
        for (int host = DIRECT; host < DIRECT + servers; host++) {
            run("ip", "netns", "add", name(host));
            further.add(host);
            inside(host, "ip", "link", "set", "lo", "up");
            inside(
                    host,
                    "sh",
                    "-c",
                    "cd /proc/sys/net/ipv4/conf/all && echo 1 >arp_ignore && echo 2 >arp_announce");
            inside(host, "ip", "addr", "add", four + "/32", "dev", "lo");
            inside(host, "ip", "addr", "add", six + "/128", "dev", "lo", "nodad");
            plugIn(host, "eth0", "br0", "77", 10 + host);
        }
        return this;
    }

    private void plugBehind(int host, String device, int last) throws IOException {
        plugIn(host, device, "br1", "78", last);
    }

    private void plugIn(int host, String device, String bridge, String network, int last)
            throws IOException {
        String link = "ip link add DEVICE type veth peer name q" + host + " netns " + name(0);
        inside(host, link.replace("DEVICE", device).split(" "));
        inside(0, "ip", "link", "set", "q" + host, "master", bridge, "up");
        inside(host, "sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/" + device + "/accept_dad");
        inside(host, "ip", "link", "set", device, "up");
        inside(host, "ip", "addr", "add", "10." + network + ".0." + last + "/24", "dev", device);
        inside(
                host,
                "ip",
                "addr",
                "add",
                "fd00:" + network + "::" + last + "/64",
                "dev",
                device,
                "nodad");
    }

    /**
     * Takes the host's interface out and puts another one in, with the same addresses under another
     * name.
     *
     * @param between while there is none
     */
    public void replaceInterface(int host, String before, String after, Deed between)
            throws Exception {
        inside(host, "ip", "link", "del", before);
        between.run();
        plug(host, after);
    }

    /** Something a test does. */
    public interface Deed {
        /** Does it. */
        void run() throws Exception;
    }

    private void plug(int host, String device) throws IOException {
        String peer = "p" + host;
        String[] add = {
            "ip",
            "link",
            "add",
            device,
            "address",
            "02:00:00:00:00:0" + host,
            "type",
            "veth",
            "peer",
            "name",
            peer,
            "netns",
            name(0)
        };
        inside(host, add);
        inside(0, "ip", "link", "set", peer, "master", "br0", "up");
        // Link-local addresses are of use at once.
        inside(host, "sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/" + device + "/accept_dad");
        inside(host, "ip", "link", "set", device, "up");
        String address = "10.77.0." + (host == CLIENT ? 200 : 10 + host) + "/24";
        inside(host, "ip", "addr", "add", address, "dev", device);
        String six = "fd00:77::" + (host == CLIENT ? 200 : 10 + host) + "/64";
        inside(host, "ip", "addr", "add", six, "dev", device, "nodad");
    }

    private String name(int host) {
        return prefix + host;
    }

    /** The command that runs in the host's namespace, as the process that is started itself. */
    public List<String> command(int host) {
        return List.of("nsenter", "--net=/run/netns/" + name(host), "--");
    }

    /**
     * The same ahead of all ordinary processes: for what measures and for what stands in for a
     * process that is well, since one that waits a second for a processor is taken for stuck.
     */
    public List<String> ahead(int host) {
        List<String> all = new ArrayList<>(command(host));
        all.addAll(List.of("nice", "-n", "-20"));
        return all;
    }

    /**
     * Runs a command in the host's namespace (0: the switch's) and returns what it prints. Ahead of
     * all ordinary processes: {@code nft} begins anew whenever somebody changes any table while it
     * reads.
     *
     * @throws IOException also when the command has not ended after {@link #LIMIT}
     */
    public String inside(int host, String... command) throws IOException {
        List<String> all = ahead(host);
        all.addAll(List.of(command));
        return run(all.toArray(String[]::new));
    }

    /** Pulls or plugs in the host's cable, at the switch. */
    public void cable(int host, boolean plugged) throws IOException {
        inside(0, "ip", "link", "set", "p" + host, plugged ? "up" : "down");
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        AtomicBoolean late = new AtomicBoolean();
        process.onExit()
                .completeOnTimeout(process, LIMIT.toSeconds(), TimeUnit.SECONDS)
                .thenAccept(
                        each -> {
                            // To end what has ended would close what it has printed.
                            if (each.isAlive()) {
                                late.set(true);
                                each.destroyForcibly();
                            }
                        });
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                String end = late.get() ? " did not end within " + LIMIT : "";
                throw new IOException(String.join(" ", command) + end + ": " + output);
            }
            return output;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (int host : HOSTS) {
            run("ip", "netns", "del", name(host));
        }
        for (int host : further) {
            run("ip", "netns", "del", name(host));
        }
        run("ip", "netns", "del", name(0));
    }
}
