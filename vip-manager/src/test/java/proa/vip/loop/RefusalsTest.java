package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hosts on which vipd cannot work: one line says why, and nothing stays behind. */
@RequiresNetns({"setpriv", "unshare"})
final class RefusalsTest {

    private static final String GROUP =
            """
            web { vrid = 51, prefer = [lb1], vips { main = "10.77.0.100" }, gateway-vip = "10.78.0.1" }
            """;

    private static final String DIRECT =
            """
            web { vrid = 51, prefer = [lb1], vips { main = "10.77.0.100" } }
            """;

    @TempDir private Path folder;
    private final Map<Program, String> expected = new LinkedHashMap<>();
    private int number;

    private Path file(int host, String group) throws IOException {
        return Files.writeString(
                folder.resolve("proa" + ++number + ".conf"),
                """
                schema = 1
                cluster {
                  name = labNUMBER, timing = lab, insecure = true
                  nodes { lb1 { id = 1, addresses = ["10.77.0.1HOST"] } }
                }
                groups { GROUP }
                frontends {
                  carried { bind { group = web, vip = main, port = 7000 }, mode = tcp, forwarding = FORWARDING, backend = b }
                }
                backends { b { servers = [ { name = s1, address = "10.78.0.21:7000" } ] } }
                """
                        .replace("NUMBER", "" + number)
                        .replace("HOST", "" + host)
                        .replace("FORWARDING", group.equals(DIRECT) ? "dsr" : "nat")
                        .replace("GROUP", group));
    }

    /** Starts vipd below some programs that take something from it. */
    private void start(Site site, int host, String line, String group, String... below)
            throws IOException {
        List<String> inside = new ArrayList<>(site.command(host));
        inside.addAll(List.of(below));
        Path file = file(host, group);
        Program vipd =
                new Program(
                        inside,
                        folder.resolve("vipd" + number + ".log"),
                        "proa.vip.loop.Vipd",
                        List.of(
                                "-c",
                                file.toString(),
                                "--node",
                                "lb1",
                                "--run-dir",
                                folder.resolve("run" + number).toString()));
        expected.put(vipd, line);
    }

    /** In a mount namespace of its own, with another {@code nft} program. */
    private static String[] withNft(String program) {
        String script =
                "for nft in /usr/sbin/nft /sbin/nft /usr/bin/nft; do test ! -e $nft || mount --bind"
                        + " "
                        + program
                        + " $nft; done; exec \"$@\"";
        return new String[] {"unshare", "-m", "sh", "-c", script, "sh"};
    }

    @Test
    void eachIsOneLineThatSaysWhatIsMissingAndNothingStaysBehind() throws Exception {
        Path old = folder.resolve("nft");
        Files.writeString(
                old, "#!/bin/sh\necho 'Error: Could not process rule: not supported'\nexit 1\n");
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Site site = new Site().withServers(0)) {
            site.inside(3, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/conf/eth0/arp_ignore");
            start(site, 1, "CAP_NET_ADMIN is missing", GROUP, without("net_admin"));
            start(site, 1, "CAP_NET_RAW is missing", GROUP, without("net_raw"));
            start(site, 2, "needs the nft program (install nftables)", GROUP, withNft("/dev/null"));
            start(
                    site,
                    2,
                    "forwarding needs nftables with nat, hash, dup and counters of elements: nft:"
                            + " Error: Could not process rule: not supported",
                    GROUP,
                    withNft(old.toString()));
            start(
                    site,
                    3,
                    "arp_ignore is 1 on eth0, so it would not answer for an address held by vipd",
                    GROUP);
            for (Map.Entry<Program, String> each : expected.entrySet()) {
                Program vipd = each.getKey();
                assertThat(vipd.await()).as(vipd.output()).isEqualTo(1);
                assertThat(vipd.output().lines().filter(line -> line.startsWith("vipd: ")))
                        .as("all that is missing, a line each")
                        .singleElement()
                        .asString()
                        .contains(each.getValue());
                assertThat(vipd.output()).doesNotContain("\tat ");
            }
            for (int host = 1; host <= 3; host++) {
                assertThat(site.inside(host, "nft", "list", "tables")).doesNotContain("proa_lease");
                assertThat(site.inside(host, "ip", "addr")).doesNotContain("10.77.0.100");
            }
        }
    }

    @Test
    void anAddressThatComesLateIsWaitedFor() throws Exception {
        try (Site site = new Site().withServers(0)) {
            site.inside(1, "ip", "addr", "del", "10.77.0.11/24", "dev", "eth0");
            start(site, 1, "", GROUP);
            try (Program vipd = expected.keySet().iterator().next()) {
                String late = "node lb1: 10.77.0.11 is not an address of this host: waiting for it";
                Trio.await("patience", () -> vipd.output().contains(late));
                Trio.await(
                        "the group's",
                        () ->
                                vipd.output()
                                        .contains(
                                                "group web, 10.77.0.100: no interface has an IPv4"
                                                        + " address and one in its subnet"));
                site.inside(1, "ip", "addr", "add", "10.77.0.11/24", "dev", "eth0");
                Trio.await("a start", () -> vipd.output().contains("started, "));
            }
        }
    }

    @Test
    void theNetworkOfServersThatAnswerDirectlyIsWaitedForToo() throws Exception {
        try (Site site = new Site().withServers(0)) {
            site.inside(1, "ip", "addr", "del", "10.78.0.11/24", "dev", "eth1");
            start(site, 1, "", DIRECT);
            try (Program vipd = expected.keySet().iterator().next()) {
                String late =
                        "frontend carried: server s1, 10.78.0.21, is in no network of this host,"
                                + " which `forwarding = dsr` needs: waiting for it";
                Trio.await("patience", () -> vipd.output().contains(late));
                site.inside(1, "ip", "addr", "add", "10.78.0.11/24", "dev", "eth1");
                Trio.await("a start", () -> vipd.output().contains("started, "));
            }
        }
    }

    private static String[] without(String capability) {
        return new String[] {
            "setpriv", "--bounding-set", "-" + capability, "--inh-caps", "-" + capability
        };
    }
}
