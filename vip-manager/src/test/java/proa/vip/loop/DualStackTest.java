package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Three real vipds whose group has an IPv4 and an IPv6 address: both move together. */
@RequiresNetns
final class DualStackTest {

    /** Three times the 150 ms that no kill may cost: the machine may be busy, not broken. */
    private static final long CRASH_GAP_MICROS = 450_000;

    private static final long LOSS_GAP_MICROS = 1_500_000;

    @TempDir private static Path folder;
    private static Trio trio;

    @BeforeAll
    static void start() throws Exception {
        trio = new Trio(folder, Trio.DUAL);
    }

    @AfterAll
    static void stop() throws Exception {
        trio.close();
    }

    @BeforeEach
    void restore() throws Exception {
        trio.restore();
    }

    private interface Deed {
        void to(int owner) throws Exception;
    }

    /** The longest silence of the IPv6 address and the overlap of two owners, in microseconds. */
    private static long[] during(String what, Deed deed) throws Exception {
        int before = trio.owner();
        try (Program probe = trio.probe(Trio.ADDRESS_6, 30_000)) {
            Trio.await("the first answer", () -> probe.output().contains("answered\n"));
            deed.to(before);
            Trio.await("another owner", () -> trio.owner() != before && trio.owner() != 0);
            probe.tell("end");
            probe.await();
            String line = probe.output();
            System.out.printf("IPv6, %s: %s", what, line.replace("answered\n", ""));
            int after = trio.owner();
            assertThat(after).isNotZero().isNotEqualTo(before);
            assertThat(trio.hasAddress(after, Trio.ADDRESS)).isTrue();
            assertThat(trio.hasAddress(after, Trio.ADDRESS_6)).isTrue();
            return new long[] {number(line, "gapMicros"), number(line, "overlapMicros")};
        }
    }

    private static long number(String line, String key) {
        Matcher matcher = Pattern.compile("\\b" + key + "=(-?\\d+)").matcher(line);
        assertThat(matcher.find()).as(line).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void whenTheOwnersVipdIsKilledAPeerAnswersForBothAddresses() throws Exception {
        int owner = trio.owner();
        long[] seen = during("vipd killed", killed -> trio.vipd(killed).kill());
        assertThat(seen[0]).isPositive().isLessThan(CRASH_GAP_MICROS);
        assertThat(trio.hasAddress(owner, Trio.ADDRESS)).isFalse();
        assertThat(trio.hasAddress(owner, Trio.ADDRESS_6)).isFalse();
        assertThat(trio.site().inside(owner, "nft", "list", "tables")).doesNotContain("proa_lease");
    }

    @Test
    void aStoppedVipdAnswersNoNeighbourSolicitationAndItsLeaseDropsTheTraffic() throws Exception {
        long[] seen =
                during(
                        "vipd stopped",
                        stopped -> {
                            trio.vipd(stopped).signal("STOP");
                            Trio.await("a new owner", () -> ownerBut(stopped) != 0);
                            assertThat(trio.hasAddress(stopped, Trio.ADDRESS_6)).isTrue();
                            assertThat(
                                            trio.site()
                                                    .inside(
                                                            stopped,
                                                            "nft",
                                                            "list",
                                                            "table",
                                                            "ip6",
                                                            "proa_lease_lab"))
                                    .containsPattern("set accepts \\{[^}]*flags timeout\\s*}")
                                    .contains("ip6 daddr @vips ip6 daddr != @accepts");
                            trio.vipd(stopped).signal("CONT");
                            Trio.await(
                                    "the old owner let go",
                                    () -> !trio.hasAddress(stopped, Trio.ADDRESS_6));
                        });
        assertThat(seen[0]).isLessThan(LOSS_GAP_MICROS);
        assertThat(seen[1]).as("two owners, microseconds").isLessThanOrEqualTo(0);
    }

    private static int ownerBut(int stopped) {
        for (int host = 1; host <= 3; host++) {
            if (host != stopped && trio.status(host).contains("\"state\":\"ACTIVE\"")) {
                return host;
            }
        }
        return 0;
    }

    @Test
    void aPlannedStopMovesBothAddresses() throws Exception {
        long[] seen =
                during(
                        "vipd asked to stop",
                        owner -> {
                            trio.vipd(owner).signal("TERM");
                            assertThat(trio.vipd(owner).await()).isZero();
                        });
        assertThat(seen[0]).isLessThan(CRASH_GAP_MICROS);
    }

    @Test
    void aHostThatWantsTheOwnedAddressIsToldThatItIsTaken() throws Exception {
        String[] on = {"ip", "-6", "addr", "add", Trio.ADDRESS_6 + "/64", "dev", "eth0"};
        trio.site().inside(Site.CLIENT, "sh", "-c", accept(1));
        try {
            trio.site().inside(Site.CLIENT, on);
            Trio.await(
                    "duplicate address detection to fail",
                    () ->
                            trio.site()
                                    .inside(Site.CLIENT, "ip", "-6", "addr", "show", "dev", "eth0")
                                    .contains("dadfailed"));
            // Who is refused has asked for it: the owner tells of it, and announces it again.
            int owner = trio.owner();
            Trio.await(
                    "the stranger to be named",
                    () ->
                            trio.vipd(owner)
                                    .output()
                                    .contains(
                                            "ALARM web: 02:00:00:00:00:09 also claims"
                                                    + " fd00:77:0:0:0:0:0:100: announced again"));
            assertThat(number(trio.status(owner).replaceAll("\":", "="), "conflicts")).isPositive();
            assertThat(trio.status(owner)).contains("\"claimant\":\"02:00:00:00:00:09 also claims");
        } finally {
            on[3] = "del";
            trio.site().inside(Site.CLIENT, on);
            trio.site().inside(Site.CLIENT, "sh", "-c", accept(0));
        }
    }

    /** It asks at once, not up to a second later, when an announcement may have told it already. */
    private static String accept(int value) {
        return "cd /proc/sys/net/ipv6/conf/eth0 && echo 0 >router_solicitation_delay && echo "
                + value
                + " >accept_dad";
    }

    @Test
    void anAddressThatACrashLeftOnTheInterfaceIsRemovedAtTheStart() throws Exception {
        int standby = trio.owner() % 3 + 1;
        trio.vipd(standby).kill();
        trio.site()
                .inside(
                        standby,
                        "ip",
                        "addr",
                        "add",
                        Trio.ADDRESS_6 + "/128",
                        "dev",
                        "eth0",
                        "nodad");
        trio.restore();
        assertThat(trio.hasAddress(standby, Trio.ADDRESS_6)).isFalse();
        assertThat(trio.vipd(standby).output()).contains("removing fd00:77:0:0:0:0:0:100");
    }
}
