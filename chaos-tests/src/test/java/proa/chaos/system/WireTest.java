package proa.chaos.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Await;
import proa.chaos.lab.Host;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.Machine;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.lab.Shell;
import proa.chaos.lab.Trio;
import proa.chaos.lab.TrioPlan;
import proa.config.tls.ClusterAuthority;
import proa.config.tls.ClusterAuthority.Issued;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a pair of real nodes gives to somebody on their network: one who records every octet between
 * them, and ones who would be members.
 */
@RequiresNetns
@Tag("system")
class WireTest {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MEMBERS = 7800;
    private static final int TUNNELS = 7801;
    private static final int ENGINE = 5701;
    private static final String ROGUE = "10.77.0.66";

    /**
     * Sessions that are written; each key has its owner on one member and its copy on the other.
     */
    private static final int SESSIONS = 50;

    private static final Optional<Set<String>> BOTH = Optional.of(Set.of("lb1", "lb2"));

    /** One TLS alert record. */
    private static final int ALERT_BYTES_MAX = 7;

    private final String password = marker();
    private final String table = "t" + marker().substring(0, 16);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private Trio trio;

    @BeforeEach
    void start() throws IOException {
        if (!Lab.isInstalled("tcpdump")) {
            assertThat(System.getenv("PROA_REQUIRE_PEERS"))
                    .as("tcpdump is not installed")
                    .isNotEqualTo("true");
            assumeThat(false).as("tcpdump is installed").isTrue();
        }
        trio = Trio.open(TrioPlan.network(2), folder);
        Path users = folder.resolve("users");
        Shell.Ended added =
                Shell.attempt(
                        environed(
                                Launcher.command(
                                        List.of("users", "add", "shop", "--file=" + users))),
                        password + "\n",
                        SOON);
        assertThat(added.code()).as(added.printed()).isZero();
        String text = Files.readString(trio.configFile());
        Files.writeString(
                trio.configFile(),
                text.replace("clients  {", table + " {")
                        .replace("table = clients", "table = " + table)
                        .replace("mode = sessions\n", "mode = sessions, users = \"users\"\n"));
        trio.machines().forEach(Machine::start);
        trio.awaitServers();
        trio.awaitWhole(SOON);
    }

    @AfterEach
    void end() {
        if (trio != null) {
            trio.close();
        }
    }

    private static List<String> environed(List<String> command) {
        List<String> all = new ArrayList<>(List.of("env"));
        Launcher.ENVIRONMENT.forEach((name, value) -> all.add(name + "=" + value));
        all.addAll(command);
        return all;
    }

    /** 32 octets that nobody else has, as text. */
    private static String marker() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) {
            text.append((char) ('a' + Math.floorMod(each, 26)));
        }
        return text.toString();
    }

    /** A marker as it is, in hexadecimal digits and in Base64. */
    private static List<String> faces(String marker) {
        byte[] bytes = marker.getBytes(UTF_8);
        return List.of(
                marker,
                HexFormat.of().formatHex(bytes),
                HexFormat.of().withUpperCase().formatHex(bytes),
                Base64.getEncoder().withoutPadding().encodeToString(bytes));
    }

    private static Host host(Machine machine) {
        return (Host) machine.place();
    }

    /** Bytes to a port and back until the other side ends it, from a host's own network. */
    private static String exchange(Host from, String address, int port, String words) {
        return exchange(from, address, port, words, 5);
    }

    private static String exchange(Host from, String address, int port, String words, int seconds) {
        String script =
                "exec 3<>/dev/tcp/%s/%d && cat >&3 && timeout %d cat <&3"
                        .formatted(address, port, seconds);
        return Shell.attempt(from.inside(List.of("bash", "-c", script)), words, ANSWER).printed();
    }

    private static String command(String... words) {
        StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            command.append("$%d\r\n%s\r\n".formatted(word.length(), word));
        }
        return command.toString();
    }

    private String redis(Host from, String address, String commands) {
        return exchange(
                from,
                address,
                trio.plan().nodeSessionsPort(),
                command("AUTH", "shop", password) + commands + command("QUIT"),
                15);
    }

    /** Records all that a host sends and receives, whatever the port. */
    private final class Recorder implements AutoCloseable {
        private final LabProcess process;
        private final Path file;

        Recorder(Machine at) {
            file = folder.resolve("wire.pcap");
            process =
                    host(at).start(
                                    "recorder",
                                    List.of(
                                            "tcpdump",
                                            "-i",
                                            "eth0",
                                            "-U",
                                            "-s",
                                            "0",
                                            "-B",
                                            "65536",
                                            "-Z",
                                            "root",
                                            "-w",
                                            file.toString(),
                                            "ip or ip6"),
                                    folder.resolve("recorder.log"),
                                    Map.of());
            Await.until(
                    ANSWER,
                    () -> "it records: " + process.printed(),
                    () -> process.printed().contains("listening on eth0"));
        }

        /** What was recorded, an octet a character. */
        String recorded() {
            try {
                return Files.readString(file, ISO_8859_1);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        void awaitRecorded(String words) {
            Await.until(ANSWER, "recorded: " + words, () -> recorded().contains(words));
        }

        @Override
        public void close() {
            process.terminate();
            process.await(ANSWER);
            assertThat(process.printed()).contains("0 packets dropped by kernel");
        }
    }

    @Test
    void whoRecordsEveryOctetBetweenMembersReadsNothing() {
        Machine first = trio.machine("lb1");
        Machine second = trio.machine("lb2");
        List<String> values = new ArrayList<>();
        String control = marker();
        String recorded;
        try (Recorder recorder = new Recorder(second)) {
            StringBuilder writes = new StringBuilder();
            for (int n = 0; n < SESSIONS; n++) {
                values.add(marker());
                writes.append(command("SET", "sess:" + values.get(n), values.get(n)));
            }
            assertThat(redis(host(first), first.address(), writes.toString()))
                    .as("all are acknowledged")
                    .contains("+OK\r\n".repeat(SESSIONS));
            assertThat(echo(first)).contains("hello");
            Await.until(
                    ANSWER,
                    "the sticky entry has come over",
                    () ->
                            second.command("table", table, trio.plan().client())
                                    .contains("server: web"));
            StringBuilder reads = new StringBuilder();
            values.forEach(each -> reads.append(command("GET", "sess:" + each)));
            String read = redis(host(second), second.address(), reads.toString());
            assertThat(values).as("they are on the other member").allMatch(read::contains);

            // What is in clear on the same cable is found.
            redis(host(first), second.address(), command("SET", "sess:control", control));
            recorder.awaitRecorded(control);
            recorded = recorder.recorded();
        }
        assertThat(recorded).as("it heard the members").contains(address(first, second));
        int said = recorded.indexOf(password);
        assertThat(said).as("the control said it in clear").isPositive();
        assertThat(recorded.indexOf(password, said + 1)).as("nobody else").isNegative();
        for (String each : values) {
            assertThat(faces(each)).noneMatch(recorded::contains);
        }
        assertThat(faces(table)).noneMatch(recorded::contains);
    }

    /** Source and destination of a packet as the two members' addresses stand in it. */
    private static String address(Machine from, Machine to) {
        try {
            return new String(InetAddress.getByName(from.address()).getAddress(), ISO_8859_1)
                    + new String(InetAddress.getByName(to.address()).getAddress(), ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A connection that is stuck to a server. */
    private String echo(Machine through) {
        return exchange(
                (Host) trio.clientPlace(),
                through.address(),
                trio.plan().nodeEchoPort(),
                "hello\n");
    }

    @Test
    void strangersGetNothingAndChangeNothing() throws Exception {
        Machine first = trio.machine("lb1");
        String kept = marker();
        assertThat(redis(host(first), first.address(), command("SET", "sess:kept", kept)))
                .contains("+OK\r\n+OK");
        Host rogue = trio.lab().orElseThrow().host("rogue", ROGUE + "/24");

        for (Machine each : trio.machines()) {
            knock(rogue, each);
        }
        Issued other = ClusterAuthority.create("demo", Instant.now(), RANDOM);
        Issued own =
                new Issued(
                        Files.readAllBytes(folder.resolve("certs/ca.pem")),
                        Files.readAllBytes(folder.resolve("certs/ca.key")));
        Files.write(folder.resolve("other.pem"), other.certificate());
        rogueNode(rogue, "forged", "lb2", 2, tls("other.pem", other, "lb2"));
        rogueNode(rogue, "unlisted", "lb9", 9, tls("certs/ca.pem", own, "lb9"));
        rogueNode(rogue, "plain", "lb2", 2, "insecure = true");

        String log = Files.readString(first.folder().resolve("node.log"));
        assertThat(log.lines().filter(line -> line.contains(ROGUE) && line.contains("refused")))
                .as("one line each, at the members' port and at the tunnels'")
                .isNotEmpty();
        for (Machine each : trio.machines()) {
            Await.until(
                    SOON,
                    () -> each + " sees the two: " + each.status(),
                    () -> each.status().map(WireTest::inSight).equals(BOTH));
            String get = command("GET", "sess:kept");
            Await.until(
                    SOON,
                    () -> each + " has what was kept",
                    () -> redis(host(each), each.address(), get).contains(kept));
            assertThat(Files.readString(each.folder().resolve("node.log")).lines())
                    .as("the members in sight have not changed since both were there")
                    .filteredOn(line -> line.contains("members in sight: "))
                    .last()
                    .asString()
                    .contains("lb1")
                    .contains("lb2");
        }
    }

    private static Set<String> inSight(Machine.Status status) {
        return Set.copyOf(status.members().present());
    }

    /** Every port that the process listens on, besides those for clients. */
    private void knock(Host rogue, Machine member) throws IOException {
        Set<String> listening = listening(member.node().pid());
        TrioPlan plan = trio.plan();
        String engine = "127.77.0." + member.name().substring(2);
        Set<Integer> open = new TreeSet<>();
        for (String each : listening) {
            String address = each.substring(0, each.lastIndexOf(':'));
            int port = Integer.parseInt(each.substring(each.lastIndexOf(':') + 1));
            if (address.startsWith("127.")) {
                assertThat(exchange(rogue, member.address(), port, "hello\r\n"))
                        .as("%s is not for the network", each)
                        .contains("Connection refused");
            } else {
                open.add(port);
            }
        }
        assertThat(listening).as("the engine, on loopback alone").contains(engine + ":" + ENGINE);
        assertThat(open).doesNotContain(ENGINE).contains(MEMBERS, TUNNELS);
        open.removeAll(
                Set.of(
                        plan.httpPort(),
                        plan.echoPort(),
                        plan.sessionsPort(),
                        plan.nodeHttpPort(),
                        plan.nodeLimitedPort(),
                        plan.nodeEchoPort(),
                        plan.nodeSessionsPort()));
        assertThat(open).as("nothing besides").containsExactlyInAnyOrder(MEMBERS, TUNNELS);
        // An engine's first words, the group's library's, a client's of the sessions.
        for (String words :
                List.of("HZC\u0001\u0000\u0000", "bela\u0000\u0000", "*1\r\n$4\r\nPING\r\n")) {
            for (int port : open) {
                String answer = exchange(rogue, member.address(), port, words.repeat(20));
                assertThat(answer.length())
                        .as("%d says %s", port, answer)
                        .isLessThanOrEqualTo(ALERT_BYTES_MAX);
            }
        }
        Await.until(
                ANSWER, member + " says who was refused", () -> refusals(member) >= open.size());
    }

    private static long refusals(Machine member) {
        try {
            return Files.readString(member.folder().resolve("node.log"))
                    .lines()
                    .filter(line -> line.contains(ROGUE) && line.contains("refused"))
                    .count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code address:port} of each TCP socket that a process listens on, in its own network. */
    private static Set<String> listening(long pid) throws IOException {
        Set<String> own = new TreeSet<>();
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path each : descriptors) {
                if (Files.isSymbolicLink(each)) {
                    own.add(Files.readSymbolicLink(each).toString());
                }
            }
        }
        Set<String> listening = new TreeSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
                String[] words = line.strip().split("\\s+");
                if (words[3].equals("0A") && own.contains("socket:[" + words[9] + "]")) {
                    listening.add(readable(words[1]));
                }
            }
        }
        return listening;
    }

    /** The kernel's words are in the order of this machine; mapped IPv4 addresses end in theirs. */
    private static String readable(String local) throws IOException {
        String[] parts = local.split(":");
        String address = parts[0].substring(parts[0].length() - 8);
        int value = Integer.reverseBytes(Integer.parseUnsignedInt(address, 16));
        byte[] octets = java.nio.ByteBuffer.allocate(4).putInt(value).array();
        return InetAddress.getByAddress(octets).getHostAddress()
                + ":"
                + Integer.parseInt(parts[1], 16);
    }

    private String tls(String authorities, Issued signer, String name) throws Exception {
        Issued issued =
                ClusterAuthority.of(signer.certificate(), signer.key())
                        .issue(
                                name,
                                List.of(InetAddress.getByName(ROGUE)),
                                Instant.now(),
                                Duration.ofDays(1),
                                RANDOM);
        Files.write(folder.resolve("rogue-" + name + ".pem"), issued.certificate());
        Files.write(folder.resolve("rogue-" + name + ".key"), issued.key());
        return "tls { certificate = \"rogue-%1$s.pem\", key = \"rogue-%1$s.key\", authorities = [\"%2$s\"] }"
                .formatted(name, authorities);
    }

    /** The product itself, started by somebody who is not a member: it stays alone. */
    private void rogueNode(Host rogue, String kind, String name, int id, String trust)
            throws IOException {
        Path config = folder.resolve(kind + ".conf");
        Files.writeString(
                config,
                """
                schema = 1
                cluster {
                  name = demo, timing = lab, ownership = bind
                  nodes { lb1 { id = 1, addresses = ["%s"] }, %s { id = %d, addresses = ["%s"] } }
                  %s
                }
                tables { %s { key = src, expire = 30m, entries = 100k } }
                frontends {
                  sessions {
                    bind { address = "0.0.0.0", port = %d }, mode = sessions, allow = ["10.77.0.0/16"]
                  }
                }
                """
                        .formatted(
                                trio.machine("lb1").address(),
                                name,
                                id,
                                ROGUE,
                                trust,
                                table,
                                trio.plan().nodeSessionsPort()));
        long before = refusals(trio.machine("lb1"));
        Path own = Files.createDirectories(folder.resolve(kind));
        Machine stranger = new Machine(name, rogue, ROGUE, config, own, Launcher.ENVIRONMENT);
        stranger.startNode();
        try {
            Await.until(
                    SOON,
                    () -> kind + " has a store of its own: " + stranger.node().lastLines(5),
                    () ->
                            exchange(
                                            rogue,
                                            ROGUE,
                                            trio.plan().nodeSessionsPort(),
                                            command("GET", "sess:kept") + command("QUIT"))
                                    .startsWith("$-1\r\n"));
            assertThat(stranger.status().orElseThrow().members().present())
                    .as(kind)
                    .containsExactly(name);
            assertThat(stranger.command("table", table, trio.plan().client()))
                    .as(kind)
                    .doesNotContain("web");
            Await.until(ANSWER, kind + " is told of", () -> refusals(trio.machine("lb1")) > before);
        } finally {
            stranger.node().kill();
            stranger.node().await(ANSWER);
        }
    }
}
