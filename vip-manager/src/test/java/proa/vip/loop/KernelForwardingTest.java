package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import proa.vip.command.MoveCommand;
import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;
import proa.vip.lab.Watch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Three real vipds whose kernels forward to three servers behind them, for two groups that begin on
 * two hosts. Established connections of every kind (echo, numbers pushed by the server, bursts to a
 * silent client) are checked number by number while owners die, servers are drained and rules are
 * removed.
 */
@RequiresNetns
final @TestMethodOrder(MethodOrderer.OrderAnnotation.class) class KernelForwardingTest {

    /** Advertisements are rare, so that an owner whose machine is busy stays. */
    private static final String GROUP =
            """
            web {
              vrid = 51, prefer = [lb1, lb2, lb3], failback = never
              vips { main = "10.77.0.100", six = "fd00:77::100" }
              gateway-vip = ["10.78.0.1", "fd00:78::1"], egress = snat
              vrrp { advert-interval = 1s }, track { gateway = "10.77.0.1" }
            }
            web2 {
              vrid = 52, prefer = [lb2, lb1, lb3], failback = never
              vips { main = "10.77.0.101" }, gateway-vip = "10.78.0.2", track { gateway = "10.77.0.1" }
              vrrp { advert-interval = 1s }
            }
            """;

    private static final String FRONTENDS =
            """
            frontends {
              tcp4 { bind { group = web, vip = main, port = 7101 }, mode = tcp, forwarding = nat, backend = tcp4 }
              guarded { bind { group = web, vip = main, port = 7108 }, mode = tcp, forwarding = nat, syn-proxy {}, backend = guarded }
              guarded6 { bind { group = web, vip = six, port = 7108 }, mode = tcp, forwarding = nat, syn-proxy {}, backend = guarded6 }
              udp4 { bind { group = web, vip = main, port = 7102 }, mode = udp, forwarding = nat, backend = tcp4 }
              tcp6 { bind { group = web, vip = six, port = 7103 }, mode = tcp, forwarding = nat, backend = six }
              udp6 { bind { group = web, vip = six, port = 7104 }, mode = udp, forwarding = nat, backend = six }
              raw-4 { bind { group = web, vip = main, port = 5002 }, mode = tcp, forwarding = stateless, backend = raw4 }
              raw-6 { bind { group = web, vip = six, port = 5003 }, mode = udp, forwarding = stateless, backend = raw6 }
              direct4 { bind { group = web, vip = main, port = 7105 }, mode = tcp, forwarding = dsr, backend = direct4 }
              two4 { bind { group = web2, vip = main, port = 7107 }, mode = tcp, forwarding = nat, backend = two4 }
              direct6 { bind { group = web, vip = six, port = 7106 }, mode = udp, forwarding = dsr, backend = direct6 }
              far4 { bind { group = web, vip = main, port = 7111 }, mode = tcp, forwarding = nat, backend = far4 }
              far6 { bind { group = web, vip = six, port = 7111 }, mode = tcp, forwarding = nat, backend = far6 }
              far-guarded { bind { group = web, vip = main, port = 7112 }, mode = tcp, forwarding = nat, syn-proxy {}, backend = far-guarded }
              far-raw4 { bind { group = web, vip = main, port = 5007 }, mode = tcp, forwarding = stateless, backend = far-raw4 }
              far-raw6 { bind { group = web, vip = six, port = 5006 }, mode = udp, forwarding = stateless, backend = far-raw6 }
            }
            backends {
              tcp4 { servers = [ { name = s1, address = "10.78.0.21:5001" }, { name = s2, address = "10.78.0.22:5001" }, { name = s3, address = "10.78.0.23:5001" } ] }
              guarded { servers = [ { name = s1, address = "10.78.0.21:5004" }, { name = s2, address = "10.78.0.22:5004" }, { name = s3, address = "10.78.0.23:5004" } ] }
              guarded6 { servers = [ { name = s1, address = "[fd00:78::21]:5004" }, { name = s2, address = "[fd00:78::22]:5004" } ] }
              six { servers = [ { name = s1, address = "[fd00:78::21]:5001" }, { name = s2, address = "[fd00:78::22]:5001" }, { name = s3, address = "[fd00:78::23]:5001" } ] }
              raw4 { servers = [ { name = s1, address = "10.78.0.21:5002" }, { name = s2, address = "10.78.0.22:5002" }, { name = s3, address = "10.78.0.23:5002" } ] }
              direct4 { servers = [ { name = d1, address = "10.77.0.31:7105" }, { name = d2, address = "10.77.0.32:7105" } ] }
              two4 { servers = [ { name = s1, address = "10.78.0.31:5001" }, { name = s2, address = "10.78.0.32:5001" }, { name = s3, address = "10.78.0.33:5001" } ] }
              direct6 { servers = [ { name = d1, address = "[fd00:77::31]:7106" }, { name = d2, address = "[fd00:77::32]:7106" } ] }
              raw6 { servers = [ { name = s1, address = "[fd00:78::21]:5003" }, { name = s2, address = "[fd00:78::22]:5003" }, { name = s3, address = "[fd00:78::23]:5003" } ] }
              far4 { servers = [ { name = s1, address = "10.79.0.21:5001" }, { name = s2, address = "10.79.0.22:5001" } ] }
              far6 { servers = [ { name = s1, address = "[fd00:79::21]:5001" } ] }
              far-guarded { servers = [ { name = s1, address = "10.79.0.21:5004" } ] }
              far-raw4 { servers = [ { name = s1, address = "10.79.0.21:5007" }, { name = s2, address = "10.79.0.22:5007" } ] }
              far-raw6 { servers = [ { name = s1, address = "[fd00:79::21]:5006" } ] }
            }
            """;

    /** What clients there are: transport, address, port. */
    private static final Map<String, List<String>> KINDS = kinds();

    private static Map<String, List<String>> kinds() {
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        kinds.put("tcp4", List.of("tcp", Trio.ADDRESS, "7101"));
        kinds.put("udp4", List.of("udp", Trio.ADDRESS, "7102"));
        kinds.put("tcp6", List.of("tcp", Trio.ADDRESS_6, "7103"));
        kinds.put("udp6", List.of("udp", Trio.ADDRESS_6, "7104"));
        kinds.put("raw-4", List.of("tcp", Trio.ADDRESS, "5002"));
        kinds.put("raw-6", List.of("udp", Trio.ADDRESS_6, "5003"));
        kinds.put("two4", List.of("tcp", "10.77.0.101", "7107"));
        kinds.put("far4", List.of("tcp", Trio.ADDRESS, "7111"));
        kinds.put("far-raw4", List.of("tcp", Trio.ADDRESS, "5007"));
        kinds.put("direct4", List.of("tcp", Trio.ADDRESS, "7105"));
        kinds.put("direct6", List.of("udp", Trio.ADDRESS_6, "7106"));
        return kinds;
    }

    /**
     * TCP connections of {@code nat} and of {@code stateless}; of each other kind a tenth. The
     * promise is of 2,000: {@code -Dproa.forwarded=2000}.
     */
    private static final int CONNECTIONS = Integer.getInteger("proa.forwarded", 400);

    /** What an operator had chosen for interfaces of a host that does not forward. */
    private static final String CHOOSE =
            "cd /proc/sys/net && echo 0 >ipv4/conf/all/accept_redirects"
                    + " && echo 1 >ipv4/conf/eth1/forwarding && echo 1 >ipv6/conf/eth1/forwarding";

    private static final String CHOSEN =
            "cd /proc/sys/net && cat ipv4/conf/all/accept_redirects ipv4/conf/eth1/forwarding"
                    + " ipv6/conf/eth1/forwarding";

    /** Beginnings of connections that nobody means. */
    private static final int FLOOD = 20_000;

    /** Packets from one look at counters to another; so many never pass within one. */
    private static final int SEEN_MIN = 100;

    /** Clients that get through one. */
    private static final int GUARDED = 12;

    private static final String FORWARDING = "proa_forward_lab";

    private static final Set<String> MANY = Set.of("tcp4", "raw-4");

    /** Hosts that have lost the group, one after the other. */
    private static final List<Integer> FORMER = new ArrayList<>();

    /** Place of the tests that look back on others. */
    private static final int FORMERS = Integer.MAX_VALUE - 2;

    @TempDir private static Path folder;
    private static Trio trio;
    private static final List<Program> SERVERS = new ArrayList<>();
    private static final Map<String, Program> CLIENTS = new LinkedHashMap<>();
    private static Program stranger;
    private static int question;

    @BeforeAll
    static void start() throws Exception {
        Site site = new Site().withServers(3).withDirectServers(2, Trio.ADDRESS, Trio.ADDRESS_6);
        for (int host = 1; host <= 3; host++) {
            site.inside(host, "sh", "-c", CHOOSE);
        }
        trio = new Trio(folder, GROUP, FRONTENDS, site, List.of("web", "web2"));
        part();
        for (int server = 1; server <= 3; server++) {
            String far = "5006@fd00:79::2" + server;
            server(3 + server, List.of("" + server, "5001", "5002", "5003", "5004", "5007", far));
        }
        for (int server = 0; server < 2; server++) {
            String second = "7106@" + Trio.ADDRESS_6;
            server(Site.DIRECT + server, List.of("" + (server + 4), "7105", second));
        }
        for (Program server : SERVERS) {
            Trio.await("a server", () -> server.output().contains("listening"));
        }
        List<String> asked =
                List.of("eth0", Trio.ADDRESS, Trio.ADDRESS_6, "10.78.0.1", "fd00:78::1");
        Path answers = folder.resolve("stranger.log");
        stranger = new Program(trio.site().command(4), answers, "proa.vip.lab.Asker", asked);
        KINDS.forEach((name, _) -> CLIENTS.put(name, clients(name, name, count(name))));
        for (Map.Entry<String, Program> clients : CLIENTS.entrySet()) {
            awaitStart(clients.getKey(), clients.getValue());
        }
    }

    /** The second group goes to another node than the first one's, as in active-active. */
    private static void part() throws Exception {
        Trio.await("an owner of the second group", () -> trio.owner("web2") != 0);
        int other = trio.owner() % 3 + 1;
        String directory = folder.resolve("run" + other).toString();
        int code =
                new CommandLine(new MoveCommand())
                        .execute("web2", "lb" + other, "--run-dir", directory);
        assertThat(code).isZero();
        Trio.await("two owners of two groups", () -> trio.owner("web2") == other);
    }

    private static void server(int host, List<String> arguments) throws IOException {
        SERVERS.add(
                Program.withHeap(
                        "256m",
                        trio.site().command(host),
                        folder.resolve("server" + host + ".log"),
                        "proa.vip.lab.CountingServer",
                        arguments));
    }

    private static int count(String name) {
        return MANY.contains(name) ? CONNECTIONS : CONNECTIONS / 10;
    }

    private static Program clients(String kind, String log, int count) {
        List<String> arguments = new ArrayList<>(KINDS.get(kind));
        arguments.add("" + count);
        try {
            return Program.withHeap(
                    "256m",
                    trio.site().command(Site.CLIENT),
                    folder.resolve("clients-" + log + ".log"),
                    "proa.vip.lab.CountingClients",
                    arguments);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String awaitStart(String name, Program clients) throws Exception {
        Trio.await("clients " + name, () -> clients.output().contains("started"));
        String line = clients.output().strip();
        assertThat(line).contains("broken=0");
        return line;
    }

    @AfterAll
    static void stop() throws Exception {
        for (Program program : CLIENTS.values()) {
            program.close();
        }
        stranger.close();
        for (Program program : SERVERS) {
            program.close();
        }
        trio.close();
    }

    @BeforeEach
    void restore() throws Exception {
        trio.restore();
    }

    /** Every connection there was goes on, with the next number. */
    private static void assertAllAlive(String after, String... but) throws Exception {
        String word = "answer" + ++question;
        Map<String, Program> asked = new LinkedHashMap<>(CLIENTS);
        asked.keySet().removeAll(List.of(but));
        for (Program clients : asked.values()) {
            clients.tell(word);
        }
        for (Map.Entry<String, Program> entry : asked.entrySet()) {
            Program clients = entry.getValue();
            Trio.await(entry.getKey(), () -> clients.output().contains(word));
            String line =
                    clients.output()
                            .lines()
                            .filter(each -> each.startsWith(word))
                            .findFirst()
                            .orElseThrow();
            System.out.println(after + ", " + entry.getKey() + ": " + line.replace(word + " ", ""));
            int count = count(entry.getKey());
            assertThat(line)
                    .as(after + ", " + entry.getKey())
                    .contains("alive=" + count + " of=" + count + " broken=0");
            clients.tell("forget");
        }
    }

    private static int otherThan(int before) throws Exception {
        Trio.await("a new owner", () -> trio.owner() != before && trio.owner() != 0);
        return trio.owner();
    }

    /**
     * While both groups are where they began: a dead node's moves, the other's stays. An owner
     * whose vipd dies is none any more; the table that it leaves is the one that it goes on with
     * when the connections come back to it.
     */
    @Test
    @Order(2)
    void establishedConnectionsOutliveTheirOwnersVipdTwice() throws Exception {
        if (trio.owner() == trio.owner("web2")) {
            part();
        }
        int owner = trio.owner();
        assertThat(owner)
                .as("the other node owns the other group")
                .isNotEqualTo(trio.owner("web2"));
        awaitRemembered(owner);
        List<String> handles = handles();
        int next;
        try (Watch watch = trio.watch()) {
            trio.vipd(owner).kill();
            next = otherThan(owner);
            watch.end("forwarding, vipd killed");
        }
        trio.startVipd(owner);
        assertThat(trio.hasAddress(next, "10.78.0.1")).isTrue();
        assertThat(trio.hasAddress(next, "fd00:78::1")).isTrue();
        assertAllAlive("vipd killed");
        awaitRemembered(next);
        FORMER.add(owner);
        trio.restore();
        trio.awaitLine(owner, "the rules of before are as wanted");
        trio.vipd(next).kill();
        System.out.printf("owners: lb%d, lb%d, lb%d%n", owner, next, otherThan(next));
        assertAllAlive("vipd of the next owner killed");
        FORMER.add(next);
        trio.restore();
        assertThat(handles()).as("no table was made again, on no host").isEqualTo(handles);
    }

    /** The kernel gives each table that is made a number of its own. */
    private static List<String> handles() throws IOException {
        List<String> handles = new ArrayList<>();
        for (int host = 1; host <= 3; host++) {
            for (String family : List.of("ip", "ip6")) {
                String listed =
                        trio.site().inside(host, "nft", "-a", "list", "table", family, FORWARDING);
                Matcher handle = Pattern.compile("\\{ # handle (\\d+)").matcher(listed);
                assertThat(handle.find()).as(listed).isTrue();
                handles.add(host + " " + family + " " + handle.group(1));
            }
        }
        return handles;
    }

    /** After the tests that make former owners: ten seconds must have passed. */
    @Test
    @Order(FORMERS)
    void aFormerOwnerForgetsWhatItHasCarried() throws Exception {
        int owner = trio.owner();
        List<Integer> standbys = FORMER.stream().filter(host -> host != owner).toList();
        assertThat(standbys).isNotEmpty();
        for (int standby : standbys) {
            Trio.await("what was there is forgotten", () -> remembered(standby) == 0);
        }
        awaitRemembered(owner);
    }

    /** The servers' network hears of its gateway alone, whoever owned the group until now. */
    @Test
    @Order(FORMERS)
    void onOtherInterfacesNobodyHasEverAnsweredForTheAddresses() throws Exception {
        Trio.await("an answer for the gateway", () -> answered("10.78.0.1", "fd00:78:0:0:0:0:0:1"));
        assertThat(stranger.output()).doesNotContain("10.77.0.").doesNotContain("fd00:77:");
    }

    private static boolean answered(String... addresses) throws IOException {
        String all = stranger.output();
        return List.of(addresses).stream().allMatch(each -> all.contains(each + " is at "));
    }

    @Test
    void establishedConnectionsOutliveTheCableOfTheirOwner() throws Exception {
        int owner = trio.owner();
        try (Watch watch = trio.watch()) {
            trio.site().cable(owner, false);
            otherThan(owner);
            watch.end("forwarding, cable cut");
            assertAllAlive("cable cut");
        } finally {
            trio.site().cable(owner, true);
        }
    }

    @Test
    void establishedConnectionsStayThroughAPlannedMove() throws Exception {
        int owner = trio.owner();
        assertThat(settings(owner)).as("while vipd runs").isNotEqualTo(settings(Site.CLIENT));
        try (Watch watch = trio.watch()) {
            trio.vipd(owner).signal("TERM");
            assertThat(trio.vipd(owner).await()).isZero();
            assertThat(settings(owner)).as("as it found them").isEqualTo(settings(Site.CLIENT));
            assertThat(trio.site().inside(owner, "sh", "-c", CHOSEN))
                    .as("what the kernel changes with them")
                    .isEqualTo("0\n1\n1\n");
            otherThan(owner);
            watch.end("forwarding, planned move");
        }
        assertAllAlive("planned move");
    }

    /** What the kernel of a host is set to; nothing changes the client's. */
    private static String settings(int host) throws IOException {
        return trio.site()
                .inside(
                        host,
                        "sh",
                        "-c",
                        "cd /proc/sys/net && grep -H . ipv4/ip_forward ipv6/conf/all/forwarding"
                                + " ipv6/conf/eth0/accept_ra ipv4/conf/eth0/arp_announce"
                                + " ipv4/conf/all/send_redirects ipv4/conf/eth0/send_redirects"
                                + " netfilter/nf_conntrack_tcp_be_liberal");
    }

    /**
     * Beginnings from hosts that are not there come first and go on while clients connect, who get
     * through; servers and connection tracking hear of clients alone.
     */
    @Test
    void aFloodOfBeginningsReachesNobodyWhileClientsGetThrough() throws Exception {
        int owner = trio.owner();
        trio.site().inside(owner, "ip", "route", "replace", "198.18.0.0/15", "via", "10.77.0.1");
        List<String> flood =
                List.of("eth0", "" + Site.CLIENT, "" + owner, Trio.ADDRESS, "7108", "" + FLOOD);
        Path log = folder.resolve("flood.log");
        try (Program flooding =
                        new Program(
                                trio.site().command(Site.CLIENT),
                                log,
                                "proa.vip.lab.SynFlood",
                                flood);
                Program first = guardedClients(flooding, "tcp", Trio.ADDRESS, "" + GUARDED);
                Program six = guardedClients(flooding, "tcp", Trio.ADDRESS_6, "" + GUARDED)) {
            Trio.await("clients", () -> first.output().contains("started"));
            Trio.await("IPv6 clients", () -> six.output().contains("started"));
            for (Program clients : List.of(first, six)) {
                clients.tell("more");
                Trio.await("an answer", () -> clients.output().contains("more "));
                assertThat(clients.output())
                        .contains("more alive=" + GUARDED + " of=" + GUARDED + " broken=0");
            }
            Trio.await("the end of the flood", () -> flooding.output().contains("sent " + FLOOD));
            assertThat(tracked(owner, "src=198.1")).as("tracked of the flood").isZero();
            Trio.await(
                    "clients are tracked",
                    () -> tracked(owner, "dport=7108 src=10.78.0.2") == GUARDED);
            String begun =
                    trio.site()
                            .inside(owner, "nft", "list", "set", "ip", FORWARDING, "f_guarded_new");
            assertThat(sum(begun)).as("begun at servers").isEqualTo(GUARDED);
        }
    }

    private static Program guardedClients(Program flooding, String... arguments) throws Exception {
        Trio.await("a flood", () -> flooding.output().contains("flooding"));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(2, "7108");
        return new Program(
                trio.site().command(Site.CLIENT),
                folder.resolve("guarded" + arguments[1].replace(':', '-') + ".log"),
                "proa.vip.lab.CountingClients",
                all);
    }

    private static long tracked(int host, String what) throws IOException {
        return trio.site()
                .inside(host, "cat", "/proc/net/nf_conntrack")
                .lines()
                .filter(line -> line.contains(what))
                .count();
    }

    private static long sum(String counters) {
        return Pattern.compile("counter packets (\\d+) ")
                .matcher(counters)
                .results()
                .mapToLong(each -> Long.parseLong(each.group(1)))
                .sum();
    }

    /** The first: a new owner would wait ten seconds before it takes a server in again. */
    @Test
    @Order(1)
    void aDrainedServerGetsNothingNewAndKeepsWhatItHas() throws Exception {
        int owner = trio.owner();
        say(owner, "tcp4 s1 s2");
        for (int host = 1; host <= 3; host++) {
            int each = host;
            trio.awaitAt(each, "the table without s3", () -> !map(each).contains("10.78.0.23"));
        }
        assertThat(map(1)).isEqualTo(map(2)).isEqualTo(map(3)).contains("10.78.0.21 . 5001");
        try (Program more = clients("tcp4", "drained", 30)) {
            String line = awaitStart("drained", more);
            assertThat(line).contains("1=").contains("2=").doesNotContain("3=");
        }
        assertAllAlive("drained");
        say(owner, "tcp4 s1 s2 s3");
        for (int host = 1; host <= 3; host++) {
            int each = host;
            trio.awaitAt(each, "the table with s3", () -> map(each).contains("10.78.0.23"));
        }
    }

    /** The last, because what it asks of a frontend without state ends that one's connections. */
    @Test
    @Order(Integer.MAX_VALUE)
    void withoutAServerConnectionsAreRefusedAndStrangersAreNoServers() throws Exception {
        int owner = trio.owner();
        say(owner, "raw-4 stranger");
        Trio.await("an empty table", () -> !map(owner, "f_raw-4").contains("10.78"));
        String refused =
                trio.site()
                        .inside(
                                Site.CLIENT,
                                "bash",
                                "-c",
                                "(: </dev/tcp/10.77.0.100/5002) 2>&1 || true");
        assertThat(refused).containsIgnoringCase("refused");
        say(owner, "raw-4 s1 s2 s3");
        Trio.await("a full table", () -> map(owner, "f_raw-4").contains("10.78.0.23"));
        // Nothing remembers where a packet of a connection without a state was to go.
        assertAllAlive("no server for a while", "raw-4", "direct4");
    }

    @Test
    void rulesOutliveVipdAndAreMadeAgainWhenSomebodyRemovesThem() throws Exception {
        int other = trio.owner() % 3 + 1;
        trio.vipd(other).kill();
        String kept = rules(other);
        trio.restore();
        trio.awaitLine(other, "the rules of before are as wanted");
        trio.site().inside(other, "nft", "delete", "table", "ip", FORWARDING);
        // The table is made first, and its maps are filled then.
        trio.awaitAt(
                other,
                "the rules again, as: " + kept,
                () ->
                        tables(other).contains("table ip " + FORWARDING)
                                && rules(other).equals(kept));
        assertAllAlive("rules of a peer removed");
    }

    @Test
    void everyServersTrafficIsCounted() throws Exception {
        Pattern served =
                Pattern.compile(
                        "\"frontend\":\"tcp4\".*?\"connections\":([1-9]\\d*),\"packetsIn\":([1-9]\\d*),\"bytesIn\":([1-9]\\d*),\"packetsOut\":([1-9]\\d*)");
        // What was counted before went with the table, where somebody has removed it.
        try (Program more = clients("tcp4", "counted", 10)) {
            awaitStart("counted", more);
            Trio.await("counters", () -> served.matcher(trio.status(trio.owner())).find());
        }
        Pattern datagrams = Pattern.compile("\"frontend\":\"udp6\"[^]]*?\"packetsOut\":[1-9]");
        Trio.await("counters", () -> datagrams.matcher(trio.status(trio.owner())).find());
    }

    /** A rule of the test's own sees each forwarded packet once. */
    @Test
    void aPacketOfAFrontendWithoutMemoryIsCountedOnce() throws Exception {
        int owner = trio.owner();
        String rules =
                "add table ip6 seen; add chain ip6 seen on { type filter hook forward priority 10;"
                        + " }; add rule ip6 seen on ip6 saddr fd00:79::21 udp sport 5006 counter";
        trio.site().inside(owner, "nft", rules);
        String both =
                "nft list table ip6 seen; nft list set ip6 " + FORWARDING + " f_far-raw6_from";
        try {
            try (Program clients =
                    new Program(
                            trio.site().command(Site.CLIENT),
                            folder.resolve("counted-once.log"),
                            "proa.vip.lab.CountingClients",
                            List.of("udp", Trio.ADDRESS_6, "5006", "3"))) {
                assertThat(awaitStart("far-raw6", clients)).contains("alive=3 of=3");
                // The server goes on, ten times a second and to clients of before as well, which
                // may be between the two lists of a look: of many looks two were not disturbed.
                Map<Long, Long> seenWith = new HashMap<>();
                Trio.await(
                        "as many more counted as seen",
                        () -> {
                            String[] look =
                                    trio.site().inside(owner, "sh", "-c", both).split("set f_");
                            long seen = sum(look[0]);
                            long besides = sum(look[1]) - seen;
                            return seen - seenWith.computeIfAbsent(besides, _ -> seen) >= SEEN_MIN;
                        });
            }
        } finally {
            trio.site().inside(owner, "nft", "delete", "table", "ip6", "seen");
        }
    }

    /** Next to last: whose server is taken out nobody remembers, so its connections end. */
    @Test
    @Order(Integer.MAX_VALUE - 1)
    void serversOfDirectReturnAnswerPastTheBalancer() throws Exception {
        Pattern carried =
                Pattern.compile(
                        "\"frontend\":\"direct4\".*?\"server\":\"d2\",\"usable\":true,\"connections\":([1-9]\\d*),\"packetsIn\":([1-9]\\d*),\"bytesIn\":([1-9]\\d*),\"packetsOut\":0,");
        int standby = trio.owner() % 3 + 1;
        sayAll("direct4 d2");
        Trio.await("the table of a standby", () -> !servers(standby).contains("0x50524000"));
        try (Program more = clients("direct4", "one-server", 20)) {
            assertThat(awaitStart("one-server", more)).contains("servers={5=20}");
            Trio.await("counters", () -> carried.matcher(trio.status(trio.owner())).find());
        }
        sayAll("direct4 d1 d2");
        Trio.await("the table again", () -> servers(standby).contains("0x50524000"));
    }

    private static String servers(int host) throws IOException {
        return map(host, "f_direct4");
    }

    @Test
    void serversReachTheWorldByTheGatewayAndAreSeenAsTheFloatingAddress() throws Exception {
        try (Program world =
                new Program(
                        trio.site().command(Site.CLIENT),
                        folder.resolve("world.log"),
                        "proa.vip.lab.FakeServer",
                        List.of("6001"))) {
            Trio.await("the world", () -> world.output().contains("listening"));
            for (String address : List.of("10.77.0.200", "fd00:77::200")) {
                String seen =
                        trio.site()
                                .inside(
                                        4,
                                        "bash",
                                        "-c",
                                        "timeout 60 cat </dev/tcp/" + address + "/6001");
                assertThat(seen.strip()).isIn(Trio.ADDRESS, "fd00:77:0:0:0:0:0:100");
            }
        }
    }

    /** The kernel would tell it, because it asks for a neighbour by way of the gateway. */
    @Test
    void noServerIsToldOfAWayPastTheBalancer() throws Exception {
        String route = " fd00:78::23 via fd00:78::1";
        String[] told = {"nft", redirects("input")};
        String[] meant = {"nft", redirects("output")};
        Pattern seen = Pattern.compile("nd-redirect counter packets [1-9]");
        String[] count = {"nft", "list", "table", "ip6", "redirects"};
        trio.site().inside(4, ("ip -6 route add" + route).split(" "));
        trio.site().inside(4, told);
        for (int host = 1; host <= 3; host++) {
            trio.site().inside(host, meant);
        }
        try {
            // The server may take a moment to hear of a move that was just before.
            Trio.await(
                    "a redirect that the owner keeps to itself",
                    () -> {
                        String knock = "timeout 2 cat </dev/tcp/fd00:78::23/9 || true";
                        trio.site().inside(4, "bash", "-c", knock);
                        return seen.matcher(trio.site().inside(trio.owner(), count)).find();
                    });
            assertThat(trio.site().inside(4, count))
                    .contains("nd-redirect counter packets 0")
                    .doesNotContainPattern(seen);
        } finally {
            for (int host = 1; host <= 4; host++) {
                trio.site().inside(host, "nft", "delete", "table", "ip6", "redirects");
            }
            trio.site().inside(4, ("ip -6 route del" + route).split(" "));
        }
    }

    /** A table of the test's own that counts redirects before any rule of vipd's. */
    private static String redirects(String hook) {
        return "add table ip6 redirects; add chain ip6 redirects seen { type filter hook "
                + hook
                + " priority -400; }; add rule ip6 redirects seen icmpv6 type nd-redirect counter";
    }

    /** A server would answer such a client itself, which knows nothing of that server. */
    @Test
    void clientsOnTheServersOwnNetworkAreRefusedAtOnceAndOthersServed() throws Exception {
        int owner = trio.owner();
        List<List<String>> asked = new ArrayList<>();
        List.of("tcp4", "tcp6", "raw-4", "udp4").forEach(kind -> asked.add(KINDS.get(kind)));
        asked.add(List.of("tcp", Trio.ADDRESS, "7108"));
        for (List<String> each : asked) {
            assertThat(answer(4, each)).as("a server").containsIgnoringCase("refused");
        }
        assertThat(answer(Site.CLIENT, KINDS.get("tcp4"))).as("a client").isEqualTo("open");
        for (String set : List.of("f_tcp4_near", "f_guarded_near")) {
            String counted =
                    trio.site().inside(owner, "nft", "list", "set", "ip", "proa_forward_lab", set);
            assertThat(sum(counted)).as(counted).isOne();
        }
    }

    /**
     * As a standby's health checks ask: from its own address, of a server whose answers to it come
     * by the owner of the gateway, and are to keep their source there, packet by packet.
     */
    @Test
    void aStandbyIsAnsweredByServersThatReachItOnlyByTheOwner() throws Exception {
        int owner = trio.owner();
        int standby = owner % 3 + 1;
        Map<String, List<String>> asked = new LinkedHashMap<>();
        asked.put("far4", List.of("tcp", "10.79.0.21", "5001"));
        asked.put("far6", List.of("tcp", "fd00:79::21", "5001"));
        asked.put("far-guarded", List.of("tcp", "10.79.0.21", "5004"));
        asked.put("far-raw4", List.of("tcp", "10.79.0.21", "5007"));
        asked.put("far-raw6", List.of("udp", "fd00:79::21", "5006"));
        for (Map.Entry<String, List<String>> each : asked.entrySet()) {
            // The router may take a moment to hear of a move that was just before.
            Trio.await(
                    each.getKey() + ": answers come by the owner",
                    () -> {
                        long before = passed(owner, each.getKey());
                        askAsStandby(standby, each.getKey(), each.getValue());
                        return passed(owner, each.getKey()) > before;
                    });
        }
    }

    private static void askAsStandby(int standby, String kind, List<String> asked)
            throws Exception {
        List<String> arguments = new ArrayList<>(asked);
        arguments.add("3");
        Path log = folder.resolve("standby-" + kind + System.nanoTime() + ".log");
        try (Program checks =
                new Program(
                        trio.site().command(standby),
                        log,
                        "proa.vip.lab.CountingClients",
                        arguments)) {
            assertThat(awaitStart("of a standby, " + kind, checks))
                    .as(kind)
                    .contains("alive=3 of=3", "servers={1=3}");
        }
    }

    /** Packets of a frontend's servers that this host has seen. */
    private static long passed(int host, String frontend) throws IOException {
        String family = frontend.contains("6") ? "ip6" : "ip";
        String set = "f_" + frontend + "_from";
        return sum(trio.site().inside(host, "nft", "list", "set", family, FORWARDING, set));
    }

    /** What a host hears that would begin a connection; nothing for half a minute: nothing. */
    private static String answer(int host, List<String> to) throws IOException {
        String open = "exec 3<>/dev/" + to.get(0) + "/" + to.get(1) + "/" + to.get(2);
        String command = open + (to.get(0).equals("udp") ? "; echo >&3; cat <&3" : "; echo open");
        String all = "timeout 30 bash -c '" + command + "' 2>&1 || true";
        return trio.site().inside(host, "bash", "-c", all).strip();
    }

    /** The entries that connection tracking has of the group's translated connections. */
    private static long remembered(int host) throws IOException {
        return trio.site()
                .inside(host, "cat", "/proc/net/nf_conntrack")
                .lines()
                .filter(line -> line.contains("mark=1347584000 "))
                .count();
    }

    /** A reading may miss some: the kernel goes on while it is read. */
    private static void awaitRemembered(int host) throws Exception {
        Trio.await("all are remembered", () -> remembered(host) >= CONNECTIONS);
    }

    private static void say(int host, String usable) throws IOException {
        trio.node(host).tell(usable);
    }

    /** As checks do: whoever owns the group by then has found the same. */
    private static void sayAll(String usable) throws IOException {
        for (int host = 1; host <= 3; host++) {
            say(host, usable);
        }
    }

    private static String tables(int host) throws IOException {
        return trio.site().inside(host, "nft", "list", "tables");
    }

    private static String map(int host) throws IOException {
        return map(host, "f_tcp4");
    }

    private static String map(int host, String name) throws IOException {
        return trio.site().inside(host, "nft", "list", "map", "ip", FORWARDING, name);
    }

    /** What is the same in every life of a table. */
    private static String rules(int host) throws IOException {
        return trio.site()
                .inside(host, "nft", "list", "table", "ip", FORWARDING)
                .replaceAll("packets \\d+ bytes \\d+", "");
    }
}
