package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.FakeNode;
import proa.vip.lab.Mixed;
import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Real vipds whose group has IPv6 addresses alone. */
@RequiresNetns
final class SixOnlyTest {

    @TempDir private Path folder;

    @Test
    void theGatewayIsAskedByNeighbourDiscoveryAndAnotherHostReachesTheAddress() throws Exception {
        String group = "vips { main = \"fd00:77::100\" }, track { gateway = \"fd00:77::1\" }";
        try (Mixed mixed = new Mixed(folder, group)) {
            mixed.start();
            Trio.await("an owner", mixed::ours);
            try (Program probe =
                    new Program(
                            mixed.site().ahead(Mixed.OTHER),
                            folder.resolve("probe.log"),
                            "proa.vip.lab.Probe",
                            List.of("fd00:77::100", "" + FakeNode.PORT, "90000"))) {
                Trio.await("an answer", () -> probe.output().contains("answered\n"));
            }
            assertThat(mixed.site().inside(Mixed.OTHER, "ip", "-6", "neigh", "show"))
                    .containsPattern("fd00:77::100 dev eth0 lladdr 02:00:00:00:00:01");
            assertThat(mixed.status()).contains("\"gateway\":true");
            String[] gateway = {"ip", "addr", "del", "fd00:77::1/64", "dev", "eth0"};
            mixed.site().inside(Site.CLIENT, gateway);
            Trio.await(
                    "the loss of the gateway", () -> mixed.status().contains("\"gateway\":false"));
            gateway[2] = "add";
            mixed.site().inside(Site.CLIENT, gateway);
            Trio.await("the gateway", () -> mixed.status().contains("\"gateway\":true"));
        }
    }

    @Test
    void aDefaultRouteThatComesLaterLeadsToTheGatewayThatIsAsked() throws Exception {
        try (Mixed mixed = new Mixed(folder, "vips { main = \"fd00:77::100\" }")) {
            mixed.start();
            mixed.awaitLine("group web has no gateway to ask in doubt: no default route");
            Trio.await("an owner", mixed::ours);
            assertThat(mixed.status()).as("held against nobody").contains("\"gateway\":true");
            Site site = mixed.site();
            site.inside(Mixed.OURS, "ip", "-6", "route", "add", "default", "via", "fd00:77::1");
            mixed.awaitLine("group web: the gateway is fd00:77:0:0:0:0:0:1 now");
            Trio.await("its first answer", () -> knows(site));
            site.inside(Site.CLIENT, "ip", "addr", "del", "fd00:77::1/64", "dev", "eth0");
            Trio.await("its loss", () -> mixed.status().contains("\"gateway\":false"));
        }
    }

    /** Whether the gateway has been asked by this host. */
    private static boolean knows(Site site) throws Exception {
        return site.inside(Site.CLIENT, "ip", "-6", "neigh", "show").contains("02:00:00:00:00:01");
    }

    @Test
    void membersHearEachOtherFromTheLinkLocalAddressesTheyHaveNamed() throws Exception {
        String groups =
                """
                web {
                  vrid = 51, prefer = [lb1, lb2, lb3], failback = never
                  vips { main = "fd00:77::100" }, track { gateway = "fd00:77::1" }
                }
                """;
        try (Trio trio = new Trio(folder, groups)) {
            int owner = trio.owner();
            int standby = owner % 3 + 1;
            List<String> watching = new ArrayList<>(trio.site().command(standby));
            watching.addAll(List.of("tcpdump", "-l", "-n", "-v", "-i", "eth0", "ip6 proto 112"));
            try (Program watch = new Program(folder.resolve("watch.log"), watching)) {
                Trio.await(
                        "an advertisement to the standby alone",
                        () ->
                                watch.output()
                                        .contains(
                                                "fe80::ff:fe00:%d > fe80::ff:fe00:%d"
                                                        .formatted(owner, standby)));
                assertThat(watch.output()).contains("hlim 255").contains("vrid 51");
            }
            trio.vipd(owner).signal("STOP");
            try {
                Trio.await(
                        "a new owner",
                        () ->
                                trio.status(standby).contains("\"state\":\"ACTIVE\"")
                                        || trio.status(6 - owner - standby)
                                                .contains("\"state\":\"ACTIVE\""));
            } finally {
                trio.vipd(owner).signal("CONT");
            }
            Trio.await("the old owner let go", () -> !trio.hasAddress(owner, Trio.ADDRESS_6));
        }
    }
}
