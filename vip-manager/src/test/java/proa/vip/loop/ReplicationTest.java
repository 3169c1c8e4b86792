package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Three real vipds; a server is drained, and then their owner is killed, again and again, under
 * established connections that only the first owner's kernel had seen begin at that server. Beside
 * them, the same without {@code replicate-connections}, which ends those.
 */
@RequiresNetns
final @TestMethodOrder(MethodOrderer.OrderAnnotation.class) class ReplicationTest {

    private static final String GROUP =
            """
            web {
              vrid = 51, prefer = [lb1, lb2, lb3], failback = never
              vips { main = "10.77.0.100", six = "fd00:77::100" }
              gateway-vip = ["10.78.0.1", "fd00:78::1"]
              track { gateway = "10.77.0.1" }
            }
            """;

    private static final String FRONTENDS =
            """
            frontends {
              tcp4 { bind { group = web, vip = main, port = 7101 }, mode = tcp, forwarding = nat, replicate-connections = true, backend = tcp4 }
              udp4 { bind { group = web, vip = main, port = 7102 }, mode = udp, forwarding = nat, replicate-connections = true, backend = tcp4 }
              tcp6 { bind { group = web, vip = six, port = 7103 }, mode = tcp, forwarding = nat, replicate-connections = true, backend = six }
              udp6 { bind { group = web, vip = six, port = 7104 }, mode = udp, forwarding = nat, replicate-connections = true, backend = six }
              alone { bind { group = web, vip = main, port = 7105 }, mode = tcp, forwarding = nat, backend = alone }
            }
            backends {
              tcp4 { servers = [ { name = s1, address = "10.78.0.21:5001" }, { name = s2, address = "10.78.0.22:5001" }, { name = s3, address = "10.78.0.23:5001" } ] }
              six { servers = [ { name = s1, address = "[fd00:78::21]:5001" }, { name = s2, address = "[fd00:78::22]:5001" }, { name = s3, address = "[fd00:78::23]:5001" } ] }
              alone { servers = [ { name = s1, address = "10.78.0.21:5002" }, { name = s2, address = "10.78.0.22:5002" }, { name = s3, address = "10.78.0.23:5002" } ] }
            }
            """;

    /** Transport, address, port and number of the clients of each frontend. */
    private static final Map<String, List<String>> KINDS =
            Map.of(
                    "tcp4", List.of("tcp", Trio.ADDRESS, "7101", "240"),
                    "udp4", List.of("udp", Trio.ADDRESS, "7102", "60"),
                    "tcp6", List.of("tcp", Trio.ADDRESS_6, "7103", "60"),
                    "udp6", List.of("udp", Trio.ADDRESS_6, "7104", "60"),
                    "alone", List.of("tcp", Trio.ADDRESS, "7105", "120"));

    private static final List<String> REPLICATED = List.of("tcp4", "udp4", "tcp6", "udp6");

    /** With the pause between two, about a second. */
    private static final int READS = 50;

    private static final Pattern THIRD = Pattern.compile("[{ ]3=(\\d+)");

    @TempDir private static Path folder;
    private static Trio trio;
    private static final List<Program> SERVERS = new ArrayList<>();
    private static final Map<String, Program> CLIENTS = new LinkedHashMap<>();

    /** Clients of each frontend whose server is the third. */
    private static final Map<String, Integer> AT_THIRD = new LinkedHashMap<>();

    /** The host that was killed first. */
    private static int former;

    private static int question;

    @BeforeAll
    static void start() throws Exception {
        trio = new Trio(folder, GROUP, FRONTENDS, new Site().withServers(3));
        for (int server = 1; server <= 3; server++) {
            SERVERS.add(
                    Program.withHeap(
                            "256m",
                            trio.site().command(3 + server),
                            folder.resolve("server" + server + ".log"),
                            "proa.vip.lab.CountingServer",
                            List.of("" + server, "5001", "5002", "5003", "5004")));
        }
        for (Program server : SERVERS) {
            Trio.await("a server", () -> server.output().contains("listening"));
        }
        for (Map.Entry<String, List<String>> kind : KINDS.entrySet()) {
            CLIENTS.put(
                    kind.getKey(),
                    Program.withHeap(
                            "256m",
                            trio.site().command(Site.CLIENT),
                            folder.resolve("clients-" + kind.getKey() + ".log"),
                            "proa.vip.lab.CountingClients",
                            kind.getValue()));
        }
        for (Map.Entry<String, Program> clients : CLIENTS.entrySet()) {
            Program program = clients.getValue();
            Trio.await(clients.getKey(), () -> program.output().contains("started"));
            String line = program.output();
            assertThat(line).contains("broken=0");
            Matcher third = THIRD.matcher(line);
            assertThat(third.find()).as(line).isTrue();
            AT_THIRD.put(clients.getKey(), Integer.parseInt(third.group(1)));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        for (Program program : CLIENTS.values()) {
            program.close();
        }
        for (Program program : SERVERS) {
            program.close();
        }
        trio.close();
    }

    /** What vipd takes for the kernel's hash is the kernel's: every connection is at its place. */
    @Test
    @Order(1)
    void noConnectionIsToldWhileTheTableLeadsToAll() throws Exception {
        int owner = trio.owner();
        say("tcp4 s1 s2 s3");
        for (String frontend : REPLICATED) {
            Trio.await("a count of " + frontend, () -> told(owner, frontend) == 0);
        }
    }

    /** The table of two servers leads elsewhere; those that are at the third are told. */
    @Test
    @Order(2)
    void connectionsOfADrainedServerAreKnownToEveryKernel() throws Exception {
        int owner = trio.owner();
        drainTheThird();
        for (String frontend : REPLICATED) {
            int most = AT_THIRD.get(frontend);
            // A bucket in hundreds of the others changes hands, too.
            Trio.await(
                    frontend + " of " + most + ": " + trio.status(owner),
                    () -> told(owner, frontend) >= most);
            for (int host = 1; host <= 3; host++) {
                int each = host;
                // The owner may find one more at its next look.
                Trio.await("host " + host, () -> told(each, frontend) == told(owner, frontend));
            }
            int told = told(owner, frontend);
            assertThat(told).isBetween(most, most + 10);
            System.out.println(frontend + ": " + most + " at the drained server, told " + told);
        }
        assertThat(trio.status(owner)).doesNotContainPattern("\"dropped\":[1-9]");
        int standby = owner % 3 + 1;
        Trio.await(
                "entries of connections that the standby never saw",
                () -> assured(standby, "src=10.78.0.23") >= AT_THIRD.get("tcp4"));
        assertAllAlive("drained", "");
    }

    @Test
    @Order(3)
    void theyOutliveTheirOwnerAndThoseThatNobodyWasToldOfDoNot() throws Exception {
        int owner = trio.owner();
        former = owner;
        trio.vipd(owner).kill();
        Trio.await("a new owner", () -> trio.owner() != owner && trio.owner() != 0);
        assertAllAlive("drained, then killed", "alone");
        Program alone = CLIENTS.get("alone");
        alone.tell("lost");
        Trio.await("a count", () -> alone.output().contains("lost "));
        String line =
                alone.output().lines().filter(each -> each.startsWith("lost ")).toList().getFirst();
        System.out.println("drained, then killed, not replicated: " + line);
        assertThat(line).doesNotContain(" broken=0");
    }

    /** The new owner tells in its turn, also the one that was killed and has forgotten since. */
    @Test
    @Order(4)
    void theyOutliveEveryFurtherOwner() throws Exception {
        int second = trio.owner();
        int first = former;
        trio.restore();
        long expected = AT_THIRD.get("tcp4");
        Trio.await("the first owner to know them again", () -> told(first, "tcp4") >= expected);
        Trio.await(
                "what it knew of its own to be forgotten",
                () -> trio.vipd(first).isAlive() && assured(first, "src=10.78.0.21") < 10);
        Trio.await(
                "and those it was told of not to be",
                () -> assured(first, "src=10.78.0.23") >= expected);
        trio.vipd(second).kill();
        Trio.await("a third owner", () -> trio.owner() != second && trio.owner() != 0);
        assertAllAlive("killed again", "alone");
        int third = trio.owner();
        trio.restore();
        Trio.await("told again", () -> told(second, "tcp4") >= expected);
        trio.site().cable(third, false);
        try {
            Trio.await("a fourth owner", () -> trio.owner() != third && trio.owner() != 0);
            assertAllAlive("cable cut", "alone");
        } finally {
            trio.site().cable(third, true);
        }
    }

    /** What the table leads to again is nothing to tell. */
    @Test
    @Order(5)
    void aServerThatComesBackLeavesNothingToTell() throws Exception {
        trio.restore();
        int owner = trio.owner();
        say("tcp4 s1 s2 s3");
        say("udp4 s1 s2 s3");
        say("tcp6 s1 s2 s3");
        say("udp6 s1 s2 s3");
        for (int host = 1; host <= 3; host++) {
            int each = host;
            for (String frontend : REPLICATED) {
                Trio.await(frontend + " on host " + host, () -> told(each, frontend) == 0);
            }
        }
        int standby = owner % 3 + 1;
        Trio.await("nothing left", () -> assured(standby, "src=10.78.0.23") == 0);
        assertAllAlive("back", "alone");
    }

    /** A client that goes on to send from one port would be sent to a dead server for ever. */
    @Test
    @Order(6)
    void datagramsLeaveAServerThatIsDownAndConnectionsDoNot() throws Exception {
        int owner = trio.owner();
        long connections = AT_THIRD.get("tcp4");
        awaitAssured(owner, connections);
        assertThat(datagrams(owner)).isPositive();
        say("tcp4 s1 s2 !s3");
        say("udp4 s1 s2 !s3");
        Trio.await("nobody there", () -> datagrams(owner) == 0);
        // Clients send and are answered all the time: what came back would be there at once.
        AtomicInteger reads = new AtomicInteger();
        Trio.await(
                "nobody comes back",
                () -> {
                    assertThat(datagrams(owner)).isZero();
                    return reads.incrementAndGet() > READS;
                });
        awaitAssured(owner, connections);
    }

    /** A reading may miss some: the kernel goes on while it is read. */
    private static void awaitAssured(int host, long connections) throws Exception {
        Trio.await(
                connections + " at the third server",
                () -> assured(host, "src=10.78.0.23") == connections);
    }

    /** Clients that the host's kernel keeps at the third server. */
    private static long datagrams(int host) throws IOException {
        return trio.site()
                .inside(host, "cat", "/proc/net/nf_conntrack")
                .lines()
                .filter(line -> line.contains(" udp ") && line.contains("dport=7102 "))
                .filter(line -> line.contains("src=10.78.0.23 "))
                .count();
    }

    private static void drainTheThird() throws IOException {
        for (String frontend : KINDS.keySet()) {
            say(frontend + " s1 s2");
        }
    }

    private static void say(String usable) throws IOException {
        for (int host = 1; host <= 3; host++) {
            trio.node(host).tell(usable);
        }
    }

    /** Connections that the host has told, or was told of; −1: it does not say. */
    private static int told(int host, String frontend) {
        Matcher found =
                Pattern.compile("\"frontend\":\"" + frontend + "\"[^]]*],\"replicated\":(\\d+)")
                        .matcher(trio.status(host));
        return found.find() ? Integer.parseInt(found.group(1)) : -1;
    }

    /** Entries of connections to the floating IPv4 address that a host will not drop early. */
    private static long assured(int host, String server) throws IOException {
        return trio.site()
                .inside(host, "cat", "/proc/net/nf_conntrack")
                .lines()
                .filter(line -> line.contains("dport=7101 ") && line.contains(server + " "))
                .filter(line -> line.contains("[ASSURED]") && line.contains(" ESTABLISHED "))
                .count();
    }

    private static void assertAllAlive(String after, String but) throws Exception {
        String word = "answer" + ++question;
        for (Map.Entry<String, Program> each : CLIENTS.entrySet()) {
            if (!each.getKey().equals(but)) {
                each.getValue().tell(word);
            }
        }
        for (Map.Entry<String, Program> each : CLIENTS.entrySet()) {
            if (!each.getKey().equals(but)) {
                Program clients = each.getValue();
                Trio.await(each.getKey(), () -> clients.output().contains(word + " "));
                String line =
                        clients.output()
                                .lines()
                                .filter(one -> one.startsWith(word + " "))
                                .findFirst()
                                .orElseThrow();
                System.out.println(after + ", " + each.getKey() + ": " + line);
                String count = KINDS.get(each.getKey()).getLast();
                assertThat(line)
                        .as(after + ", " + each.getKey())
                        .contains("alive=" + count + " of=" + count + " broken=0");
            }
        }
    }
}
