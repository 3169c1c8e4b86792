package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import proa.config.command.Subcommand;
import proa.vip.command.DrainCommand;
import proa.vip.command.MoveCommand;
import proa.vip.command.ReadyCommand;
import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;
import proa.vip.lab.Watch;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an operator does with three real vipds: moves, maintenance, tracking, a stolen address. */
@RequiresNetns
final class OperationsTest {

    /**
     * A group that goes back at once; a script looks at the host. Advertisements are rare, so that
     * an owner whose machine is busy does not take itself for dead.
     */
    private static final String GROUPS =
            """
            web {
              vrid = 51, prefer = [lb1, lb2, lb3], failback = at-once
              vips { main = "10.77.0.100", other = "10.77.0.101" }
              vrrp { advert-interval = 1s }
              track {
                gateway = "10.77.0.1"
                scripts {
                  host {
                    command = ["/bin/sh", "-c", "! ip -4 -o addr | grep -q -f FOLDER/bad"]
                    every = 300ms, timeout = 10s, fall = 2, rise = 2
                  }
                }
              }
            }
            """;

    private static final String LB1_IS_OUT =
            "{\"node\":\"lb1\",\"mesh\":true,\"outOfService\":true}";

    /** What its node is told. */
    private static final String OUT = "Standing[out=true, why=";

    private static final String IN = "Standing[out=false, why=]";

    private static final int TAIL_PORT = 7010;

    /** Connections of a tail, a third of each kind. */
    private static final int TAILED = 9;

    @TempDir private static Path folder;
    private static Trio trio;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(folder.resolve("bad"), "");
        trio = new Trio(folder, GROUPS.replace("FOLDER", folder.toString()));
    }

    @AfterAll
    static void stop() throws Exception {
        trio.close();
    }

    @BeforeEach
    void restore() throws Exception {
        Files.writeString(folder.resolve("bad"), "");
        for (int host = 1; host <= 3; host++) {
            trio.startVipd(host);
            int awaited = host;
            Trio.await(
                    "service",
                    () -> run(awaited, new ReadyCommand(), "lb" + awaited).startsWith("0 "));
        }
        trio.restore();
        run(1, new MoveCommand(), "web", "--preferred");
        Trio.await("the preferred owner", () -> trio.owner() == 1);
    }

    /** Exit code and output of a command on one host. */
    private static String run(int host, Subcommand command, String... arguments) {
        StringWriter both = new StringWriter();
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--run-dir";
        all[arguments.length + 1] = folder.resolve("run" + host).toString();
        int code =
                new CommandLine(command)
                        .setOut(new PrintWriter(both, true))
                        .setErr(new PrintWriter(both, true))
                        .execute(all);
        return code + " " + both;
    }

    @Test
    void aMovedGroupStaysWhereItWasPutAndGoesBackWhenTold() throws Exception {
        try (Watch watch = trio.watch()) {
            assertThat(run(3, new MoveCommand(), "web", "lb2"))
                    .startsWith("0 asked the owner")
                    .contains("group web: lb2");
            // lb1 is preferred and asks each second.
            long asked = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            Trio.await("two seconds", () -> System.nanoTime() - asked > 0);
            assertThat(watch.end("moved").line()).contains(" lb1=").contains(" lb2=");
        }
        assertThat(trio.owner()).isEqualTo(2);
        assertThat(trio.status(2)).contains("\"pinned\":true");
        assertThat(trio.hasAddress(2, "10.77.0.100")).isTrue();
        assertThat(trio.hasAddress(2, "10.77.0.101")).as("all of the group").isTrue();
        assertThat(run(2, new MoveCommand(), "web", "--preferred")).startsWith("0 ");
        Trio.await("the preferred owner", () -> trio.owner() == 1);
    }

    /** Echo, numbers pushed by the server, bursts to a silent client: every number is checked. */
    @Test
    void tcpConnectionsGoOnAtTheirOldOwnerThroughAPlannedMove() throws Exception {
        try (Program server = counting(1, "CountingServer", "1", "" + TAIL_PORT);
                Program clients = clients(server)) {
            trio.node(1).tell("busy");
            Trio.await("a busy node", () -> trio.node(1).output().contains("is busy"));
            assertThat(run(3, new MoveCommand(), "web", "lb2")).startsWith("0 ");
            Trio.await("another owner", () -> trio.owner() == 2);
            assertThat(trio.hasAddress(1, Trio.ADDRESS)).as("kept for them").isTrue();
            for (String word : List.of("once", "again")) {
                clients.tell(word);
                Trio.await("an answer", () -> clients.output().contains(word));
                assertThat(clients.output())
                        .contains(word + " alive=" + TAILED + " of=" + TAILED + " broken=0");
            }
            String passing = trio.site().inside(2, "nft", "list", "ruleset");
            assertThat(passing).containsPattern("counter packets [1-9]\\d* .*dup to 10.77.0.11");
            trio.node(1).tell("idle");
            Trio.await("the end of the tail", () -> !trio.hasAddress(1, Trio.ADDRESS));
            Trio.await(
                    "nothing is passed on any more",
                    () -> !trio.site().inside(2, "nft", "list", "ruleset").contains("dup to"));
            assertThat(trio.owner()).isEqualTo(2);
        } finally {
            trio.node(1).tell("idle");
        }
    }

    private static Program clients(Program server) throws Exception {
        Trio.await("a server", () -> server.output().contains("listening"));
        String port = "" + TAIL_PORT;
        Program clients =
                counting(Site.CLIENT, "CountingClients", "tcp", Trio.ADDRESS, port, "" + TAILED);
        Trio.await("clients", () -> clients.output().contains("started"));
        return clients;
    }

    private static Program counting(int host, String program, String... arguments)
            throws Exception {
        return new Program(
                trio.site().command(host),
                folder.resolve(program + ".log"),
                "proa.vip.lab." + program,
                List.of(arguments));
    }

    /**
     * Done by hand is what systemd-networkd does when it starts with files that name every
     * interface, the device of vipd among them (networkd.conf(5), ManageForeignRoutes and
     * ManageForeignRoutingPolicyRules): routing rules, routes and addresses that are not its own
     * go.
     */
    @Test
    void aNetworkManagerThatTakesAwayWhatIsNotItsOwnTakesNothingOfOurs() throws Exception {
        String term = term(1);
        String device = device();
        List<String> addresses = List.of(Trio.ADDRESS, "10.77.0.101");
        try (Watch watch = trio.watch()) {
            for (int start = 0; start < 3; start++) {
                trio.site().inside(1, "ip", "rule", "flush");
                trio.site().inside(1, "ip", "rule", "add", "lookup", "main", "pref", "32766");
                trio.site().inside(1, "ip", "-6", "route", "flush", "table", "main", "proto", "ra");
                trio.site().inside(1, "ip", "route", "flush", "table", "main", "proto", "static");
                for (String address : addresses) {
                    trio.site().inside(1, "ip", "addr", "del", address + "/32", "dev", device);
                }
                for (String address : addresses) {
                    Trio.await(address + " again", () -> trio.hasAddress(1, address));
                }
            }
            assertThat(watch.stop("address taken off").line())
                    .contains(" lb1=")
                    .doesNotContain(" lb2=", " lb3=");
        }
        for (String address : addresses) {
            String took = took(address);
            Pattern putBack =
                    Pattern.compile(took + " off " + Pattern.quote(device + ": put back"));
            trio.awaitAt(1, "" + putBack, () -> putBack.matcher(trio.vipd(1).output()).find());
        }
        Pattern alarm = Pattern.compile("Alarm\\[text=" + took("10.77.0.101") + " ");
        Trio.await("the node is told", () -> alarm.matcher(trio.node(1).output()).find());
        assertThat(trio.owner()).isEqualTo(1);
        assertThat(term(1)).as("nobody has taken it meanwhile").isEqualTo(term);
    }

    /** Who comes late finds that both are gone. */
    private static String took(String address) {
        return "somebody took \\[[^]]*/" + Pattern.quote(address) + "(, [^]]*)?]";
    }

    /** Where the addresses of the first host are. */
    private static String device() throws Exception {
        String listed = trio.site().inside(1, "ip", "-o", "addr", "show", "to", Trio.ADDRESS);
        return listed.split("\\s+")[1];
    }

    private static String term(int host) {
        Matcher term = Pattern.compile("\"term\":(\\d+)").matcher(trio.status(host));
        assertThat(term.find()).isTrue();
        return term.group(1);
    }

    @Test
    void whatCannotBeDoneIsRefusedWithAReason() {
        assertThat(run(1, new MoveCommand(), "wob", "lb2")).startsWith("2 no group is named wob");
        assertThat(run(1, new MoveCommand(), "web", "lb7")).startsWith("2 lb7 may not own web");
        assertThat(run(1, new MoveCommand(), "web")).startsWith("2 name a node");
        assertThat(run(1, new DrainCommand(), "lb7")).startsWith("2 the file lists no node lb7");
    }

    @Test
    void whatIsNotDoneInTimeSaysOfEachGroupWhatIsInTheWay() throws Exception {
        assertThat(run(1, new DrainCommand(), "lb2")).startsWith("0 told lb2");
        String lacking =
                "{\"node\":\"lb2\",\"able\":false,\"ready\":false,\"why\":\"in maintenance\"}";
        Trio.await(
                "what lb2 lacks",
                () -> trio.status(1).contains(lacking) && trio.status(3).contains(lacking));
        assertThat(run(3, new MoveCommand(), "web", "lb2", "--wait", "3"))
                .startsWith("1 asked the owner")
                .endsWith(
                        """
                        not done within 3 s:
                        group web is still at lb1: lb2 cannot take it: in maintenance
                        """);
        trio.awaitLine(1, "web: not moved to lb2: in maintenance");
        trio.node(3).kill();
        Trio.await("it is gone", () -> trio.status(3).contains("the node process is gone"));
        assertThat(run(3, new DrainCommand(), "lb1", "--wait", "3"))
                .startsWith("1 told lb1")
                .endsWith(
                        """
                        not done within 3 s:
                        group web is still at lb1: no other node can take it:\
                         lb3: the node process is gone; lb2: in maintenance
                        """);
        assertThat(run(1, new DrainCommand(), "lb1", "--wait", "3"))
                .endsWith(
                        """
                        group web is still at lb1: no other node can take it:\
                         lb2: in maintenance;\
                         lb3: in maintenance, or its node does not serve
                        """);
        assertThat(trio.owner()).isEqualTo(1);
    }

    @Test
    void nobodyWaitsForAVipdThatIsStuck() throws Exception {
        trio.vipd(2).signal("STOP");
        try {
            assertThat(run(2, new ReadyCommand(), "lb3"))
                    .startsWith("1 ")
                    .contains("vipd does not answer at ")
                    .contains(" within 3 s: it is stuck");
        } finally {
            // One that wakes would doubt for a while what it reads.
            trio.vipd(2).kill();
        }
    }

    @Test
    void aDrainedNodeOwnsNothingEvenAfterARestartUntilItIsReadyAgain() throws Exception {
        try (Watch watch = trio.watch()) {
            assertThat(run(3, new DrainCommand(), "lb1")).startsWith("0 told lb1");
            assertThat(trio.owner()).isNotEqualTo(1);
            watch.end("drained");
        }
        assertThat(trio.status(1)).contains("\"maintenance\":true");
        Trio.await("lb2 knows", () -> trio.status(2).contains(LB1_IS_OUT));
        Trio.await("its node knows", () -> trio.node(1).output().contains(OUT));
        trio.vipd(1).signal("TERM");
        assertThat(trio.vipd(1).await()).isZero();
        trio.startVipd(1);
        Trio.await("maintenance", () -> trio.status(1).contains("\"maintenance\":true"));
        trio.node(1).kill();
        trio.startNode(1);
        Trio.await("the mesh", () -> !trio.status(2).contains("\"mesh\":false"));
        Trio.await("who connects hears it", () -> trio.status(2).contains(LB1_IS_OUT));
        Trio.await("a new node, too", () -> trio.node(1).output().contains(OUT));
        assertThat(trio.owner()).isNotEqualTo(1);
        assertThat(run(2, new ReadyCommand(), "lb1")).startsWith("0 told lb1");
        Trio.await("back", () -> trio.owner() == 1);
        Trio.await("its node hears that", () -> trio.node(1).output().contains(IN));
        assertThat(trio.status(1)).contains("\"maintenance\":false");
        Trio.await("all serve", () -> !trio.status(2).contains("\"outOfService\":true"));
    }

    /** What a boot leaves: the state directory, and nothing of the run directory. */
    @Test
    void aDrainedNodeIsDrainedAfterABootUnlessOneAskedForLessAndUntilItsTimeIsOver()
            throws Exception {
        assertThat(run(3, new DrainCommand(), "lb1", "--wait", "0")).startsWith("0 told lb1");
        Trio.await("maintenance", () -> trio.status(1).contains("\"maintenance\":true"));
        boot();
        Trio.await("still", () -> trio.status(1).contains("\"maintenance\":true"));
        assertThat(trio.status(1))
                .containsPattern("\"maintenanceBy\":\"operator \\w+ since 20[^ \"]+Z\"");
        assertThat(run(1, new DrainCommand(), "lb1", "--until-boot", "--wait", "0"))
                .startsWith("0 in maintenance: operator ")
                .contains("; and operator ")
                .contains(", at most until a boot");
        assertThat(run(1, new ReadyCommand(), "lb1")).startsWith("0 in service");

        assertThat(run(1, new DrainCommand(), "lb1", "--until-boot", "--wait", "0"))
                .startsWith("0 ");
        assertThat(trio.status(1)).contains(", at most until a boot\"");
        boot();
        Trio.await("a vipd", () -> trio.status(1).contains("\"maintenance\":"));
        assertThat(trio.status(1)).contains("\"maintenance\":false");

        assertThat(run(1, new DrainCommand(), "lb1", "--for", "10s", "--wait", "0"))
                .startsWith("0 ");
        assertThat(trio.status(1)).containsPattern("since 20[^ ]+Z until 20[^ \"]+Z\"");
        Trio.await("its end", () -> trio.status(1).contains("\"maintenance\":false"));
        Trio.await("a line", () -> trio.vipd(1).output().contains(": the time that operator "));
        assertThat(run(1, new DrainCommand(), "lb1", "--for", "31d"))
                .startsWith("2 a time is like 30m, 8h or 2d, at most 30d, not \"31d\"");
    }

    /** What an upgrade and a standby ask for, beside an operator's own. */
    @Test
    void aDrainWhoseTimeIsOverEndsNoOther() throws Exception {
        run(1, new DrainCommand(), "lb1", "--for", "10s", "--wait", "0");
        assertThat(trio.status(1)).contains("\"maintenanceUntil\":\"20");
        run(1, new DrainCommand(), "lb1", "--until-boot", "--wait", "0");
        assertThat(trio.status(1)).doesNotContain("maintenanceUntil");
        Trio.await("its end", () -> !trio.status(1).contains("; and operator "));
        assertThat(trio.status(1)).contains("\"maintenance\":true");
        Trio.await(
                "one file less",
                () -> Files.notExists(folder.resolve("state1").resolve("maintenance")));
        assertThat(folder.resolve("run1/maintenance")).exists();
        run(1, new DrainCommand(), "lb1", "--wait", "0");
        assertThat(run(1, new ReadyCommand(), "lb1", "--until-boot"))
                .startsWith("0 still in maintenance: operator ");
        assertThat(run(1, new ReadyCommand(), "lb1")).startsWith("0 in service");
        Trio.await("the others hear it", () -> !trio.status(2).contains("\"outOfService\":true"));
    }

    private static void boot() throws Exception {
        trio.vipd(1).signal("TERM");
        assertThat(trio.vipd(1).await()).isZero();
        Files.deleteIfExists(folder.resolve("run1/maintenance"));
        trio.startVipd(1);
    }

    @Test
    void aHostWhoseScriptFailsLosesTheGroupAndGetsItBack() throws Exception {
        try (Watch watch = trio.watch()) {
            Files.writeString(folder.resolve("bad"), "10.77.0.11/\n");
            Trio.await("another owner", () -> trio.owner() == 2);
            watch.end("script failed");
        }
        trio.awaitLine(1, "script host: exit code 1");
        assertThat(trio.status(1)).contains("\"tracked\":\"script host: exit code 1\"");
        assertThat(trio.status(2)).contains("lb1 released it: script host: exit code 1");
        Files.writeString(folder.resolve("bad"), "");
        Trio.await("back", () -> trio.owner() == 1);
    }

    @Test
    void aStrangerWithTheAddressIsReportedAndItIsAnnouncedAgain() throws Exception {
        String[] claim = {"arping", "-U", "-c", "1", "-w", "1", "-I", "eth0", "-s"};
        String[] all = java.util.Arrays.copyOf(claim, claim.length + 2);
        all[claim.length] = Trio.ADDRESS;
        all[claim.length + 1] = Trio.ADDRESS;
        String[] give = {"ip", "addr", "add", Trio.ADDRESS + "/32", "dev", "eth0"};
        trio.site().inside(Site.CLIENT, give);
        try (Program watch =
                new Program(
                        folder.resolve("watch.log"),
                        java.util.stream.Stream.concat(
                                        trio.site().command(3).stream(),
                                        java.util.stream.Stream.of(
                                                "tcpdump", "-l", "-n", "-e", "-i", "eth0", "arp"))
                                .toList())) {
            Trio.await("tcpdump", () -> watch.output().contains("listening on"));
            trio.site().inside(Site.CLIENT, "sh", "-c", String.join(" ", all) + "; true");
            Trio.await(
                    "an alarm",
                    () ->
                            trio.vipd(1)
                                    .output()
                                    .contains("02:00:00:00:00:09 also claims 10.77.0.100"));
            Trio.await(
                    "an announcement of the owner",
                    () ->
                            watch.output()
                                    .contains(
                                            "02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype ARP"
                                                    + " (0x0806), length 42: Request who-has"
                                                    + " 10.77.0.100"));
        } finally {
            give[2] = "del";
            trio.site().inside(Site.CLIENT, give);
        }
        assertThat(trio.owner()).isEqualTo(1);
        assertThat(trio.status(1))
                .containsPattern(
                        "\"conflicts\":[1-9]\\d*,\"claimant\":\"02:00:00:00:00:09 also claims"
                                + " 10.77.0.100\"");
    }

    @Test
    void everyTransitionIsOneLineAndOneEntryOfTheHistory() throws Exception {
        run(1, new MoveCommand(), "web", "lb3");
        Pattern line =
                Pattern.compile(
                        "web: backup → active after \\d+ ms, term \\d+: lb1 released it: operator"
                                + " \\w+ moved it; an owner was last heard \\d+ ms before; done in"
                                + " \\d+ µs");
        trio.awaitAt(3, "a line", () -> line.matcher(trio.vipd(3).output()).find());
        assertThat(trio.status(3))
                .containsPattern(
                        "\"history\":\\[.*\"at\":\"[^\"]+\",\"group\":\"web\",\"from\":\"backup\","
                                + "\"to\":\"active\",\"term\":\\d+,\"why\":\"lb1 released it:"
                                + " operator \\w+ moved it\"");
    }
}
