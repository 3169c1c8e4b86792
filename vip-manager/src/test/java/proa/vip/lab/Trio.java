package proa.vip.lab;

import proa.config.ClusterConfig;
import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;
import proa.config.tls.ClusterAuthority;
import proa.testing.Patience;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** Three hosts, each with a vipd and a {@link FakeNode}, one group with one address, mutual TLS. */
public final class Trio implements AutoCloseable {

    /** The floating address. */
    public static final String ADDRESS = "10.77.0.100";

    /** The floating IPv6 address of {@link #DUAL}. */
    public static final String ADDRESS_6 = "fd00:77::100";

    /** One group with an IPv4 address. */
    public static final String PLAIN =
            """
            web {
              vrid = 51, prefer = [lb1, lb2, lb3], failback = never
              vips { main = "10.77.0.100" }, track { gateway = "10.77.0.1" }
            }
            """;

    /** One group with an address of each family. */
    public static final String DUAL =
            """
            web {
              vrid = 51, prefer = [lb1, lb2, lb3], failback = never
              vips { main = "10.77.0.100", six = "fd00:77::100" }
              track { gateway = "10.77.0.1" }
            }
            """;

    private static final String ECHO =
            """
            frontends {
              echo { bind { group = web, vip = main, port = 7000 }, mode = tcp, backend = echo }
            }
            backends { echo { servers = [ { name = e1, address = "10.77.0.200:7000" } ] } }
            """;

    private static final Duration AWAIT = Duration.ofSeconds(60);

    /** Of each vipd, beside a finding. */
    private static final int LOG_LINES = 40;

    private final Path folder;
    private final String groups;
    private final String frontends;
    private final Site site;
    private final List<String> names;
    private final Map<Integer, Program> vipds = new HashMap<>();
    private final Map<Integer, Program> nodes = new HashMap<>();
    private long incarnation;

    /** Builds the site and starts everything, with {@link #PLAIN}. */
    public Trio(Path folder) throws Exception {
        this(folder, PLAIN);
    }

    /** Builds the site and starts everything, with these groups, of which one is named web. */
    public Trio(Path folder, String groups) throws Exception {
        this(folder, groups, ECHO, new Site());
    }

    /**
     * Starts everything on a site, with these groups, and {@code frontends} and {@code backends}.
     */
    public Trio(Path folder, String groups, String frontends, Site site) throws Exception {
        this(folder, groups, frontends, site, List.of("web"));
    }

    /** The same with groups of these names; the first is the one that is asked about. */
    public Trio(Path folder, String groups, String frontends, Site site, List<String> names)
            throws Exception {
        this.folder = folder;
        this.names = List.copyOf(names);
        this.groups = groups;
        this.frontends = frontends;
        this.site = site;
        try {
            writeFiles();
            restore();
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    private void writeFiles() throws IOException, GeneralSecurityException {
        SecureRandom random = new SecureRandom();
        Instant now = Instant.now();
        ClusterAuthority.Issued root = ClusterAuthority.create("lab", now, random);
        ClusterAuthority authority = ClusterAuthority.of(root.certificate(), root.key());
        Files.write(folder.resolve("ca.pem"), root.certificate());
        for (int host = 1; host <= 3; host++) {
            InetAddress address = InetAddress.getByName("10.77.0.1" + host);
            ClusterAuthority.Issued issued =
                    authority.issue("lb" + host, List.of(address), now, Duration.ofDays(1), random);
            Files.write(folder.resolve("lb" + host + ".pem"), issued.certificate());
            Files.write(folder.resolve("lb" + host + ".key"), issued.key());
        }
        Files.writeString(
                folder.resolve("proa.conf"),
                """
                schema = 1
                cluster {
                  name = lab
                  timing = lab
                  nodes {
                    lb1 { id = 1, addresses = ["10.77.0.11"] }
                    lb2 { id = 2, addresses = ["10.77.0.12"] }
                    lb3 { id = 3, addresses = ["10.77.0.13"] }
                  }
                  tls { certificate = "%{node}.pem", key = "%{node}.key", authorities = ["ca.pem"] }
                }
                groups { GROUPS }
                """
                                .replace("GROUPS", groups)
                        + frontends);
    }

    /** The namespaces. */
    public Site site() {
        return site;
    }

    /**
     * Starts what is not running, and waits until all see each other ready for every group and one
     * owns the address.
     */
    public void restore() throws Exception {
        for (int host = 1; host <= 3; host++) {
            startVipd(host);
        }
        for (int host = 1; host <= 3; host++) {
            int awaited = host;
            await(
                    () -> "vipd " + awaited + ": " + vipd(awaited).output(),
                    () -> {
                        startVipd(awaited); // one that was killed may have ended only now
                        return status(awaited).contains("\"peers\"");
                    });
            startNode(host);
        }
        await(
                "a whole trio",
                () -> {
                    boolean whole = true;
                    for (int host = 1; host <= 3; host++) {
                        startNode(host); // that of a vipd that was killed may have ended only now
                        String status = status(host);
                        whole &= status.contains("\"ready\":true,\"gateway\"");
                        // Neither a group here nor another node as this one knows it.
                        whole &= !status.contains("\"ready\":false");
                        whole &= !status.contains("\"mesh\":false");
                        whole &= status.contains("\"owner\":\"lb");
                    }
                    return whole && owners() == 1;
                });
    }

    /** Starts the host's vipd if it is not running. */
    public void startVipd(int host) throws IOException {
        if (!running(vipds, host)) {
            List<String> arguments =
                    List.of(
                            "-c",
                            folder.resolve("proa.conf").toString(),
                            "--node",
                            "lb" + host,
                            "--run-dir",
                            folder.resolve("run" + host).toString(),
                            "--state-dir",
                            folder.resolve("state" + host).toString());
            Path log = folder.resolve("vipd" + host + ".log");
            vipds.put(host, new Program(site.command(host), log, "proa.vip.loop.Vipd", arguments));
        }
    }

    /** Starts the host's node if it is not running. */
    public void startNode(int host) throws IOException {
        if (!running(nodes, host)) {
            List<String> arguments = new ArrayList<>();
            arguments.addAll(List.of(socket(host).toString(), "lb" + host, "" + ++incarnation));
            arguments.addAll(names);
            Path log = folder.resolve("node" + host + ".log");
            nodes.put(host, new Program(site.ahead(host), log, "proa.vip.lab.FakeNode", arguments));
        }
    }

    private static boolean running(Map<Integer, Program> programs, int host) {
        Program program = programs.get(host);
        return program != null && program.isAlive();
    }

    public Program vipd(int host) {
        return vipds.get(host);
    }

    public Program node(int host) {
        return nodes.get(host);
    }

    private Path socket(int host) {
        return folder.resolve("run" + host).resolve("vipd.sock");
    }

    /** The host that has the first group, by its own word; 0: none. */
    public int owner() {
        return owner(names.getFirst());
    }

    /** The host that has that group, by its own word; 0: none. */
    public int owner(String group) {
        for (int host = 1; host <= 3; host++) {
            if (owns(host, group)) {
                return host;
            }
        }
        return 0;
    }

    private boolean owns(int host, String group) {
        return status(host).contains("\"group\":\"" + group + "\",\"state\":\"ACTIVE\"");
    }

    private int owners() {
        int owners = 0;
        for (int host = 1; host <= 3; host++) {
            owners += owns(host, names.getFirst()) ? 1 : 0;
        }
        return owners;
    }

    /** Whether the address is on one of the host's devices. */
    public boolean hasAddress(int host) throws IOException {
        return site.inside(host, "ip", "-4", "-o", "addr").contains(ADDRESS + "/");
    }

    /** What the host's vipd says of itself; empty when it cannot be asked. */
    public String status(int host) {
        if (!running(vipds, host)) {
            return "";
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket(host)));
            channel.write(ByteBuffer.wrap(LinkCodec.encode(new LinkMessage.StatusRequest())));
            LinkCodec codec = new LinkCodec();
            ByteBuffer arrived = ByteBuffer.allocate(4096);
            LinkMessage message = null;
            while (message == null && channel.read(arrived) >= 0) {
                codec.feed(arrived.flip());
                arrived.clear();
                message = codec.next();
            }
            return message instanceof LinkMessage.Status status ? status.json() : "";
        } catch (IOException _) {
            return "";
        }
    }

    /** Whether any address is on one of the host's devices; as {@code ip} prints it. */
    public boolean hasAddress(int host, String address) throws IOException {
        return site.inside(host, "ip", "-o", "addr").contains(" " + address + "/");
    }

    /** Watches the address from the client; a node answers already. */
    public Watch watch() throws Exception {
        return watch(ADDRESS);
    }

    /** Watches any address from the client; a node answers already. */
    public Watch watch(String address) throws Exception {
        return Watch.of(site, folder, address).with(this::logs).answered();
    }

    private String logs() {
        StringBuilder all = new StringBuilder();
        vipds.forEach(
                (host, vipd) -> all.append("vipd ").append(host).append(": ").append(tail(vipd)));
        return all.toString();
    }

    private static String tail(Program program) {
        try {
            List<String> lines = program.output().lines().toList();
            int from = Math.max(0, lines.size() - LOG_LINES);
            return String.join("\n", lines.subList(from, lines.size())) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a probe of the address from the client for so long. */
    public Program probe(long millis) throws IOException {
        return probe(ADDRESS, millis);
    }

    /** Starts a probe of any address from the client for so long. */
    public Program probe(String address, long millis) throws IOException {
        Path log = folder.resolve("probe" + System.nanoTime() + ".log");
        List<String> arguments = List.of(address, "" + FakeNode.PORT, "" + millis);
        return new Program(site.ahead(Site.CLIENT), log, "proa.vip.lab.Probe", arguments);
    }

    /** Kills the host's vipd, and returns what {@link DeathWatch} saw of it. */
    public String watchDeath(int host) throws Exception {
        Path log = folder.resolve("death" + System.nanoTime() + ".log");
        List<String> arguments =
                List.of(
                        "" + vipd(host).pid(),
                        "10.77.0.1" + host,
                        "" + ClusterConfig.Ports.DEFAULTS.mesh());
        try (Program watch =
                new Program(site.ahead(host), log, "proa.vip.lab.DeathWatch", arguments)) {
            watch.await();
            return watch.output();
        }
    }

    /**
     * Waits until a group of the host is in a state; otherwise tells what the host says of itself.
     *
     * @param states a regular expression
     */
    public void awaitState(int host, String states) throws Exception {
        Pattern awaited = Pattern.compile("\"state\":\"(" + states + ")\"");
        awaitAt(host, states, () -> awaited.matcher(status(host)).find());
    }

    /** Waits until the host's vipd has printed that: a thread of its own writes its log. */
    public void awaitLine(int host, String line) throws Exception {
        awaitAt(host, line, () -> vipd(host).output().contains(line));
    }

    /** Waits for a condition; otherwise tells what the host says of itself. */
    public void awaitAt(int host, String what, Callable<Boolean> condition) throws Exception {
        await(
                () -> what + " on " + host + ": " + status(host) + "\n" + vipd(host).output(),
                condition);
    }

    /** Waits for a condition, with a deadline. */
    public static void await(String what, Callable<Boolean> condition) throws Exception {
        await(() -> what, condition);
    }

    private static void await(Callable<String> what, Callable<Boolean> condition) throws Exception {
        await(AWAIT, what, condition);
    }

    /** The same with another deadline. */
    public static void await(Duration patience, String what, Callable<Boolean> condition)
            throws Exception {
        await(patience, () -> what, condition);
    }

    private static void await(Duration patience, Callable<String> what, Callable<Boolean> condition)
            throws Exception {
        Patience left = new Patience(patience);
        while (!condition.call()) {
            if (left.isOver()) {
                throw new AssertionError("not within " + patience + ": " + what.call());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** What may be done again. */
    public interface Stage {
        void play() throws Exception;
    }

    /**
     * Plays it, and up to so often in all again where a vipd or its node stood still meanwhile, by
     * vipd's own word: it hands over then, as it has to.
     *
     * @param restore what comes before a further time
     */
    public void undisturbed(int most, Stage restore, Stage stage) throws Exception {
        for (int staged = 1; ; staged++) {
            long before = standstills();
            try {
                stage.play();
                return;
            } catch (AssertionError e) {
                if (staged == most || standstills() == before) {
                    throw e;
                }
                System.out.printf("staged again, after a standstill: %s%n", e.getMessage());
                restore.play();
            }
        }
    }

    private long standstills() throws IOException {
        long standstills = 0;
        for (Program vipd : vipds.values()) {
            standstills +=
                    vipd.output()
                            .lines()
                            .filter(
                                    line ->
                                            line.contains("process stood still")
                                                    || line.contains("process is stuck"))
                            .count();
        }
        return standstills;
    }

    @Override
    public void close() throws IOException {
        for (Program program : nodes.values()) {
            program.close();
        }
        for (Program program : vipds.values()) {
            program.close();
        }
        site.close();
    }
}
