package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What servers begin, with two groups whose gateways stand on one network: by way of whichever
 * owner they go out, the answers have to come to that one. Host 4 routes by the first group's
 * gateway, host 5 by the second one's; neither's address is behind a frontend. The second addresses
 * of both are behind one of the second group.
 */
@RequiresNetns
final @TestMethodOrder(MethodOrderer.OrderAnnotation.class) class EgressTest {

    /** Advertisements are rare, so that an owner whose machine is busy stays. */
    private static final String GROUPS =
            """
            web {
              vrid = 51, prefer = [lb1, lb2, lb3], failback = never
              vips { main = "10.77.0.100", six = "fd00:77::100" }
              vrrp { advert-interval = 1s }
              gateway-vip = ["10.78.0.1", "fd00:78::1"], egress = snat
              track { gateway = "10.77.0.1" }
            }
            web2 {
              vrid = 52, prefer = [lb2, lb1, lb3], failback = never
              vips { main = "10.77.0.101", six = "fd00:77::101" }
              vrrp { advert-interval = 1s }
              gateway-vip = ["10.78.0.2", "fd00:78::2"], egress = snat
              track { gateway = "10.77.0.1" }
            }
            """;

    private static final String FRONTENDS =
            """
            frontends {
              two4 { bind { group = web2, vip = main, port = 7107 }, mode = tcp, forwarding = nat, backend = two4 }
            }
            backends {
              two4 { servers = [ { name = s1, address = "10.78.0.31:5001" }, { name = s2, address = "10.78.0.32:5001" } ] }
            }
            """;

    private static final String WORLD = "10.77.0.200";
    private static final String WORLD_6 = "fd00:77::200";

    /** What the world sees of each group. */
    private static final List<String> WEB = List.of("10.77.0.100", "fd00:77:0:0:0:0:0:100");

    private static final List<String> WEB2 = List.of("10.77.0.101", "fd00:77:0:0:0:0:0:101");

    @TempDir private static Path folder;
    private static Trio trio;
    private static Program world;

    @BeforeAll
    static void start() throws Exception {
        Site site = new Site().withServers(2);
        site.inside(5, "ip", "route", "replace", "default", "via", "10.78.0.2");
        site.inside(5, "ip", "-6", "route", "replace", "default", "via", "fd00:78::2");
        trio = new Trio(folder, GROUPS, FRONTENDS, site, List.of("web", "web2"));
        Path log = folder.resolve("world.log");
        List<String> port = List.of("6001");
        world = new Program(site.command(Site.CLIENT), log, "proa.vip.lab.FakeServer", port);
        Trio.await("the world", () -> world.output().contains("listening"));
    }

    @AfterAll
    static void stop() throws Exception {
        world.close();
        trio.close();
    }

    /** Where the world sees a server come from, by each family. */
    private static List<String> seen(int server) throws IOException {
        return List.of(seen(server, WORLD), seen(server, WORLD_6));
    }

    private static String seen(int server, String world) throws IOException {
        return ask(server, world, 60).strip();
    }

    private static String ask(int server, String world, int seconds) throws IOException {
        String connect = "cat </dev/tcp/" + world + "/6001";
        String command = "timeout " + seconds + " bash -c '" + connect + "' || echo nothing";
        return trio.site().inside(server, "bash", "-c", command);
    }

    private static void move(String group, int host) throws Exception {
        if (trio.owner(group) != host) {
            String directory = folder.resolve("run" + host).toString();
            int code =
                    new CommandLine(new MoveCommand())
                            .execute(group, "lb" + host, "--run-dir", directory);
            assertThat(code).isZero();
        }
        Trio.await(group + " on " + host, () -> trio.owner(group) == host);
    }

    private static String map(int host, String family) throws IOException {
        return trio.site().inside(host, "nft", "list", "map", family, "proa_forward_lab", "out");
    }

    private static void awaitMaps(int host, String four, String six) throws Exception {
        trio.awaitAt(
                host,
                "the addresses of a group that is here",
                () -> map(host, "ip").contains(four) && map(host, "ip6").contains(six));
    }

    private static void awaitEmptyMaps(int host) throws Exception {
        trio.awaitAt(
                host,
                "no address",
                () -> !map(host, "ip").contains("eth1") && !map(host, "ip6").contains("eth1"));
    }

    @Test
    @Order(1)
    void groupsOnTwoHostsEachSendServersOutByTheirOwnAddress() throws Exception {
        move("web", 1);
        move("web2", 2);
        awaitMaps(1, "\"eth1\" : 10.77.0.100", "\"eth1\" : fd00:77::100");
        awaitMaps(2, "\"eth1\" : 10.77.0.101", "\"eth1\" : fd00:77::101");
        assertThat(seen(4)).isEqualTo(WEB);
        assertThat(seen(5)).isEqualTo(WEB2);
    }

    /** Whoever's gateway it is, its packets come to this host; only of some is known by which. */
    @Test
    @Order(2)
    void ofTwoGroupsOnOneHostItIsTheOneThatTheServerIsBehindOrTheFirst() throws Exception {
        move("web", 2);
        move("web2", 2);
        awaitMaps(2, "\"eth1\" : 10.77.0.100", "\"eth1\" : fd00:77::100");
        awaitEmptyMaps(1);
        assertThat(seen(4)).isEqualTo(WEB);
        assertThat(seen(5)).isEqualTo(WEB);
        String[] second = {"route", WORLD, "via", "10.78.0.2", "src", "10.78.0.31"};
        ip(4, "add", second);
        try {
            assertThat(seen(4, WORLD)).isEqualTo(WEB2.getFirst());
        } finally {
            ip(4, "del", second);
        }
    }

    private static void ip(int host, String verb, String... route) throws IOException {
        String rest = String.join(" ", List.of(route).subList(1, route.length));
        trio.site().inside(host, ("ip " + route[0] + " " + verb + " " + rest).split(" "));
    }

    /** Its connection would stay untranslated, and be lost, when the group has come. */
    @Test
    @Order(3)
    void whoOwnsNoGroupLetsNothingOutAndRemembersNothingOfIt() throws Exception {
        move("web", 1);
        move("web2", 2);
        awaitEmptyMaps(3);
        String[] past = {"route", WORLD, "via", "10.78.0.13"};
        ip(5, "add", past);
        try {
            assertThat(ask(5, WORLD, 2)).isEqualTo("nothing\n");
            assertThat(trio.site().inside(3, "cat", "/proc/net/nf_conntrack"))
                    .doesNotContain("src=10.78.0.22 dst=" + WORLD);
            move("web2", 3);
            awaitMaps(3, "\"eth1\" : 10.77.0.101", "\"eth1\" : fd00:77::101");
            assertThat(seen(5, WORLD)).isEqualTo(WEB2.getFirst());
        } finally {
            ip(5, "del", past);
        }
    }

    /** Its tables outlive it; what it owned it does not own when it is back. */
    @Test
    @Order(4)
    void whoTakesOverItsOldTablesBeginsWithoutAnAddress() throws Exception {
        move("web", 1);
        move("web2", 2);
        awaitMaps(2, "\"eth1\" : 10.77.0.101", "\"eth1\" : fd00:77::101");
        trio.vipd(2).kill();
        Trio.await("another owner", () -> trio.owner("web2") != 2 && trio.owner("web2") != 0);
        assertThat(map(2, "ip")).as("nobody empties it meanwhile").contains("10.77.0.101");
        trio.restore();
        trio.awaitLine(2, "the rules of before are as wanted");
        awaitEmptyMaps(2);
        move("web2", 2);
        awaitMaps(2, "\"eth1\" : 10.77.0.101", "\"eth1\" : fd00:77::101");
        assertThat(seen(5)).isEqualTo(WEB2);
        assertThat(seen(4)).isEqualTo(WEB);
        trio.site().inside(2, "nft", "delete", "table", "ip", "proa_forward_lab");
        trio.awaitAt(2, "the table again, filled", () -> madeAgain(2));
        assertThat(seen(5)).isEqualTo(WEB2);
    }

    private static boolean madeAgain(int host) throws IOException {
        return trio.vipd(host).output().contains("ip proa_forward_lab: made again")
                && map(host, "ip").contains("10.77.0.101");
    }
}
