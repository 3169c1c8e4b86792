package proa.vip.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code proa capture} on a host of its own, its files read by tcpdump. */
@RequiresNetns({"tcpdump", "unshare", "setpriv", "bash"})
class CaptureTest {

    private static final int HOST = 1;
    private static final String COMMANDS = "proa.vip.lab.CommandLines";

    private static final String FILE =
            """
            schema = 1
            cluster { name = lab, insecure = true, nodes { lb1 { id = 1, addresses = ["10.77.0.11"] } } }
            groups { web {
              vrid = 51, prefer = [lb1], vips { main = "10.77.0.100", six = "fd00:77::100" } } }
            frontends {
              https { bind { group = web, vip = main, port = 443 }, mode = tcp, backend = b
                tls { certificates = [ { certificate = "shop.pem" } ] } }
              fixed { bind { address = "10.77.0.11", port = 80 }, mode = tcp, backend = b }
            }
            backends { b { servers = [ { name = e1, address = "10.77.0.200:7000" } ] } }
            """;

    @TempDir private static Path folder;

    private static Site site;
    private static KeyNode node;
    private static Program commands;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(folder.resolve("proa.conf"), FILE);
        Files.createDirectories(folder.resolve("run"));
        Files.createDirectories(folder.resolve("small"));
        node = new KeyNode(folder.resolve("run/node.sock"));
        site = new Site();
        String[] vips = {"10.77.0.100/32", "fd00:77::100/128"};
        for (String vip : vips) {
            site.inside(HOST, "ip", "addr", "add", vip, "dev", "eth0");
        }
        List<String> inside = new ArrayList<>(site.command(HOST));
        String mount =
                "mount -t tmpfs -o size=256k small '"
                        + folder.resolve("small")
                        + "' && exec \"$@\"";
        inside.addAll(List.of("unshare", "-m", "sh", "-c", mount, ""));
        commands = new Program(inside, folder.resolve("log"), COMMANDS, List.of());
    }

    @AfterAll
    static void close() throws Exception {
        commands.close();
        site.close();
        node.close();
    }

    private static List<String> arguments(String out, String... further) {
        Stream<String> own =
                Stream.of(
                        "-c", folder.resolve("proa.conf").toString(),
                        "--node", "lb1",
                        "--run-dir", folder.resolve("run").toString(),
                        "-o", folder.resolve(out).toString());
        return Stream.concat(Stream.of(further), own).toList();
    }

    /** Starts a capture in the host's namespace, and waits until it looks. */
    private static void begin(String out, String... further) throws Exception {
        int before = count("capturing ");
        commands.tell(String.join(" ", arguments(out, further)));
        Trio.await("a capture", () -> count("capturing ") > before || ended(out).isPresent());
        assertThat(ended(out)).as(commands.output()).isEmpty();
    }

    /** Waits for its end; its exit code. */
    private static int code(String out) throws Exception {
        Trio.await("the end of " + out, () -> ended(out).isPresent());
        return Integer.parseInt(ended(out).orElseThrow().split(" ", 3)[1]);
    }

    private static Optional<String> ended(String out) throws IOException {
        return lines().filter(line -> line.startsWith("exit "))
                .filter(line -> line.endsWith(" -o " + folder.resolve(out)))
                .findFirst();
    }

    private static Stream<String> lines() throws IOException {
        return commands.output().lines();
    }

    private static int count(String words) throws IOException {
        return (int) lines().filter(line -> line.startsWith(words)).count();
    }

    private static String read(Path file) throws Exception {
        return site.inside(HOST, "tcpdump", "-n", "-tt", "--nano", "-r", file.toString());
    }

    /** The command in this process, outside of the site; exit code and output. */
    private static String run(String out, String... further) {
        StringWriter said = new StringWriter();
        PrintWriter to = new PrintWriter(said, true);
        int code =
                new CommandLine(new CaptureCommand())
                        .setOut(to)
                        .setErr(to)
                        .execute(arguments(out, further).toArray(String[]::new));
        return code + " " + said;
    }

    @Test
    void packetsBothWaysAreThereWithNanosecondsAndSecretsOfTheFrontendBesides() throws Exception {
        begin("all.pcapng", "10.77.0.100", "--packets", "4");
        assertThat(run("second.pcapng", "10.77.0.100"))
                .startsWith("1 another capture is running here (it holds ")
                .contains("run/capture.lock): wait, or end it");
        connect(80, 81);
        assertThat(code("all.pcapng")).isZero();
        assertThat(read(folder.resolve("all.pcapng")))
                .containsPattern(
                        "\\d{10}\\.\\d{9} IP 10\\.77\\.0\\.200\\.\\d+ > 10\\.77\\.0\\.100\\.80:"
                                + " Flags \\[S]")
                .containsPattern(
                        "IP 10\\.77\\.0\\.100\\.80 > 10\\.77\\.0\\.200\\.\\d+: Flags \\[R");
        assertThat(commands.output())
                .contains("capturing 10.77.0.100 on eth0: at most 60 s, 4 packets, 64 MiB;")
                .contains(
                        "4 packets, ",
                        "all.pcapng, 0 dropped by the kernel: the number of packets");
        assertThat(mode("all.pcapng")).isEqualTo("rw-------");

        begin(
                "https.pcapng",
                "https",
                "--packets",
                "2",
                "--keys",
                folder.resolve("keys").toString());
        connect(80, 443);
        assertThat(code("https.pcapng")).isZero();
        assertThat(read(folder.resolve("https.pcapng")))
                .contains("10.77.0.100.443: Flags [S]", "10.77.0.100.443 > ")
                .doesNotContain("10.77.0.100.80");
        assertThat(Files.readString(folder.resolve("keys"))).isEqualTo(KeyNode.LINES);
        assertThat(mode("keys")).isEqualTo("rw-------");
        assertThat(node.asked())
                .containsSubsequence(
                        "POST /frontends/https/keys/begin?seconds=90 HTTP/1.1",
                        "POST /frontends/https/keys/end HTTP/1.1");
        assertThat(commands.output()).contains("2 TLS secrets of https in ");
    }

    /** Tries two ports of the address, where nobody listens. */
    private static void connect(int first, int second) throws IOException {
        String ports = first + " " + second;
        String each = "; do (: >/dev/tcp/10.77.0.100/$p) 2>/dev/null; done; true";
        site.inside(Site.CLIENT, "bash", "-c", "for p in " + ports + each);
    }

    private static String mode(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
    }

    @Test
    void aFullDiskEndsItWithAFileThatIsWholeUpToThere() throws Exception {
        begin("small/full.pcapng", "10.77.0.100");
        String flood = "for i in {1..300}; do printf %1400s x >/dev/udp/10.77.0.100/9; done; true";
        site.inside(Site.CLIENT, "bash", "-c", flood);
        assertThat(code("small/full.pcapng")).isEqualTo(1);
        assertThat(commands.output())
                .contains(
                        "full.pcapng: No space left on device; what is in it up to there is whole");
        Path there =
                Path.of("/proc/" + commands.pid() + "/root" + folder.resolve("small/full.pcapng"));
        assertThat(read(there).lines().count()).isGreaterThan(50);
    }

    @Test
    void whatCannotBeCapturedIsSaid() throws Exception {
        assertThat(run("no.pcapng", "10.77.0.101"))
                .startsWith("2 there is no frontend or floating address 10.77.0.101 (did you mean")
                .contains("10.77.0.100");
        assertThat(run("no.pcapng", "web"))
                .contains("(there are 10.77.0.100, fd00:77:0:0:0:0:0:100, https)");
        assertThat(run("no.pcapng", "fixed"))
                .startsWith("2 frontend fixed listens on no floating address");
        assertThat(run("no.pcapng", "https", "--seconds", "0"))
                .startsWith("2 --seconds is 1 to 3600, not 0");
        assertThat(run("no.pcapng", "https", "--interface", "none0"))
                .startsWith("1 there is no interface none0");
        assertThat(run("proa.conf", "https", "--interface", "lo"))
                .startsWith("1 ")
                .contains("proa.conf is there already: name another file");
        assertThat(run("no.pcapng", "fd00:77::100", "--interface", "lo", "--keys", "k"))
                .startsWith("1 no TLS keys: no frontend of fd00:77:0:0:0:0:0:100 has TLS");
        node.refuse();
        Path keys = folder.resolve("no.keys");
        assertThat(run("no.pcapng", "https", "--interface", "lo", "--keys", keys.toString()))
                .startsWith("1 no TLS keys: somebody else has them");
        assertThat(folder.resolve("no.pcapng")).doesNotExist();
        assertThat(keys).doesNotExist();
    }

    @Test
    void whoHasNoRightIsToldWhichOneItIs() throws Exception {
        List<String> without = new ArrayList<>(site.command(HOST));
        without.addAll(List.of("setpriv", "--bounding-set", "-net_raw"));
        Path log = folder.resolve("without.log");
        try (Program program = new Program(without, log, COMMANDS, List.of())) {
            program.tell(String.join(" ", arguments("without.pcapng", "https")));
            Trio.await("its end", () -> program.output().contains("exit "));
            assertThat(program.output())
                    .contains("CAP_NET_RAW is missing: run as root")
                    .contains("exit 1 ");
        }
    }
}
